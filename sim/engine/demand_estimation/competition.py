"""The prices of all firms that know their demand, where tastes are smooth: which are found, and when they are again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from sim.common.types import BoolArray, FloatArray, IntArray
from sim.engine.demand_estimation.conducts import LEADERS, leading_firms, refuse_unequal_ranges, way_to_find
from sim.engine.demand_estimation.decisions import (
    Supply,
    decision_rules,
    freight_from_makers,
    make_pass_through,
    number_decisions,
    source_options,
    trace_supply,
)
from sim.engine.demand_estimation.demand_survey import Demand
from sim.engine.demand_estimation.equilibrium import MARGIN, PERCENT, STACKELBERG, Contest, PricingGame, equilibrium
from sim.engine.demand_estimation.leaders import stackelberg_prices
from sim.engine.demand_estimation.market_snapshot import MarketSnapshot
from sim.engine.demand_estimation.sale_terms import CellTerms, sale_terms
from sim.kernels.competition import SaleTerms
from sim.kernels.demand import Considered
from sim.rules.best_response import KnowsDemand, Quantity
from sim.rules.pricing import Margin, Markup

CODE = {"margin": MARGIN, "percent": PERCENT, "stackelberg": STACKELBERG}
FOLLOWS_COST = (Markup, Margin)
"""Rules whose price is a multiple of cost, whatever the cost."""
UNMOVED = 1e-3
"""Cents within which what an offer is worth has not moved: rounding, as a price is taken off and added again."""
COARSE = 10.0
"""Cents: firms that find their prices no more exactly than this look for no better price far away."""
ROUGHLY = 100.0
"""Times the tolerance within which prices are found that only serve to choose what the shelves open with."""
MOST_ROUNDS = 4
"""Times that prices are found again because buyers found a cheaper source."""


class Competition:
    """Finds the prices of firms that know their demand, and finds them again where what they depend on has moved.

    Attributes:
        settled: whether the prices found when demand was last surveyed came to rest.
        provisional: whether prices only serve to choose what the shelves open with, and are found once more after that.
    """

    def __init__(self, demand: Demand):
        self.demand = demand
        self.decisions = number_decisions(demand.levels, demand.network, demand.world)
        self.rules = decision_rules(self.decisions, demand.world)
        self.settled = True
        self.provisional = False
        self._newly_surveyed = True
        self._sales: SaleTerms | None = None
        self._terms: CellTerms | None = None
        self._considered: Considered | None = None
        self._solution: FloatArray | None = None
        self._found_at_turn = 0
        self._scanned: IntArray | None = None
        self._follows = np.array([isinstance(rule, FOLLOWS_COST) for rule in self.rules])
        self._conduct = np.array(
            [CODE[rule.conduct] if isinstance(rule, KnowsDemand) else MARGIN for rule in self.rules]
        )
        known = [rule for rule in self.rules if isinstance(rule, KnowsDemand)]
        self._tolerance = 100.0 * min([getattr(rule, "tolerance", 0.001) for rule in known], default=0.001)

    # -- what is known -------------------------------------------------------------------------------------------

    @property
    def posted(self) -> FloatArray:
        """All prices as they stand, (decisions,)."""
        demand = self.demand
        parts = [demand.network.price[level.nodes].ravel() for level in demand.levels]
        return np.concatenate([*parts, demand.shelves.direct_price]).astype(np.float64)

    @property
    def _factor(self) -> FloatArray:
        """Price over cost of every place when it last set its price, 1 where it has not, (decisions,)."""
        demand = self.demand
        parts = [demand.cost_when_set[level.nodes].ravel() for level in demand.levels]
        cost, price = np.concatenate([*parts, np.zeros(demand.products)]), self.posted
        known = (cost > 0) & (price > 0)
        return np.where(known, price / np.where(known, cost, 1.0), 1.0)

    def look(self, snapshot: MarketSnapshot, by_cell: CellTerms) -> None:
        """Take over what ``demand`` has surveyed. Prices found before hold on where it has not moved.

        ``by_cell`` are the terms of a sale at every price to customers.
        """
        demand, self._terms = self.demand, by_cell
        terms = sale_terms(
            snapshot,
            demand.world.catalogue,
            demand.shelves,
            freight_from_makers(demand.network, demand.world),
            demand.considered,
        )
        if not self._has_not_moved(demand.considered, terms):
            self._solution = None
        self._considered, self._sales, self._newly_surveyed = demand.considered, terms, True
        if self._needs_groups:
            self._group_firms()

    def forget(self) -> None:
        """Find prices for good from now on, whatever was found before."""
        self.provisional, self._solution = False, None

    def _has_not_moved(self, considered: Considered, sales: SaleTerms) -> bool:
        """Tell whether customers consider the same offers, worth the same, on the same terms as when last looked at."""
        before, terms = self._considered, self._sales
        if before is None or terms is None or len(before.cell) != len(considered.cell):
            return False
        old: dict[str, Any] = {**before._asdict(), **terms._asdict()}
        new: dict[str, Any] = {**considered._asdict(), **sales._asdict()}
        if not all(np.array_equal(old[name], new[name]) for name in old if name != "gain"):
            return False
        return bool(np.abs(before.gain - considered.gain).max(initial=0.0) <= UNMOVED)

    @property
    def _needs_groups(self) -> bool:
        return any(isinstance(rule, Quantity) for rule in self.rules)

    def _group_firms(self) -> None:
        """Find out which firms bring the same goods to the same buyers, and let each group set one price together."""
        demand, decisions = self.demand, self.decisions
        same, owner, rivals = np.arange(len(decisions)), decisions.owner.copy(), np.ones(len(decisions))
        next_owner = len(demand.world.accounts)
        owner[:] = number_decisions(demand.levels, demand.network, demand.world).owner
        for position, level in enumerate(demand.levels):
            by_row = decisions.rules[position]
            nodes = level.nodes.start + np.flatnonzero([isinstance(rule, Quantity) for rule in by_row])
            for group in self._groups(position, nodes):
                ranges = [np.flatnonzero(self._sells(position, node)) for node in group.tolist()]
                firms = np.unique(demand.network.account[group])
                refuse_unequal_ranges(demand, firms, ranges)
                for product in np.unique(np.concatenate(ranges)) if ranges else ():
                    first = decisions.first[position] + (group - level.nodes.start) * decisions.products + product
                    members = first[[product in each for each in ranges]]
                    same[members] = members[0]
                    owner[members] = next_owner
                    rivals[members] = len(np.unique(decisions.owner[members])) if len(firms) > 1 else 1.0
                next_owner += 1
        self.decisions = replace(decisions, same=same, rivals=rivals)
        self._owner = owner

    def _groups(self, position: int, nodes: IntArray) -> list[IntArray]:
        """Return places of a level that sell some of the same goods to some of the same buyers."""
        label = np.arange(len(nodes))
        for product in range(self.decisions.products):
            selling = nodes[[bool(self._sells(position, int(node))[product]) for node in nodes]]
            for group in self.demand.rival_groups(position, selling, product) if len(selling) else ():
                inside = np.isin(nodes, group)
                label[np.isin(label, label[inside])] = label[inside].min()
        return [nodes[label == mark] for mark in np.unique(label)]

    def _sells(self, position: int, node: int) -> BoolArray:
        """Return which products a place sells."""
        demand = self.demand
        if demand.levels[position].nodes == demand.stores:
            cells = (node - demand.stores.start) * demand.products + np.arange(demand.products)
            return np.asarray(demand.offered[cells])
        return np.asarray(demand.network.lines[node])

    # -- what is found -------------------------------------------------------------------------------------------

    def prices(self, turn: int) -> FloatArray:
        """Return the prices that all aim at whose turn is not over, (decisions,), cents.

        ``turn`` is the position of the level that sets prices now, one beyond the last for makers' prices to customers:
        levels above have posted theirs already.
        """
        decided, answering = self._open(turn)
        posted = self.posted
        # What was found when some had posted already says nothing of what these would ask once all may move again.
        if self._solution is not None and self._found_at_turn <= turn:
            over = ~(decided | answering)
            if (posted[over] == np.rint(self._solution[over])).all():
                return self._solution
        self._solution, settled = self._find(posted, decided, answering)
        self._found_at_turn = turn
        # Levels set their prices in turn: all of them have to come to rest.
        self.settled = settled and (self._newly_surveyed or self.settled)
        self._newly_surveyed = False
        return self._solution

    def _open(self, turn: int) -> tuple[BoolArray, BoolArray]:
        """Return which prices are to be found, and which follow their cost meanwhile."""
        decisions, later = self.decisions, np.ones(len(self.decisions), dtype=np.bool_)
        later[: decisions.first[turn]] = False
        return decisions.knows & later, self._follows & later & (np.arange(len(later)) < decisions.direct.start)

    def _find(self, posted: FloatArray, decided: BoolArray, answering: BoolArray) -> tuple[FloatArray, bool]:
        """Find the prices, once more where that changes who buys from whom, or who stays out of the market.

        Also tells whether they came to rest, and buyers with them.
        """
        price, rounds = posted, 0
        while rounds < MOST_ROUNDS:
            supply = self._supply(price, decided)
            price, settled = self._solve(self._game(posted, decided, answering, supply))
            if self._stay_out(price, supply):  # somebody less each time, so that this ends
                continue
            rounds += 1
            if np.array_equal(self._supply(price, decided).source, supply.source):
                return price, settled
        return price, False

    def _supply(self, price: FloatArray, decided: BoolArray) -> Supply:
        """Return who buys where at these prices; among rivals who find theirs now, where goods cost the least.

        Firms that set one price together all ask it: of them the nearest counts.
        """
        demand, decisions = self.demand, self.decisions
        supply = trace_supply(decisions, demand.levels, demand.network, demand.world, price)
        if not self._has_contests:
            return supply
        ask, alone = price.copy(), np.bincount(decisions.same, minlength=len(decisions))[decisions.same] == 1
        for position in range(1, len(demand.levels)):
            here = decisions.level(position)
            source = supply.source[here]
            cost = supply.beyond[here] + supply.handling[here] + np.where(source >= 0, ask[np.maximum(source, 0)], 0.0)
            ask[here] = np.where(decided[here] & alone[here], cost, ask[here])
        return trace_supply(decisions, demand.levels, demand.network, demand.world, ask)

    @property
    def _has_contests(self) -> bool:
        """Whether some place can have the same goods of several others."""
        demand = self.demand
        sources = demand.network.sources
        deals = demand.network.lines[np.maximum(sources, 0)] & (sources >= 0)[:, :, None]
        return bool((deals.sum(axis=1) > 1).any()) and len(demand.levels) > 1

    def _contests(self, decided: BoolArray) -> tuple[Contest, ...]:
        """Return the levels whose buyers can have the same goods of several firms that set prices (Bertrand)."""
        demand, decisions, found = self.demand, self.decisions, []
        for position in range(1, len(demand.levels)) if self._has_contests else ():
            above = decisions.level(position - 1)
            if not decided[above].any() or (decisions.same[above] != np.arange(above.start, above.stop)).any():
                continue
            options, freight = source_options(demand.levels, position, demand.network, demand.world)
            if (np.sum(options >= 0, axis=1) > 1).any():
                found.append(Contest(options, freight))
        return tuple(found)

    def _game(self, posted: FloatArray, decided: BoolArray, answering: BoolArray, supply: Supply) -> PricingGame:
        """Return what firms know when they look for the prices that are ``decided`` now."""
        demand = self.demand
        assert self._sales is not None
        assert self._considered is not None
        stores = demand.stores.stop - demand.stores.start
        decisions = self.decisions
        chain = make_pass_through(decisions, supply, stores)
        owner = self._owner if self._needs_groups else decisions.owner
        leads = decisions.same == np.arange(len(decisions))
        return PricingGame(
            considered=self._considered,
            sales=self._sales,
            chain=chain._replace(owner=owner),
            decisions=replace(decisions, owner=owner),
            supply=supply,
            scale=demand.scale,
            posted=posted,
            factor=self._factor,
            decided=decided & leads,
            answering=answering,
            conduct=self._conduct,
            contests=self._contests(decided),
        )

    def _solve(self, game: PricingGame) -> tuple[FloatArray, bool]:
        """Return all prices of one game, and whether they came to rest."""
        way = way_to_find(self.demand)
        leaders, followers = leading_firms(self.demand, game, self.rules) if way == LEADERS else ([], None)
        if leaders and followers is not None:
            return stackelberg_prices(game, leaders, followers, self._tolerance)
        cells = game.considered.cell
        if self.provisional:
            return equilibrium(game, ROUGHLY * self._tolerance, scans=False)
        is_new = self._scanned is None or not np.array_equal(self._scanned, cells)
        scans = is_new and self._tolerance < COARSE
        found = equilibrium(game, self._tolerance, scans=scans)
        self._scanned = cells
        return found

    def _stay_out(self, price: FloatArray, supply: Supply) -> bool:
        """Leave out of Cournot's market who could not cover its cost. Tells whether anybody was left out."""
        if not self._needs_groups:
            return False
        source = supply.source
        landed = supply.beyond + supply.handling + np.where(source >= 0, price[np.maximum(source, 0)], 0.0)
        least = self._least_prices(landed)
        decisions, gone = self.decisions, False
        for leader in np.unique(decisions.same[decisions.same != np.arange(len(decisions))]):
            members = np.flatnonzero(decisions.same == leader)
            out = members[least[members] >= price[leader]]
            if len(out) and len(out) < len(members):
                gone = True
                self._leave_out(members, out)
        return gone

    def _least_prices(self, landed: FloatArray) -> FloatArray:
        """Return the prices at which a sale leaves nothing, from what goods cost, both (decisions,), cents.

        In shops a sale has costs of its own: commission, expected returns, handling and the like.
        """
        least, last = landed.copy(), len(self.demand.levels) - 1
        if self.demand.levels[last].nodes == self.demand.stores and self._terms is not None:
            here = self.decisions.level(last)
            least[here] = self._terms.shelf(here.stop - here.start).marginal_cost(landed[here])
        return least

    def _leave_out(self, members: IntArray, out: IntArray) -> None:
        """Go on without some of the firms that set a price together: these ask what a sale costs them.

        They are on their own, and as one of very many firms each: no margin is left to such a one.
        """
        decisions = self.decisions
        same, rivals = decisions.same.copy(), decisions.rivals.copy()
        left = members[~np.isin(members, out)]
        same[left], same[out] = left[0], out
        rivals[left], rivals[out] = len(np.unique(decisions.owner[left])), np.inf
        self._owner[out] = self._owner.max() + 1 + np.arange(len(out))
        self.decisions = replace(decisions, same=same, rivals=rivals)
