"""Mesa's own tools work on a market as it is: a data collector from outside, batch runs, selections of agents."""

from __future__ import annotations

import inspect
from typing import Any

import mesa
import pytest

from sim import Market


def collector() -> mesa.DataCollector:
    """What somebody who knows Mesa and nothing of this package would write."""
    return mesa.DataCollector(
        model_reporters={"day": "day", "profits": lambda market: sum(market.agents.get("profit"))},
        agent_reporters={"name": "name", "balance": "balance"},
    )


def test_a_data_collector_watches_from_outside():
    market, watching = Market("village", "hybrid", seed=3), collector()
    while market.running:
        market.step()
        watching.collect(market)
    daily = watching.get_model_vars_dataframe()
    assert daily["day"].tolist() == list(range(1, 13))
    assert daily["profits"].iloc[-1] == pytest.approx(sum(firm.profit for firm in market.agents))
    firms = watching.get_agent_vars_dataframe()
    last = firms.xs(12, level="Step").set_index("name")["balance"]
    assert last.to_dict() == {firm.name: firm.balance for firm in market.agents}


def test_watching_changes_nothing():
    market, watching = Market("village", "o2o", seed=3), collector()
    while market.running:
        market.step()
        watching.collect(market)
    alone = Market("village", "o2o", seed=3).run()
    assert market.outcome().figures == alone.figures


def runs(**given: Any) -> list[dict[str, Any]]:
    """Run two regimes on two seeds. Seeds are a parameter up to Mesa 3.4, and ``rng`` from 3.5 on."""
    parameters: dict[str, Any] = {"scenario": "village", "regime": ["traditional", "direct"]}
    if "rng" in inspect.signature(mesa.batch_run).parameters:
        given["rng"] = [0, 1]
    else:
        parameters["seed"] = [0, 1]
    found: list[dict[str, Any]] = mesa.batch_run(
        Market, parameters=parameters, number_processes=1, max_steps=50, display_progress=False, **given
    )
    return found


def test_batch_run_runs_the_market_itself():
    rows = runs()
    assert sorted((row["regime"], row["seed"]) for row in rows) == [
        ("direct", 0), ("direct", 1), ("traditional", 0), ("traditional", 1),
    ]  # fmt: skip
    for row in rows:
        market = Market("village", row["regime"], row["seed"])
        outcome = market.run()
        assert (row["day"], row["needs"]) == (12, len(outcome.needs))
        for kind in {firm.kind for firm in market.agents}:
            profits = sum(firm.profit for firm in market.agents if firm.kind == kind)
            assert row[f"{kind}_profit"] == pytest.approx(profits)


def test_batch_run_follows_the_days():
    rows = [row for row in runs(data_collection_period=1) if (row["regime"], row["seed"]) == ("direct", 1)]
    assert [row["day"] for row in rows] == list(range(1, 13))
    needs = Market("village", "direct", 1).run().needs
    assert [row["needs"] for row in rows] == [int((needs["day"] < day).sum()) for day in range(1, 13)]


def test_what_was_collected_can_be_looked_at_on_any_day():
    market = Market("village", "o2o", 0)
    assert market.datacollector.get_model_vars_dataframe().empty
    for _ in range(3):
        market.step()
    daily = market.datacollector.get_model_vars_dataframe()
    assert daily["day"].tolist() == [1, 2, 3]
    assert daily["platform_profit"].iloc[-1] == pytest.approx(
        next(f.profit for f in market.agents if f.kind == "platform")
    )


def test_a_collector_of_ones_own_takes_its_place():
    market, own = Market("village", seed=0), collector()
    market.datacollector = own
    assert market.datacollector is own
