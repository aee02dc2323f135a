"""``middleman optimise``: what is best for one party, how sure that is, and whether it is a corner."""

from __future__ import annotations

import pytest

from sim.cli.optimising import optimum_sentence
from sim.common.estimates import Estimate
from sim.experiments.optimising import Neighbour, Optimum
from sim.scenario import load_scenario
from tests.wording import numbers

GAP = "suppliers.direct_pricing.gap_share"
ASKED = ("--vary", f"{GAP}=0..1", "--for", "supplier_profit", "--regime", "direct")
SHORT = ("-n", "2", "--days", "6", "--workers", "1")


def test_the_farm_takes_all_it_can_get(middleman, tmp_path):
    """Bread is worth 20.00 to everybody in the village, far more than the chain's 9.30: the farm asks as much."""
    store = ("--store", str(tmp_path / "store"))
    answer = middleman("optimise", "village", *ASKED, *SHORT, *store)
    assert answer.code == 0
    assert "village: the highest supplier_profit with direct selling" in answer.out
    told = " ".join(answer.out.split())
    assert f"supplier_profit is highest at {GAP} 1:" in told
    assert f"{GAP} is at the high end of its range" in told
    found = middleman("optimise", "village", *ASKED, *SHORT, *store, "--json").content
    assert found["values"] == {GAP: 1.0}
    assert found["corners"] == {GAP: "high"}
    assert [each["value"] for each in found["neighbours"]] == [0.95]
    assert found["neighbours"][0]["change"]["mean"] < 0.0


def test_what_is_best_in_words(snapshot):
    found = Optimum(
        "village", "direct", "supplier_profit", "highest", {GAP: 0.42}, Estimate(3.0, 2.5, 3.5, 5),
        Estimate(3.1, 2.9, 3.3, 5), {}, {GAP: (0.3, 0.5)}, (Neighbour(GAP, 0.37, Estimate(-0.1, -0.2, 0.0, 5)),), 20,
    )  # fmt: skip
    text = optimum_sentence(found, load_scenario("village"))
    assert text == snapshot
    assert numbers(text) == [0.42, 3.0, 2.5, 3.5, 3.1, 0.3, 0.5]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "one parameter, or two"),
        ((*ASKED[:2], "--for", "supplier_profits"), "did you mean supplier_profit"),
        ((*ASKED[:2], "--for", "welfare,hhi"), "one figure"),
        (("--vary", f"{GAP}=0,1"), "a range to search"),
    ],
)
def test_bad_input_is_explained(middleman, arguments, said):
    answer = middleman("optimise", "village", *arguments)
    assert answer.code == 2
    assert said in answer.err
    assert answer.out == ""


def test_where_nothing_depends_on_a_parameter_no_value_of_it_is_called_best(snapshot):
    same = Estimate(1.61, 1.18, 2.05, 2)
    found = Optimum(
        "village", "traditional", "supplier_profit", "highest", {GAP: 0.0}, same, same,
        {}, {GAP: (0.0, 1.0)}, (), 3, tuple(({GAP: value}, same) for value in (0.0, 0.5, 1.0)),
    )  # fmt: skip
    text = optimum_sentence(found, load_scenario("village"))
    assert text == snapshot
    assert numbers(text) == [1.61]
