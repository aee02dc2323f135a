"""The map page: one run played, a customer chosen, a purchase followed to every account."""

from __future__ import annotations

import json

import pytest

from sim.experiments import run
from sim.results.figures.maps import market_map
from tests.dashboards.test_pages import no_trouble, words

pytestmark = pytest.mark.usefixtures("at_once")


def chart_of(test, place=0):
    return json.loads(test.get("plotly_chart")[place].proto.spec)


def test_the_map_says_what_it_shows_and_has_a_frame_for_every_day(shown):
    test = no_trouble(shown("map", scenario="village"))
    assert test.title[0].value == "In the store chain, 60 % of first choices are sold out"
    figure = chart_of(test)
    assert [frame["name"] for frame in figure["frames"]] == ["mean", *(str(day) for day in range(12))]
    assert len(figure["layout"]["sliders"][0]["steps"]) == 13
    assert figure["layout"]["xaxis"]["title"]["text"] == "km east"
    assert "one run" in test.get("badge")[0].value if test.get("badge") else True
    assert "Three" not in test.title[0].value


def test_a_shop_is_hollow_and_glows_on_the_day_its_shelf_was_empty(shown):
    figure = chart_of(no_trouble(shown("map", scenario="village")))
    shelves = market_map(run("village", "traditional", 0)).shelves
    empty = shelves[shelves["empty"] > 0]
    for frame in figure["frames"][1:]:
        glow, shops = frame["data"][-2:]
        today = empty[empty["period"] == int(frame["name"])]
        assert sum(size > 0 for size in glow["marker"]["size"]) == len(today)
        assert sum(colour.endswith(" 1.00)") for colour in shops["marker"]["color"]) == 2 - len(today)


def test_a_purchase_is_followed_in_the_words_of_trace(shown):
    test = no_trouble(shown("map", scenario="village", customer="2"))
    assert "choose one here" in words(test)
    test.selectbox(key="map-need").set_value(3)
    no_trouble(test.run())
    assert test.query_params["need"] in ("3", ["3"])
    assert "It bought white bread from Far & Sons" in words(test)
    assert any("kept" in table.value.columns for table in test.table)
    assert len(test.get("plotly_chart")) == 2
    assert "far shop" in test.get("plotly_chart")[1].proto.alt


def test_another_way_to_sell_is_a_link(shown):
    test = no_trouble(shown("map", scenario="village", under="direct"))
    assert test.title[0].value == "With direct selling, everything comes from 1 depot; there are no shelves"


@pytest.mark.parametrize(
    "link", [{"under": "**nobody**"}, {"customer": "999"}, {"customer": "<b>"}, {"need": "77"}, {"need": "-1"}]
)
def test_what_a_link_cannot_choose_is_said_and_left_out(shown, link):
    test = no_trouble(shown("map", scenario="village", **link))
    assert len(test.warning) == 1
    assert len(test.get("plotly_chart")) == 1


def test_nobody_to_follow(shown):
    test = no_trouble(shown("map", scenario="village", set=["customers.need_rate=0"]))
    assert "No customer has a need" in words(test)


def test_a_day_is_part_of_the_link(shown):
    test = no_trouble(shown("map", scenario="village"))
    assert chart_of(test)["layout"]["sliders"][0]["active"] == 0
    no_trouble(test.number_input(key="map-day").set_value(5).run())
    assert test.query_params["day"] in ("5", ["5"])
    again = chart_of(no_trouble(shown("map", scenario="village", day="5")))
    assert again["layout"]["sliders"][0]["active"] == 6
    frame = next(frame for frame in again["frames"] if frame["name"] == "5")
    for place, part in zip(frame["traces"], frame["data"], strict=True):
        there = again["data"][place]
        assert all(there[name] == value for name, value in part.items() if name in ("x", "y", "text"))
        assert part.get("marker", {}).items() <= there.get("marker", {}).items()


@pytest.mark.parametrize(("day", "warned"), [("11", 0), ("12", 0), ("-1", 1), ("<b>", 1), ("9" * 50, 0)])
def test_a_day_that_is_not_there_is_a_mean_day(shown, day, warned):
    test = no_trouble(shown("map", scenario="village", day=day))
    assert len(test.warning) == warned
    assert chart_of(test)["layout"]["sliders"][0]["active"] == (12 if day == "11" else 0)
