"""``middleman discover``: when does cutting out the middleman fail, in words."""

from __future__ import annotations

import pytest

from sim.experiments.discovering import Bound, Discovery, Region
from sim.scenario import load_scenario
from sim.wording.failing import sentences

VARY = ("--vary", "delivery.parcel.cost_per_parcel=0..12", "--vary", "retailers.rent=0..3")
PARCEL = "delivery.parcel.cost_per_parcel"


def test_it_is_told_where_direct_fails_customers(middleman, tmp_path):
    short = ("--points", "24", "--days", "8", "--workers", "1", "--store", str(tmp_path / "store"))
    answer = middleman("discover", "village", *VARY, *short)
    assert answer.code == 0
    assert "village: where direct is worse than traditional for customers" in answer.out
    told = " ".join(answer.out.split())
    assert f"Direct fails customers where {PARCEL} is above" in told
    assert told.endswith("100 % of such markets, 100 % of all that fail.")
    found = middleman("discover", "village", *VARY, *short, "--json").content
    assert found["sentences"][0] in told
    assert f"{found['regions'][0]['bounds'][0]['value']:.2f}" in found["sentences"][0]
    everywhere = middleman("discover", "village", *VARY, *short, "--set", "customers.acceptance.parcel=0.2")
    assert "fails customers everywhere" in everywhere.out or "fails customers nowhere" in everywhere.out


def test_regions_in_words():
    regions = (
        Region((Bound(PARCEL, "above", 9.1, 0.001), Bound("customers.hassle", "above", 3.0, 0.02)), 0.86, 0.62, 20),
        Region((Bound("customers.reach", "below", 2.5, 0.01),), 0.7, 0.2, 12),
    )
    asked = {"scenario": "village", "regimes": ("traditional", "direct"), "party": "customers", "undefined": 0}
    empty = {"points": (), "changes": ()}
    village = load_scenario("village")
    assert sentences(Discovery(**asked, **empty, regions=regions, markets=64, failing=30), village) == [
        f"Direct fails customers where {PARCEL} is above 9.10 and customers.hassle is above 3.00: 86 % of such "
        "markets, 62 % of all that fail.",
        "It also fails customers where customers.reach is below 2.5: 70 % of such markets, 20 % of all that fail.",
    ]
    assert sentences(Discovery(**asked, **empty, regions=(), markets=64, failing=0), village) == [
        "Direct fails customers nowhere in the ranges given."
    ]
    assert sentences(Discovery(**asked, **empty, regions=(), markets=64, failing=16), village) == [
        "Direct fails customers in 25.0 % of the markets, and nothing that was varied tells which."
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "one parameter or more"),
        ((*VARY, "--party", "customers,suppliers"), "one group"),
        ((*VARY, "--design", "grid"), "the designs are: latin, sobol"),
        ((*VARY, "--points", "2"), "8 or more"),
    ],
)
def test_bad_input_is_explained(middleman, arguments, said):
    answer = middleman("discover", "village", *arguments)
    assert answer.code == 2
    assert said in answer.err
    assert answer.out == ""
