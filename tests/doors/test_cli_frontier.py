"""``middleman frontier``: where a regime stops being better, as a table, a picture and a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.cli.frontiers import frontier_sentences, text_chart
from sim.experiments.frontier import Crossing, Frontier
from sim.report.text.parameter_names import parameter_unit, value_of
from sim.scenario import load_scenario
from tests.wording import numbers

ALONG = ("--along", "delivery.parcel.cost_per_parcel=0..12")
SHORT = ("-n", "2", "--days", "8", "--workers", "1", "--steps", "4")
PARCEL = "delivery.parcel.cost_per_parcel"


def test_the_village_tells_when_parcels_are_too_dear(middleman, tmp_path):
    store = ("--store", str(tmp_path / "store"))
    answer = middleman("frontier", "village", *ALONG, *SHORT, *store, "--party", "customers")
    assert answer.code == 0
    assert "village: where direct selling is better than the store chain" in answer.out
    assert f"Direct selling is better for customers while {PARCEL} is below" in " ".join(answer.out.split())
    kept = sorted((tmp_path / "store").rglob("*"))
    told = middleman("frontier", "village", *ALONG, *SHORT, *store, "--party", "customers", "--json")
    crossing = told.content["crossings"][0]
    assert crossing["side"] == "crossing"
    assert 0.0 <= crossing["low"] <= crossing["x"] <= crossing["high"] <= 12.0
    assert f"{crossing['x']:.2f}" in answer.out
    assert told.err == ""
    report = ("--party", "customers", "--report", "frontier.html")
    assert middleman("frontier", "village", *ALONG, *SHORT, *store, *report).code == 0
    assert "where direct selling is better than the store chain" in Path("frontier.html").read_text(encoding="utf-8")
    assert sorted((tmp_path / "store").rglob("*")) == kept  # nothing was run twice


def test_across_another_parameter_there_is_a_line_for_each_value(middleman):
    across = ("--across", "suppliers.direct_pricing.gap_share=0.2,0.8")
    answer = middleman("frontier", "village", *ALONG, *across, *SHORT, "--party", "customers", "--json")
    first, second = answer.content["crossings"]
    assert (first["y"], second["y"]) == (0.2, 0.8)
    assert first["x"] > second["x"]  # the dearer offer stands fewer cents of postage


def test_a_frontier_is_drawn_in_plain_characters_and_told_in_words(snapshot):
    crossings = (
        Crossing("customers", 0.2, "crossing", 12.0, 10.0, 14.0, "below", 5),
        Crossing("customers", 0.6, "crossing", 5.0, None, None, "above", 1),
        Crossing("suppliers", 0.2, "always", runs=5),
        Crossing("suppliers", 0.6, "unknown", runs=5),
    )
    found = Frontier("village", ("traditional", "direct"), PARCEL, "customers.hassle", (0.0, 20.0), crossings)
    assert text_chart(found, 43) == [
        "customers 0.2  [" + "+" * 13 + "~~|~~~" + "-" * 7 + "]",
        "customers 0.6  [" + "-" * 6 + "|" + "+" * 19 + "]",
        "suppliers 0.2  [" + "+" * 26 + "]",
        "suppliers 0.6  [" + "?" * 26 + "]",
    ]
    told = frontier_sentences(found, load_scenario("village"))
    assert told == snapshot
    assert [numbers(each) for each in told] == [[0.2, 12, 10, 14], [0.6, 5], [0.2, 0, 20], [0.6, 0, 20]]
    assert "below" in told[0]
    assert "above" in told[1]


def test_what_may_be_chance_is_not_told_as_a_finding(snapshot):
    crossings = (
        Crossing("customers", None, "always", runs=5, tried=3, unsure=(0.0, 10.0)),
        Crossing("suppliers", None, "never", runs=5, tried=2, unsure=(0.0, 20.0)),
        Crossing("everybody", None, "crossing", 12.0, 10.0, 14.0, "below", 5, tried=7, unsure=(0.0,)),
    )
    found = Frontier("village", ("traditional", "direct"), PARCEL, None, (0.0, 20.0), crossings)
    assert text_chart(found, 37) == [
        "customers  [~" + "+" * 11 + "~" + "+" * 11 + "]",
        "suppliers  [" + "~" * 24 + "]",
        "in total   [~" + "+" * 11 + "~~|~~" + "-" * 7 + "]",
    ]
    told = frontier_sentences(found, load_scenario("village"))
    assert told == snapshot
    assert [numbers(each) for each in told] == [[0, 20, 3, 0, 10, 95], [0, 20, 2], [12, 10, 14, 0, 95]]


def test_values_of_parameters_carry_their_unit():
    village = load_scenario("village")
    assert parameter_unit("tiers.0.lead_time", village) == "days"
    assert value_of(1234.5, parameter_unit(PARCEL, village)) == "1 234.50"
    assert [value_of(value) for value in (0.2, 1 / 3, 2, "own", True, None)] == [
        "0.2",
        "0.3333",
        "2",
        "own",
        "True",
        "",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--along", "delivery.parcel.cost=0..1"), "cost_per_parcel"),
        (("--along", "customers.reach=1..2"), "need not be whole"),
        ((*ALONG, "--across", "delivery.parcel.cost_per_parcel=1,2"), "other than the one in --along"),
        ((*ALONG, "--regimes", "direct"), "between two regimes"),
        ((*ALONG, "--party", "customer"), "did you mean customers"),
        ((*ALONG, "--steps", "0"), "--steps"),
    ],
)
def test_bad_input_is_explained(middleman, arguments, said):
    answer = middleman("frontier", "village", *arguments)
    assert answer.code == 2
    assert said in answer.err
    assert answer.out == ""


def test_a_side_that_is_nowhere_clear_is_said_to_be_so(snapshot):
    told = []
    for low, high in [(0.0, 6.0), (1.0, 20.0), (0.0, 20.0), (1.0, 6.0)]:
        crossing = Crossing("everybody", None, "crossing", 2.0, low, high, "below", 5)
        found = Frontier("village", ("traditional", "direct"), PARCEL, None, (0.0, 20.0), (crossing,))
        told += frontier_sentences(found, load_scenario("village"))
    assert told == snapshot
    assert [numbers(each)[:3] for each in told] == [[2, 0, 6], [2, 1, 20], [2, 0, 20], [2, 1, 6]]
    assert ["below 2.00 is clear" in each for each in told] == [True, False, False, False]
    assert ["above 2.00 is clear" in each for each in told] == [False, True, False, False]
    assert ["includes zero" in each for each in told] == [True, True, True, False]
