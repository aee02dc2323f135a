"""A market is a Mesa model like any other: stepped, watched, collected from, and let go."""

from __future__ import annotations

import gc
import subprocess
import sys
import weakref
from dataclasses import FrozenInstanceError
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import psutil
import pytest

from sim.engine.agents import Carrier, Firm, Intermediary, PlatformFirm, Retailer, Supplier
from sim.engine.day import PHASES
from sim.market import Market
from sim.scenario import ScenarioError, load_scenario
from sim.world.world import make_world
from tests.golden.refresh import fingerprint

REPOSITORY = Path(__file__).parents[1]
NEAR, FAR = "Near & Sons", "Far & Sons"

WITH_A_ROLE = {
    "traditional": {"farm", "wholesaler", NEAR, FAR, "bulk freight"},
    "direct": {"farm", "parcel carrier"},
    "o2o": {"farm", NEAR, FAR, "platform", "bulk freight", "parcel carrier", "couriers"},
    "hybrid": {"farm", "wholesaler", NEAR, FAR, "platform", "bulk freight", "parcel carrier", "couriers"},
    "planner": {"farm", NEAR, FAR, "platform", "bulk freight", "parcel carrier", "couriers"},
}


# -- time ----------------------------------------------------------------------------------------------------------


def test_a_step_is_a_day_and_the_model_stops_running_after_the_last():
    market = Market("village", seed=0)
    assert isinstance(market, mesa.Model)
    assert (market.steps, market.day, market.running) == (0, 0, True)
    market.step()
    assert (market.steps, market.day, market.running) == (1, 1, True)
    market.run_model()
    assert (market.steps, market.day, market.running) == (12, 12, False)


@pytest.mark.parametrize("regime", WITH_A_ROLE)
def test_the_phases_called_one_by_one_make_up_a_step(regime):
    by_hand, stepped = Market("village", regime, 0), Market("village", regime, 0)
    for day in range(12):
        for phase in PHASES:
            phase(by_hand.state)
        by_hand.state.day += 1
        stepped.step()
        assert fingerprint(by_hand.outcome()) == fingerprint(stepped.outcome()), day


def test_there_is_no_day_after_the_last():
    market = Market("village", seed=0)
    outcome = fingerprint(market.run())
    with pytest.raises(RuntimeError, match="12 days"):
        market.step()
    assert fingerprint(market.outcome()) == outcome


# -- agents --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("regime", WITH_A_ROLE)
def test_firms_without_a_role_are_absent_and_pay_and_receive_nothing(regime):
    market = Market("village", regime, 0)
    outcome = market.run()
    present = set(market.agents.get("name"))
    assert present == WITH_A_ROLE[regime]
    ledger, accounts = outcome.columns["ledger"], outcome.labels["accounts"]
    moved = {accounts[code] for code in (*ledger["payer"], *ledger["payee"])}
    firms = set(accounts[accounts.index("state") + 1 :])
    assert moved & firms <= present
    assert {accounts[code] for code in outcome.columns["firms"]["firm"]} == present
    rents = outcome.labels["ledger_kinds"].index("rent") in ledger["kind"]
    assert rents == (NEAR in present)


def test_agents_are_found_selected_and_done_to_as_mesa_users_expect():
    market = Market("village", "hybrid", 0)
    by_type = {kind: set(agents.get("name")) for kind, agents in market.agents_by_type.items()}
    assert by_type == {
        Supplier: {"farm"},
        Intermediary: {"wholesaler"},
        Retailer: {NEAR, FAR},
        PlatformFirm: {"platform"},
        Carrier: {"bulk freight", "parcel carrier", "couriers"},
    }
    assert set(market.agent_types) == set(by_type)
    assert [agent.unique_id for agent in market.agents] == list(range(1, 9))
    assert set(market.agents.select(lambda firm: firm.tier > 0).get("name")) == {"wholesaler", NEAR, FAR}
    assert len(market.agents.select(agent_type=Carrier)) == 3
    seen: list[str] = []
    market.agents.do(lambda firm: seen.append(firm.name))
    assert len(seen) == 8
    assert market.agents.groupby("kind").count()["carrier"] == 3
    market.run_model()
    assert market.agents.agg("balance", sum) == pytest.approx(sum(market.agents.get("balance")))


def test_firms_show_what_a_reader_wants_to_know():
    market = Market("village", "hybrid", 0)
    firms = {firm.name: firm for firm in market.agents}
    farm, wholesaler, near = firms["farm"], firms["wholesaler"], firms[NEAR]
    assert repr(farm) == "<Supplier farm>"
    assert farm.products == ("white bread", "brown bread")
    assert farm.wholesale_prices == {"white bread": 4.0, "brown bread": 4.0}
    assert wholesaler.prices == {"white bread": 6.0, "brown bread": 6.0}
    assert farm.units == {"white bread": 8, "brown bread": 8}
    (shop,) = near.stores
    assert (shop.name, shop.town, shop.east, shop.slots) == ("near shop", "Brook", 2.0, 2)
    assert shop.shelf == {"white bread": 1, "brown bread": 1}
    # Half of the shelf is the shop's own, the other half the farm's, at the farm's price.
    assert shop.prices == {"white bread": 9.3, "brown bread": farm.direct_prices["brown bread"]}
    assert (near.balance, near.book_value, near.profit) == (0.0, 6.0, 0.0)
    with pytest.raises(FrozenInstanceError):
        shop.slots = 3  # type: ignore[misc]


# -- customers -----------------------------------------------------------------------------------------------------


