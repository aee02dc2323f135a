"""How many comparisons stand on a page, in words."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest

from sim.common.estimates import Estimate
from sim.experiments.sensitivity import Influence, Sensitivity
from sim.report.text.multiple_comparisons import several, several_differences, several_effects
from sim.report.text.tables import differences_shown
from tests.wording import in_this_order, numbers


def with_p(wanted, n=11):
    """Return an estimate whose p-value is the one wanted."""
    from scipy.special import stdtrit

    from sim.common.estimates import student_quantile

    mean = float(-stdtrit(n - 1, wanted / 2)) / student_quantile(n - 1)
    return Estimate(mean, mean - 1.0, mean + 1.0, n)


def test_those_that_fall_out_are_named(snapshot):
    found = {
        "welfare under direct": with_p(0.001),
        "price under direct": with_p(0.03),
        "wait under direct": with_p(0.5),
    }
    text = several(found, "differences")
    assert text == snapshot
    assert numbers(text) == [3, 1]
    assert "price under direct" in text
    assert "welfare" not in text
    assert "wait" not in text


def test_what_stays_clear_what_never_was_and_what_is_alone(snapshot):
    said = [
        several({"a": with_p(0.001), "b": with_p(0.4)}),
        several({"a": with_p(0.001), "b": with_p(0.002)}),
        several({"a": with_p(0.3), "b": with_p(0.4)}),
    ]
    assert said == snapshot
    assert [numbers(each) for each in said] == [[2, 1], [2], [2]]
    assert several({"a": with_p(0.001)}) == ""
    assert several({"a": Estimate(1.0, None, None, 1), "b": Estimate(2.0, None, None, 1)}) == ""


def test_a_long_list_is_cut():
    found = {f"figure {k}": with_p(0.04) for k in range(20)}
    assert several(found).endswith("figure 6, figure 7 and 12 more.")


def test_the_family_is_every_difference_in_the_tables_once(snapshot):
    shown = differences_shown(["importer"])
    assert len(set(shown)) == len(shown)
    assert "intermediary_margin_by_tier.importer" in shown
    assert "same_need.price" in shown
    assert "same_need.gained" not in shown, "a share of needs is never below zero: nothing is tested"
    changes = {"consumer_price": with_p(0.001), "welfare": with_p(0.03), "not shown": with_p(0.001)}
    comparison = SimpleNamespace(
        regimes=("store chain", "direct", "O2O"), differences={"direct": changes, "O2O": changes}
    )
    text = several_differences(comparison, [])
    assert text == snapshot
    assert numbers(text) == [4, 2]
    assert in_this_order(text, "welfare with direct selling", "welfare with O2O")


def test_effects_of_parameters_are_counted_as_well(snapshot):
    def effect(name, mean, half):
        return Influence(name, mean, half, mean, 0.1, None)

    influences = (effect("a", 5.0, 1.0), effect("b", 1.1, 1.0), effect("c", 0.5, 1.0), effect("d", 0.0, 0.0))
    found = Sensitivity("village", "welfare", "morris", ("direct",), 40, influences)
    assert math.erfc(1.1 * 1.959964 / math.sqrt(2)) == pytest.approx(0.031, abs=0.001)
    text = several_effects(found)
    assert text == snapshot
    assert numbers(text) == [3, 1]
    assert text.endswith(" b.")
