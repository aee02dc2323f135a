"""``middleman discover``: when does cutting out the middleman fail, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.experiments.discovering import Bound, Discovery, Judged, Region
from sim.report.text.discovery_text import discovery_sentences
from sim.scenario import load_scenario
from tests.wording import numbers

VARY = ("--vary", "delivery.parcel.cost_per_parcel=0..12", "--vary", "retailers.rent=0..3")
PARCEL = "delivery.parcel.cost_per_parcel"


def test_it_is_told_where_direct_fails_customers(middleman, tmp_path):
    short = ("--points", "24", "--days", "8", "--workers", "1", "--store", str(tmp_path / "store"))
    answer = middleman("discover", "village", *VARY, *short, "--full")
    assert answer.code == 0
    assert "village: where direct selling is worse than the store chain for customers" in answer.out
    told = " ".join(answer.out.split())
    assert f"Direct selling leaves customers worse off where {PARCEL} is above" in told
    assert "Tested on 24 fresh markets with other seeds" in told
    assert told.endswith("(100 % and 100 % in the markets used to find the region).")
    found = middleman("discover", "village", *VARY, *short, "--json").content
    assert found["sentences"][0] in told
    assert f"{found['regions'][0]['bounds'][0]['value']:.2f}" in found["sentences"][0]
    everywhere = middleman("discover", "village", *VARY, *short, "--set", "customers.acceptance.parcel=0.2")
    said = " ".join(everywhere.out.split())
    assert "leaves customers worse off in all of the" in said or "leaves customers worse off in none of the" in said


def test_regions_in_words(snapshot):
    regions = (
        Region((Bound(PARCEL, "above", 9.1, 0.001), Bound("customers.hassle", "above", 3.0, 0.02)), 0.86, 0.62, 20),
        Region((Bound("customers.reach", "below", 2.5, 0.01),), 0.7, 0.2, 12),
    )
    fresh = (Judged(0.8, 0.58, 0.92, 0.5, 20, 0.3), Judged(0.4, 0.2, 0.64, 0.2, 15, 0.3))
    never = replace(regions[1], fresh=Judged(None, None, None, 0.0, 0, 0.3))
    asked = {"scenario": "village", "regimes": ("traditional", "direct"), "party": "customers", "undefined": 0}
    empty = {"points": (), "changes": ()}
    village = load_scenario("village")

    def said(*found: Region, failing: int = 30) -> list[str]:
        return discovery_sentences(Discovery(**asked, **empty, regions=found, markets=64, failing=failing), village)

    judged = tuple(replace(region, fresh=one) for region, one in zip(regions, fresh, strict=True))
    told = {
        "not judged": said(*regions),
        "judged": said(*judged, never),
        "none fails": said(failing=0),
        "a quarter fails": said(failing=16),
    }
    assert told == snapshot
    assert [numbers(each) for each in told["not judged"]] == [[9.1, 3, 86, 62], [2.5, 70, 20]]
    assert [numbers(each) for each in told["judged"]] == [
        [9.1, 3, 80, 58, 92, 20, 50, 86, 62],
        [2.5, 40, 20, 64, 15, 30],
        [2.5],
    ]
    assert [numbers(*told[each]) for each in ("none fails", "a quarter fails")] == [[64], [25.0]]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "one parameter or more"),
        ((*VARY, "--party", "customers,suppliers"), "one group"),
        ((*VARY, "--design", "grid"), "known designs: latin, sobol"),
        ((*VARY, "--points", "2"), "8 or more"),
    ],
)
def test_bad_input_is_explained(middleman, arguments, said):
    answer = middleman("discover", "village", *arguments)
    assert answer.code == 2
    assert said in answer.err
    assert answer.out == ""
