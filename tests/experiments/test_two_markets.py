"""Mine against mine: the same seeds, what differs, and paired differences."""

from __future__ import annotations

import pytest

import sim
from sim.experiments.two_markets import changes_between, compare_markets
from sim.report.text.two_markets import customers_sentence, markets_report
from sim.runs.options import RunOptions
from sim.scenario import ScenarioError, load_scenario

TWO = ("traditional", "direct")


@pytest.fixture(scope="module")
def dearer(small):
    return load_scenario(small, {"name": "dearer", "customers.travel_cost": 2.4})


@pytest.fixture(scope="module")
def compared(small, dearer):
    return compare_markets(small, dearer, TWO, RunOptions(3))


def test_figures_are_those_of_each_market_alone_on_the_same_seeds(small, dearer, compared):
    for place, market in enumerate((small, dearer)):
        alone = sim.compare(market, TWO, replications=3)
        for regime in TWO:
            assert compared.figures[regime][place] == alone.figures[regime]


def test_differences_are_paired_by_seed(small, dearer, compared):
    def of(market):
        alone = [sim.compare(market, TWO, replications=1, seed=seed) for seed in sim_seeds()]
        return [each.figures["traditional"]["consumer_surplus"].mean for each in alone]

    def sim_seeds():
        from sim.runs.seeds import replication_seeds

        return replication_seeds(0, 3)

    changes = [b - a for a, b in zip(of(small), of(dearer), strict=True)]
    assert compared.differences["traditional"]["consumer_surplus"].mean == pytest.approx(sum(changes) / 3)
    assert sum(changes) < 0, "journeys cost more"


def test_what_differs_is_listed_and_what_is_drawn_alike_is_found_out(small, dearer, compared):
    assert [each.path for each in compared.changed] == ["customers.travel_cost"]
    assert compared.changed[0][1:] == (0.6, 2.4)
    assert compared.different == ("travel costs",)
    assert {"towns", "tastes", "willingness to pay", "needs"} <= set(compared.same)
    assert "different are their travel costs" in customers_sentence(compared)


def test_a_market_against_itself_differs_in_nothing(small):
    found = compare_markets(small, small, ["traditional"], RunOptions(2))
    assert found.names == (f"{small.name}-1", f"{small.name}-2")
    assert not found.changed
    assert not found.different
    for change in found.differences["traditional"].values():
        assert change.mean in (0.0, None)
    report = markets_report(found)
    assert "nobody's gain differs clearly" in " ".join(report.sentences)
    assert "nothing: they are the same market" in "\n".join(report.tables[0][1].lines(80))


def test_other_numbers_of_customers_share_the_seeds_alone(small):
    more = load_scenario(small, {"name": "more", "geography.customers": 400})
    found = compare_markets(small, more, ["traditional"], RunOptions(2))
    assert not found.same
    assert "only the seeds are the same" in customers_sentence(found)


def test_lists_of_equal_length_are_compared_entry_by_entry(small):
    other = load_scenario(small, {"tiers.0.lead_time": 9, "retailers.pricing": {"rule": "fixed", "price": 9.0}})
    changed = {each.path: each for each in changes_between(small, other)}
    assert changed["tiers[0].lead_time"].second == 9
    assert changed["retailers.pricing"].second["rule"] == "fixed"


def test_regimes_that_one_market_lacks_are_refused(small):
    other = load_scenario(small, {"compare": ["o2o"]})
    one = load_scenario(small, {"compare": ["traditional"]})
    with pytest.raises(ScenarioError, match="compares traditional"):
        compare_markets(one, other, None, RunOptions(1))
    with pytest.raises(ScenarioError, match="the regimes of"):
        compare_markets(one, other, ["nonsense"], RunOptions(1))
