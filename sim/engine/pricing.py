"""Prices, set down the chain: what a level of firms is shown, and what becomes of its decision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias

import numpy as np

from sim.common.types import CENTS, FloatArray, IntArray
from sim.engine.codes import NO_PRICE
from sim.engine.construction import make_levels, make_network
from sim.engine.demand_estimation import (
    SEARCH,
    CellTerms,
    Competition,
    Demand,
    DepotDemand,
    DirectDemand,
    MarketSnapshot,
    SellerDemand,
    StoreDemand,
    freight_from_makers,
    refuse_runaways,
    terms_by_cell,
    way_to_find,
)
from sim.engine.firms.level import Group, Level
from sim.engine.price_script import NO_SCRIPT, PostedPrices, PriceScript
from sim.engine.purchasing import purchase_costs
from sim.engine.replenishment import keeps_in_stock
from sim.engine.rival_prices import lowest_asked, rivals_in_level, rivals_in_town, shelf_average
from sim.engine.sales_history import SalesHistory
from sim.kernels.lowest_price import NOWHERE, lowest_prices
from sim.kernels.supply import Network
from sim.rules.best_response import BestResponse, KnowsDemand
from sim.rules.known_demand import KnownDemand
from sim.rules.learning import Learning
from sim.rules.price_rule import SalesRecord
from sim.rules.pricing import PricingRule, PricingView, whole_cents
from sim.scenario.regimes import SHIPPED, Regime
from sim.world.world import World

DemandAt: TypeAlias = Callable[[Level, Group[PricingRule], FloatArray], KnownDemand | None]
SalesRecordOf: TypeAlias = Callable[[Level, Group[PricingRule], int], SalesRecord | None]


def nothing_known(level: Level, group: Group[PricingRule], cost: FloatArray) -> KnownDemand | None:
    """Return what is known of demand where no market runs."""
    del level, group, cost
    return None


def nothing_observed(level: Level, group: Group[PricingRule], day: int) -> SalesRecord | None:
    """Return what sellers have observed where no market runs."""
    del level, group, day
    return None


class Known(NamedTuple):
    """What firms know besides costs and posted prices: the demand a group faces, and its sales."""

    demand_at: DemandAt = nothing_known
    sales_record_of: SalesRecordOf = nothing_observed


NOTHING_KNOWN = Known()
"""What is known where no market runs."""


class Prices:
    """All prices of one market: between firms and on shelves in ``network.price``, to customers in ``shelves``.

    ``snapshot`` is what firms that know their demand may survey, ``sales`` what sellers observe, ``script`` which
    prices are given from outside. ``searches`` tells of the days on which firms looked for their best prices together
    whether these came to rest.
    """

    def __init__(
        self,
        posted: PostedPrices,
        regime: Regime,
        snapshot: MarketSnapshot,
        sales: SalesHistory,
        script: PriceScript = NO_SCRIPT,
    ):
        self.posted = posted
        self.world, self.levels, self.network, self.shelves = world, levels, network, shelves = posted
        self.regime = regime
        self.snapshot = snapshot
        self.sales = sales
        self.script = script
        self.demand = Demand(world, levels, network, shelves)
        self.searches: dict[int, bool] = {}
        self._reference: FloatArray | None = None
        groups = [group for level in levels[script.live_from :] for group in level.pricing]
        groups += [] if script.says_direct else [group for level in levels for group in level.direct_pricing]
        self.competition = Competition(self.demand)
        self._leave_out_what_is_given()
        self._together = False
        self._terms: CellTerms | None = None
        self._know_demand = [group for group in groups if group.rule.knows_demand]
        self._sells = world.places.slots[world.places.stores] > 0
        self._lowest, self._wished = np.empty((2, len(world.product_names)), dtype=np.int64)

    def _leave_out_what_is_given(self) -> None:
        """Have only those prices found that the script does not give."""
        decisions, script = self.competition.decisions, self.script
        knows = decisions.knows.copy()
        knows[: decisions.first[min(script.live_from, len(self.levels))]] = False
        if script.says_direct:
            knows[decisions.direct] = False
        self.competition.decisions = replace(decisions, knows=knows)

    def open(self, choose_assortment: Callable[[], object]) -> None:
        """Set opening prices: roughly, then, once shops have chosen what they carry, for good.

        Only then a direct seller sees whose goods stand in the shops.
        """
        self.competition.provisional = True
        self.set(0, opening=True)
        choose_assortment()
        self.competition.forget()
        self.set(0, opening=True)

    def set(self, day: int, *, opening: bool = False) -> None:
        """Let firms whose review day it is set prices, top of the chain first, then suppliers those to customers."""
        stores = self.world.places.stores
        yesterday = self.network.price[stores].copy()
        self._terms = None
        self.script.post(self.posted)
        asked_for = self._demand_is_asked_for(day, opening=opening)
        if asked_for:
            self._survey(day)
        for level in self.levels[self.script.live_from :]:
            if self.regime.at_cost:
                self._ask_cost(level)
            elif deciding(level.pricing, day, opening=opening):
                rivals = self._rivals_of(level, opening=opening)
                costs = self._costs_of(level)
                known = Known(self._demand_at, self._sales_record_of)
                decide_prices(level, day, self.network, self.world, costs, rivals, known, opening=opening)
                self._remember_costs(level, day, costs, opening=opening)
        if self.regime.supplier_channels and not self.script.says_direct:
            # On the opening day there is no yesterday: a direct seller looks at the chain's opening prices.
            self._set_direct(day, self.network.price[stores] if opening else yesterday, opening=opening)
        self.shelves.list_price[:] = self.network.price[stores]
        self.script.observe(self.posted)
        if asked_for and self._together and not self.competition.provisional:
            self.searches[day] = self.competition.settled and self.searches.get(day, True)
        if asked_for and not opening:
            refuse_runaways(self.demand, self.competition.decisions, self.competition.posted)

    def _cell_terms(self) -> CellTerms:
        """Return what a sale at every price to customers brings and costs today, looked up when first asked for."""
        if self._terms is None:
            freight = freight_from_makers(self.network, self.world)
            self._terms = terms_by_cell(self.snapshot, self.world.catalogue, self.shelves, freight)
        return self._terms

    def direct_cost(self) -> FloatArray:
        """Return what a unit sold to customers costs its maker at today's direct prices, (products,), cents.

        Whatever is due with the sale is in it, expected returns too: the price less this is what the sale leaves.
        """
        self._terms = None
        return np.asarray(self.shelves.direct_price - self._direct_margin(), dtype=np.float64)

    def _survey(self, day: int) -> None:
        """Survey demand, and see whether prices are found together, as where tastes are smooth, or good by good."""
        self.demand.look(day, self.snapshot, self._cell_terms())
        self._together = way_to_find(self.demand) != SEARCH
        if self._together:
            self.competition.look(self.snapshot, self._cell_terms())

    def _costs_of(self, level: Level) -> Costs:
        """Return what a unit costs the places of a level today."""
        price, freight = purchase_costs(level, self.network, self.world)
        landed = price + freight
        if level.nodes != self.world.places.stores:
            return Costs(landed, landed + self.network.handling[level.nodes][:, None])
        on_shelf = self._cell_terms().shelf(landed.size)
        return Costs(landed, on_shelf.marginal_cost(landed.ravel()).reshape(landed.shape))

    def _remember_costs(self, level: Level, day: int, costs: Costs, *, opening: bool) -> None:
        """Note at which cost places set the prices they have now: who buys of whom foresees what they will ask."""
        for group in deciding(level.pricing, day, opening=opening):
            self.demand.cost_when_set[level.nodes.start + group.rows] = costs.landed[group.rows]

    def _demand_is_asked_for(self, day: int, *, opening: bool) -> bool:
        """Tell whether anybody who knows the demand sets a price today."""
        return bool(deciding(self._know_demand, day, opening=opening)) and not self.regime.at_cost

    def _demand_at(self, level: Level, group: Group[PricingRule], cost: FloatArray) -> KnownDemand | None:
        """Return the demand that sellers of a level face who sell at this cost, where their rule knows it."""
        rule = group.rule
        if not isinstance(rule, KnowsDemand):
            return None
        position = self.levels.index(level)
        seller: SellerDemand
        if level.nodes == self.world.places.stores:
            seller = StoreDemand(self.demand, group.rows, cost, rule)
        else:
            bound = isinstance(rule, BestResponse) and rule.wholesale_below_direct
            leads, margin = bound and bool(self.regime.supplier_channels), self._direct_margin()
            seller = DepotDemand(self.demand, position, group.rows, cost, rule, margin, leads=leads)
        if self._together:
            here, shape = self.competition.decisions.level(position), (level.size, -1)
            seller.found = lambda: self.competition.prices(position)[here].reshape(shape)[group.rows]
        return seller.as_known_demand()

    def _direct_margin(self) -> FloatArray:
        """Return what makers earn on a unit sold to customers themselves, (products,), cents."""
        terms = self._cell_terms().direct(len(self.world.product_names))
        return np.asarray(
            terms.kept * self.shelves.direct_price - terms.cost - terms.units * self.world.unit_cost, dtype=np.float64
        )

    def _sales_record_of(
        self, level: Level, group: Group[PricingRule], day: int, *, direct: bool = False
    ) -> SalesRecord | None:
        """Return what sellers of a level have observed since their last review, where their rule uses it."""
        if not group.rule.uses_sales_history:
            return None
        settling = group.rule.settling_days if isinstance(group.rule, Learning) else 0
        return self.sales.observe(level, group.rows, day, direct=direct, settling_days=settling)

    def _ask_cost(self, level: Level) -> None:
        """Set prices that nobody decides: what was paid for the goods and, in a store, their handling."""
        paid, _ = purchase_costs(level, self.network, self.world)
        is_store = level.nodes == self.world.places.stores
        handling = self.world.scenario.retailers.handling_cost * CENTS if is_store else 0.0
        self.network.price[level.nodes] = whole_cents(paid + handling)

    def _rivals_of(self, level: Level, *, opening: bool) -> IntArray:
        """Return the lowest prices of others that a level looks at, (places, products); none at the opening."""
        if opening or not any(getattr(group.rule, "watches_rivals", False) for group in level.pricing):
            return np.full((level.size, len(self.world.product_names)), NO_PRICE, dtype=np.int64)
        if level.nodes == self.world.places.stores:
            direct = "parcel" in self.regime.supplier_channels
            return rivals_in_town(self.shelves, self.world.places.town[level.nodes], direct=direct)
        sells = keeps_in_stock(level, self.world, self.shelves)
        return rivals_in_level(np.where(sells, self.network.price[level.nodes], NOWHERE))

    def _set_direct(self, day: int, chain_prices: IntArray, *, opening: bool) -> None:
        """Set suppliers' prices to customers. ``chain_prices`` (stores, products) are yesterday's in the shops."""
        world, level = self.world, self.levels[0]
        if self.regime.at_cost:
            over_the_counter = self.regime.shelves in ("consigned", "mixed")
            seller = world.scenario.retailers if over_the_counter else world.scenario.suppliers
            handling = getattr(seller, "handling_cost" if over_the_counter else "direct_handling_cost")
            self.shelves.direct_price[:] = whole_cents(world.unit_cost + handling * CENTS)
            return
        groups = deciding(level.direct_pricing, day, opening=opening)
        if not groups:
            return
        handling = world.scenario.suppliers.direct_handling_cost * CENTS
        cost = np.tile(world.unit_cost + handling, (level.size, 1))
        own = self.shelves.carried & ~self.shelves.consigned
        reference = shelf_average(chain_prices, own) if own.any() else self._chain_price()
        rivals = lowest_asked(np.where(own, chain_prices, NOWHERE))
        current = np.tile(self.shelves.direct_price, (level.size, 1))
        terms = self._cell_terms().direct(len(self.world.product_names))
        sold_at = np.tile(terms.marginal_cost(world.unit_cost.astype(np.float64)), (level.size, 1))
        for group in groups:
            rows = group.rows
            shape = (len(rows), len(reference))
            view = PricingView(
                day=day,
                products=world.product_names,
                landed_cost=cost[rows],
                own_price=current[rows],
                rival_price=np.broadcast_to(rivals, shape),
                wholesale_price=self.network.price[level.nodes][rows].astype(np.float64),
                reference_price=np.broadcast_to(reference, shape),
                marginal_cost=sold_at[rows],
                demand=self._direct_demand(group, sold_at),
                observed=self._sales_record_of(level, group, day, direct=True),
                opening=opening,
            )
            current[rows] = group.decide(view, learns=not opening)
        makers = world.catalogue.supplier
        self.shelves.direct_price[:] = current[makers, np.arange(len(makers))]

    def _direct_demand(self, group: Group[PricingRule], cost: FloatArray) -> KnownDemand | None:
        """Return the demand at the direct prices of suppliers who sell at this cost, where their rule knows it."""
        if not isinstance(group.rule, KnowsDemand):
            return None
        makers = self.world.catalogue.supplier
        products = np.arange(len(makers))
        wholesale = self.network.price[makers, products] - self.world.unit_cost
        kept = self._cell_terms().direct(len(makers)).kept
        # In terms of the price, of which the platform and refunds take a part.
        earned = wholesale / np.maximum(kept, 1e-9)
        seller = DirectDemand(self.demand, group.rows, cost[group.rows], group.rule.conduct, earned)
        if self._together:
            direct, rows = self.competition.decisions.direct, len(group.rows)
            seller.found = lambda: np.tile(self.competition.prices(len(self.levels))[direct], (rows, 1))
        return seller.as_known_demand()

    def _chain_price(self) -> FloatArray:
        """Return what the traditional chain would charge where there is none to look at, computed once."""
        if self._reference is None:
            self._reference = chain_price(self.world)
        return self._reference

    def lowest_anywhere(self) -> IntArray:
        """Return each product's lowest price to customers today, in cents, shape (products,).

        Where nobody offers a product, what the cheapest store would ask; ``NO_PRICE`` where there are no stores.
        """
        by_parcel = "parcel" in self.regime.supplier_channels
        lowest_prices(self.shelves, self._sells, by_parcel, self._lowest, self._wished)
        return self._lowest


def deciding(groups: Sequence[Group[PricingRule]], day: int, *, opening: bool) -> list[Group[PricingRule]]:
    """Return the groups of sellers that set prices today: at the opening all, then those whose review day it is."""
    return [group for group in groups if opening or group.due(day)]


class Costs(NamedTuple):
    """What a unit costs the places of a level, (places, products), cents.

    ``landed`` at their door; ``marginal`` sold, with all that is due with a sale, as a price that leaves nothing.
    """

    landed: FloatArray
    marginal: FloatArray


def decide_prices(
    level: Level,
    day: int,
    network: Network,
    world: World,
    costs: Costs,
    rivals: IntArray,
    known: Known = NOTHING_KNOWN,
    *,
    opening: bool = False,
) -> None:
    """Let the firms of a level whose review day it is set their prices to buyers downstream (stores: to customers).

    ``rivals`` are the lowest prices of others, shape (places, products).
    """
    own = network.price[level.nodes]
    nothing = np.zeros_like(costs.landed)
    for group in deciding(level.pricing, day, opening=opening):
        rows = group.rows
        cost = costs.marginal[rows]
        view = PricingView(
            day=day,
            products=world.product_names,
            landed_cost=costs.landed[rows],
            own_price=own[rows],
            rival_price=rivals[rows],
            wholesale_price=nothing[rows],
            reference_price=nothing[rows],
            marginal_cost=cost,
            demand=known.demand_at(level, group, cost),
            observed=known.sales_record_of(level, group, day),
            opening=opening,
        )
        own[rows] = group.decide(view, learns=not opening)


def chain_price(world: World) -> FloatArray:
    """Return the consumer price at the end of the traditional chain from its cost-plus rules, (products,), cents.

    Computed without a run, for a direct seller in a world that has no chain to look at.
    """
    chain = SHIPPED["traditional"]
    network = make_network(world, chain)
    for level in make_levels(world, chain):
        alone = np.full((level.size, len(world.product_names)), NO_PRICE, dtype=np.int64)
        landed = np.add(*purchase_costs(level, network, world))
        decide_prices(level, 0, network, world, Costs(landed, landed), alone, opening=True)
    stores = world.places.stores
    sells = np.broadcast_to(world.places.slots[stores][:, None] > 0, network.price[stores].shape)
    return shelf_average(network.price[stores], sells)