def test_every_customer_can_be_looked_up_and_none_be_changed():
    market = Market("village", seed=0)
    assert len(market.customers) == len(list(market.customers)) == 3
    first = market.customers[0]
    assert (first.number, first.town, first.taste, first.worth, first.hassle) == (0, "Brook", 0, 20.0, 1.0)
    assert (first.home, first.stores, first.km) == ((0.0, 0.0), ("near shop", "far shop"), (2.0, 4.0))
    assert market.customers[-1] == market.customers[2]
    assert [customer.number for customer in market.customers[1:]] == [1, 2]
    with pytest.raises(FrozenInstanceError):
        first.trust = 1.0  # type: ignore[misc]
    with pytest.raises(TypeError):
        market.customers[0] = first  # type: ignore[index]
    with pytest.raises(IndexError):
        market.customers[3]


def test_the_view_of_a_customer_follows_what_the_customer_has_learnt():
    market = Market(load_scenario("village", {"learning.own_rate": 0.2}), "direct", 0)
    assert market.customers[0].trust == 0.5
    market.run_model()
    assert market.customers[0].trust > 0.5


# -- collecting ----------------------------------------------------------------------------------------------------


class Watched(Market):
    """How to collect data from a market: a collector of one's own, asked at the end of every step.

    ``mesa.batch_run`` builds the model from the parameters it is given. Mesa 3.5 adds one called ``seed``, or else
    ``rng``; so the world's number goes by another name here, and works alike with every version.
    """

    about_agents: dict[str, Any] | None = None

    def __init__(self, regime: str = "traditional", draw: int = 0, rng: Any = None):
        super().__init__("village", regime, seed=draw)
        self.datacollector = mesa.DataCollector(
            model_reporters={
                "needs": lambda market: int(market.state.visits.used[0]),
                "profits": lambda market: sum(market.agents.get("profit")),
                "day": "day",
            },
            agent_reporters=self.about_agents,
        )

    def step(self) -> None:
        super().step()
        self.datacollector.collect(self)


class WatchedFirms(Watched):
    """The same, with data about every firm."""

    about_agents = {"balance": "balance", "name": "name"}  # noqa: RUF012


def test_a_data_collector_follows_the_market_day_by_day():
    market = WatchedFirms()
    market.run_model()
    daily = market.datacollector.get_model_vars_dataframe()
    assert daily["day"].tolist() == list(range(1, 13))
    firms = market.datacollector.get_agent_vars_dataframe()
    assert len(firms) == 12 * 5
    last = firms.xs(12, level="Step").set_index("name")["balance"]
    assert last.to_dict() == {firm.name: firm.balance for firm in market.agents}


def test_mesa_batch_run_runs_markets():
    rows = mesa.batch_run(
        Watched, parameters={"regime": ["traditional", "direct"], "draw": [0, 1]}, display_progress=False, max_steps=50
    )
    assert [(row["regime"], row["draw"]) for row in rows] == [
        ("traditional", 0), ("traditional", 1), ("direct", 0), ("direct", 1),
    ]  # fmt: skip
    for row in rows:
        market = Market("village", row["regime"], row["draw"])
        outcome = market.run()
        assert (row["day"], row["needs"]) == (12, len(outcome.columns["needs"]["need"]))
        assert row["profits"] == pytest.approx(sum(firm.profit for firm in market.agents))


# -- worlds, neighbours, memory ------------------------------------------------------------------------------------


def test_a_world_can_be_shared_and_is_left_as_it_was():
    scenario = load_scenario("village", {"learning.own_rate": 0.3, "learning.neighbour_rate": 0.1})
    world = make_world(scenario, 4)
    for regime in ("direct", "o2o", "direct"):
        shared = fingerprint(Market(scenario, regime, 4, world=world).run())
        assert shared == fingerprint(Market(scenario, regime, 4).run())


def test_markets_stepped_in_turn_do_not_meet():
    one, other = Market("village", "o2o", 1), Market("village", "hybrid", 2)
    for _ in range(12):
        one.step()
        other.step()
    assert fingerprint(one.outcome()) == fingerprint(Market("village", "o2o", 1).run())
    assert fingerprint(other.outcome()) == fingerprint(Market("village", "hybrid", 2).run())


def test_any_whole_number_of_63_bits_is_a_seed_of_its_own():
    outcomes = {fingerprint(Market("village", seed=seed).run()) for seed in (0, 1, 2**40, 2**63 - 1)}
    assert len(outcomes) == 4
    assert fingerprint(Market("village", seed=np.int64(1)).run()) in outcomes


@pytest.mark.parametrize("seed", [-1, 2**63, 1.5, "1", True])
def test_anything_else_is_no_seed(seed):
    with pytest.raises(ScenarioError, match="a seed is a whole number from 0 to"):
        Market("village", seed=seed)


def test_models_that_are_dropped_are_freed():
    # Mesa 3.3 keeps every model for ever as a key of `Agent._ids`, unless told otherwise.
    scenario = load_scenario("village", {"time.days": 2})
    process = psutil.Process()
    regimes = list(WITH_A_ROLE)

    def live_and_drop(models: int) -> list[weakref.ref[Firm]]:
        kept = []
        for number in range(models):
            market = Market(scenario, regimes[number % len(regimes)], number)
            market.step()
            kept += [weakref.ref(market), weakref.ref(next(iter(market.agents)))]
        del market
        gc.collect()
        return kept

    live_and_drop(40)
    objects, memory = len(gc.get_objects()), process.memory_info().rss
    dropped = live_and_drop(200)
    assert all(reference() is None for reference in dropped)
    assert len(gc.get_objects()) - objects < 400 + len(dropped)  # the weak references themselves are objects
    assert process.memory_info().rss - memory < 8_000_000  # 40 kB a model at most; one holds some 300 kB


def test_a_run_is_free_of_warnings():
    program = "from sim.market import Market; Market('village', 'hybrid').run().figures"
    command = [sys.executable, "-W", "error", "-c", program]
    run = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
