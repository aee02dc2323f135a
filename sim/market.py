"""The market: a Mesa model that lives through one day after another."""

from __future__ import annotations

import operator
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import mesa

from sim.common.presentation import Presented
from sim.engine.agents import AGENT_OF_KIND, Firm
from sim.engine.data_collection import collected
from sim.engine.day import (
    books_are_closed,
    customers_learn,
    customers_shop,
    firms_reorder,
    prices_are_set,
    sales_are_fulfilled,
    shelves_are_filled,
    shipments_arrive,
)
from sim.engine.human_players import PlayerPrices
from sim.engine.opening import open_market
from sim.engine.price_script import NO_SCRIPT, PriceScript
from sim.engine.state import State
from sim.kernels.numerics.compiler import note_compiled
from sim.results.outcome import Outcome
from sim.results.recorder import outcome_of
from sim.scenario import Problem, Scenario, ScenarioError, load_scenario
from sim.world.population import CustomerList
from sim.world.world import World, make_world

LARGEST_SEED = 2**63 - 1
DRAWN_SEEDS = 2**32
"""Seeds that a run without one draws from: short enough to be typed again."""


def whole_seed(seed: Any) -> int:
    """Return a seed as a Python int, whatever kind of whole number it is. Raises ScenarioError for anything else."""
    try:
        number = operator.index(seed)
    except TypeError:
        number = -1
    if isinstance(seed, bool) or not 0 <= number <= LARGEST_SEED:
        allowed = f"a seed is a whole number from 0 to {LARGEST_SEED}"
        raise ScenarioError([Problem("", "seed", repr(seed), allowed, "give another")])
    return number


class Market(Presented, mesa.Model):  # type: ignore[misc]
    """A market under one regime, stepped day by day.

    Args:
        scenario: a scenario, the name of a shipped one, a path, or a mapping.
        regime: name of a regime of the scenario.
        seed: decides the world and every shock; the same seed gives the same needs under every regime. Without one the
            run draws its own, so that ``mesa.batch_run(..., iterations=3)`` gives three different runs.
        world: the scenario's world for this seed where it has been drawn before.
        script: prices that are given from outside; all firms decide by their rules unless given.
        prepare: changes the state before firms open; see ``sim.engine.changes``.

    Attributes:
        state: everything the market consists of.
        parameters, regime_name, regime, seed_number, world: of the state, what does not change.
        ledger, stock: of the state, money and goods.
        customers: all customers, each looked up by number.
        firms: the firms that took part from the first day; ``agents`` are those that are left of them.
    """

    def __init__(
        self,
        scenario: Scenario | str | Path | Mapping[str, Any] = "classroom",
        regime: str = "traditional",
        seed: int | None = None,
        world: World | None = None,
        script: PriceScript = NO_SCRIPT,
        prepare: Callable[[State], object] | None = None,
    ):
        seed = secrets.randbelow(DRAWN_SEEDS) if seed is None else whole_seed(seed)
        super().__init__(rng=seed)
        parameters = scenario if isinstance(scenario, Scenario) else load_scenario(scenario)
        if regime not in parameters.regime_names:
            allowed = f"the regimes of {parameters.name} are: {', '.join(parameters.regime_names)}"
            raise ScenarioError([Problem("", "regime", repr(regime), allowed, "choose one of these")])
        drawn = make_world(parameters, seed) if world is None else world
        shared = world is not None
        self.state: State = open_market(parameters, drawn, regime, seed, script, shares_world=shared, prepare=prepare)
        self._show_state()
        self._collector: mesa.DataCollector | None = None

    def _show_state(self) -> None:
        """Give names of its own to what readers of a market look at, and create its firms as agents."""
        state, places = self.state, self.state.world.places
        self.parameters, self.regime_name, self.regime = state.scenario, state.regime_name, state.regime
        self.seed_number, self.world = state.seed, state.world
        self.ledger, self.stock = state.ledger, state.stock
        world = state.world
        self.customers = CustomerList(
            state.population, lambda: world.homes, world.towns.names, places.names[places.stores]
        )
        self.firms: tuple[Firm, ...] = tuple(AGENT_OF_KIND[firm.kind](self, state, firm) for firm in state.firms)

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the state, which everything else follows from; a data collector of one's own is left out."""
        return _market_in, (self.state,)

    def __repr__(self) -> str:
        days = self.parameters.time.days
        return f"<Market {self.parameters.name}, {self.regime_name}: day {self.day} of {days}, seed {self.seed_number}>"

    @property
    def day(self) -> int:
        """The day that comes next, from 0."""
        return self.state.day

    @property
    def player_prices(self) -> PlayerPrices:
        """Prices that human players ask, set between two steps (rule `player`)."""
        return self.state.player_prices

    @property
    def player_direct_prices(self) -> PlayerPrices:
        """Prices to customers that human players ask for makers."""
        return self.state.player_direct_prices

    @property
    def datacollector(self) -> mesa.DataCollector:
        """What Mesa's own tools read of the days so far, unless a collector of one's own was put in its place."""
        return self._collector or collected(self.state)

    @datacollector.setter
    def datacollector(self, collector: mesa.DataCollector) -> None:
        self._collector = collector

    def step(self) -> None:
        """Live through one day. Raises RuntimeError when there are none left."""
        state, days = self.state, self.parameters.time.days
        if state.day >= days:
            raise RuntimeError(f"the run is over after its {state.day} days; for a longer one raise time.days")
        shipments_arrive(state)
        prices_are_set(state)
        shelves_are_filled(state)
        customers_shop(state)
        sales_are_fulfilled(state)
        firms_reorder(state)
        customers_learn(state)
        books_are_closed(state)
        state.day += 1
        self._remove_firms_that_left()
        self.running = state.day < days
        note_compiled()

    def _remove_firms_that_left(self) -> None:
        """Take firms out of ``agents`` that have gone out of business."""
        if int(self.state.in_business.sum()) < len(self.agents):
            for firm in self.firms:
                if not self.state.in_business[firm.account] and firm in self.agents:
                    firm.remove()

    def run(self) -> Outcome:
        """Live through the days that are left and return what they leave."""
        while self.day < self.parameters.time.days:
            self.step()
        return self.outcome()

    def outcome(self) -> Outcome:
        """Return what the run has left so far."""
        return outcome_of(self.state)


def _market_in(state: State) -> Market:
    """Return the market that goes on from a state."""
    market = Market.__new__(Market)
    mesa.Model.__init__(market, rng=state.seed)
    market.state, market._collector = state, None
    market._show_state()
    market._remove_firms_that_left()
    market.running = state.day < state.scenario.time.days
    return market
