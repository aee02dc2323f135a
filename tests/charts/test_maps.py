"""The map as drawn: positions that can be told apart, bands as wide as what flows, shops hollow by what was missing."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from sim.report import charts
from sim.report.charts import maps
from sim.report.charts.layout import OUTSIDE, WITHIN, layout
from sim.report.charts.map_flows import OF_MEAN, WIDEST, Bands, ShelfSeries
from sim.results.figures.maps import WAYS, MarketMap
from tests.wording import in_this_order, numbers


def tables(**changed) -> MarketMap:
    """Two towns, a depot in the first, a shop in each; two days."""
    flows = pd.DataFrame(
        [(0, "freight", 0, 1, -1, 4), (0, "carried", 1, -1, 0, 2), (1, "freight", 0, 2, -1, 2)],
        columns=["period", "way", "source", "target", "town", "units"],
    ).astype({"way": pd.CategoricalDtype(list(WAYS))})
    made = MarketMap(
        regime="store chain",
        seed=0,
        days=2,
        period=1,
        towns=pd.DataFrame(
            {
                "name": ["Alba", "<b>Bra"],
                "customers": [90, 10],
                "east": [0.0, 100.0],
                "north": 0.0,
                "radius": [1.0, 1.0],
            }
        ),
        places=pd.DataFrame(
            {
                "name": ["maker depot", "first", "second"],
                "kind": ["supplier_depot", "store", "store"],
                "owner": ["maker", "shop", "shop"],
                "town": [-1, 0, 1],
                "east": [0.5, 1.0, 100.0],
                "north": [0.0, 0.0, -2.0],
                "slots": [0, 8, 2],
                "open": True,
            }
        ),
        flows=flows,
        shelves=pd.DataFrame({"period": [0, 1], "place": [1, 2], "wanted": [4, 2], "empty": [1, 2]}),
        customers=pd.DataFrame({"customer": [7, 91], "town": [0, 1], "east": [0.0, 100.0], "north": [0.5, 0.0]}),
        needs=pd.DataFrame(columns=["need", "customer", "day", "product", "place", "price", "result"]),
        products=("pen",),
        found_empty=0.5,
    )
    return replace(made, **changed)


def test_towns_are_drawn_larger_with_all_that_is_theirs_inside_and_depots_outside():
    at = layout(tables())
    assert at.radius[0] > at.radius[1] > 1.0
    for points, towns in ((at.places[1:], [0, 1]), (at.customers, [0, 1])):
        away = np.hypot(*(points - at.towns[towns]).T)
        assert (away <= WITHIN * at.radius[towns] + 1e-9).all()
    assert np.hypot(*(at.places[1] - at.towns[0])) == pytest.approx(WITHIN * at.radius[0])
    assert np.hypot(*(at.places[0] - at.towns[0])) == pytest.approx(OUTSIDE * at.radius[0])


def test_people_and_depots_at_one_point_are_drawn_apart():
    here = pd.DataFrame({"customer": range(6), "town": 0, "east": 0.0, "north": 0.0})
    one = tables().towns.iloc[:1].assign(radius=0.0)
    places = pd.concat([tables().places.iloc[[0, 0]].assign(east=0.0), tables().places.iloc[[1]]], ignore_index=True)
    at = layout(tables(towns=one, customers=here, places=places))
    assert len(np.unique(at.customers.round(6), axis=0)) == 6
    assert np.hypot(*(at.places[0] - at.places[1])) > 0.01 * at.width
    assert np.isfinite(layout(tables(towns=one, customers=here.iloc[:0], places=places.iloc[:0])).radius).all()


def test_bands_are_as_wide_as_what_flows_and_end_in_a_point():
    shown = tables()
    at = layout(shown)
    bands = Bands(shown, at)
    x, y = bands.of_period[0]["freight"]
    assert x[3] is y[3] is None
    width = np.hypot(x[0] - x[2], y[0] - y[2])
    assert width == pytest.approx(4 / (OF_MEAN * 2) * WIDEST * at.width, abs=0.02)
    assert (x[1], y[1]) == pytest.approx(tuple(at.places[1]), abs=0.01)
    assert bands.of_period[1]["carried"] == ([], [])
    assert len(bands.mean["freight"][0]) == 8


def test_shops_are_hollow_by_share_and_glow_by_number():
    shown = tables()
    shelves = ShelfSeries(shown, layout(shown))
    glow, fill = shelves.marks(0)
    assert [colour.split(", ")[-1] for colour in fill["color"]] == ["0.50)", "1.00)"]
    assert glow["size"][0] > 0 == glow["size"][1]
    glow, fill = shelves.marks(1)
    assert [colour.split(", ")[-1] for colour in fill["color"]] == ["1.00)", "0.00)"]
    assert shelves.size[0] == pytest.approx(2 * shelves.size[1], rel=0.1)  # four times the slots, but never too small
    assert shelves.said(1, "day 1")[1] == "day 1: 2 of 2"


def test_the_map_says_what_it_shows_and_plays_every_day(snapshot):
    chart = charts.map_chart(tables())
    content = json.loads(chart.figure.to_json(), parse_constant=pytest.fail)
    assert [chart.finding, chart.alternative] == snapshot
    assert numbers(chart.finding) == [50]
    assert "day 1, with 2 customers" in chart.alternative
    assert [frame["name"] for frame in content["frames"]] == ["mean", "0", "1"]
    steps = content["layout"]["sliders"][0]["steps"]
    assert [step["label"] for step in steps] == ["a mean day", "day 0", "day 1"]
    assert [step["args"][0][0] for step in steps] == ["mean", "0", "1"]
    for frame in content["frames"]:
        assert len(frame["data"]) == len(frame["traces"])
        for place, changed in zip(frame["traces"], frame["data"], strict=True):
            assert len(changed.get("text", [])) in (0, len(content["data"][place].get("text", [])))
    assert "<b>Bra" not in json.dumps(content)
    clicked = [point for trace in content["data"] for point in trace.get("customdata", [])]
    assert ["customer", 7] in clicked
    assert ["place", 1] in clicked


def test_a_market_without_shelves_and_one_where_nothing_moves_can_be_drawn(snapshot):
    still = tables(flows=tables().flows.iloc[:0], shelves=tables().shelves.iloc[:0])
    depots = tables().places.assign(open=[True, False, False])
    drawn = [charts.map_chart(still), charts.map_chart(tables(places=depots))]
    assert [(each.finding, each.alternative) for each in drawn] == snapshot


def test_a_purchase_is_drawn_from_the_maker_to_the_customer(snapshot):
    chart = charts.purchase_map(tables(), charts.FollowedPurchase(("maker depot", "second", "gone"), 91), "Need 3")
    way = chart.figure.data[-1]
    at = layout(tables())
    assert list(way.x) == pytest.approx([at.places[0, 0], at.places[2, 0], at.customers[1, 0]], abs=1e-4)
    assert chart.alternative == snapshot
    assert in_this_order(chart.alternative, "Need 3", "maker depot", "second", "customer 91")


def test_names_of_towns_lie_on_no_other_name_and_on_no_shop_where_there_is_room():
    east = [0.0, 6.0, 100.0, 50.0]
    towns = pd.DataFrame({
        "name": ["Upper Market Town", "Lower Market Town", "Far", "Between"], "customers": [900, 500, 400, 300],
        "east": east, "north": [0.0, 2.0, 60.0, 30.0], "radius": [1.0, 1.0, 1.0, 1.0],
    })  # fmt: skip
    shown = tables(towns=towns)
    at = layout(shown)
    per_pixel = 1.12 * at.width / maps.NARROW  # km: the picture on a phone, which has the least room
    boxes = []
    for note in (each for each in maps.map_chart(shown).figure.layout.annotations if each.text in set(towns["name"])):
        wide, high = maps.LETTER * len(note.text) * per_pixel, maps.LINE * per_pixel
        left = note.x - {"left": 0.0, "right": wide, "center": wide / 2}[note.xanchor]
        low = note.y - {"bottom": 0.0, "top": high, "middle": high / 2}[note.yanchor]
        boxes.append((left, low, left + wide, low + high))
    assert len(boxes) == 4
    for one, two in itertools.combinations(boxes, 2):
        assert one[2] <= two[0] + 1e-9 or two[2] <= one[0] + 1e-9 or one[3] <= two[1] + 1e-9 or two[3] <= one[1] + 1e-9
