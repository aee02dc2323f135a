"""How prices are found under the conduct that firms' rules name, and what is refused because it cannot be found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.common.types import BoolArray, IntArray
from sim.engine.demand_estimation.decisions import Decisions
from sim.engine.demand_estimation.equilibrium import PricingGame
from sim.engine.demand_estimation.leaders import MOST_FOLLOWERS, Leader
from sim.rules.best_response import BestResponse, KnowsDemand, Quantity
from sim.rules.price_rule import PricingRule
from sim.scenario import Problem, ScenarioError

if TYPE_CHECKING:
    from sim.engine.demand_estimation.demand_survey import Demand

SEARCH, EQUILIBRIUM, LEADERS = "search", "equilibrium", "leaders"
"""One good after another by its own demand curve; all prices at once; leaders who foresee their followers."""


def conduct_error(why: str, remedy: str) -> ScenarioError:
    """Return the error of a conduct that cannot be had."""
    return ScenarioError([Problem("", "pricing.conduct", "'stackelberg'", why, remedy)])


def goods_compete(demand: Demand) -> bool:
    """Tell whether some customer compares several products."""
    considered = demand.world.catalogue.considered
    return considered.shape[1] > 1 and len(demand.world.product_names) > 1


def knowing_levels(demand: Demand) -> list[int]:
    """Return the positions of the levels in which somebody finds its price to firms, or in shops, from known demand."""
    return [
        position
        for position, level in enumerate(demand.levels)
        if any(group.rule.knows_demand for group in level.pricing) and not is_idle(demand, position)
    ]


def is_idle(demand: Demand, position: int) -> bool:
    """Tell whether nobody buys at a level's prices: makers without a chain below, shops that own nothing."""
    if demand.levels[position].nodes == demand.stores:
        own = demand.shelves.carried & ~demand.shelves.consigned
        return not own.any()
    return position + 1 >= len(demand.levels) or is_idle(demand, position + 1)


def leads(rule: PricingRule) -> bool:
    """Tell whether a rule expects followers to answer."""
    return isinstance(rule, KnowsDemand) and rule.conduct == "stackelberg"


def leading_levels(demand: Demand) -> list[int]:
    """Return the positions of the levels whose firms foresee what firms downstream, who know their demand, answer."""
    knowing = knowing_levels(demand)
    return [
        position
        for position in knowing
        if position < knowing[-1] and any(leads(group.rule) for group in demand.levels[position].pricing)
    ]


def direct_sellers_lead(demand: Demand) -> bool:
    """Tell whether makers foresee what shops that buy from them answer to their prices to customers."""
    knowing = knowing_levels(demand)
    if len(demand.levels) != 2 or not knowing or knowing[-1] != 1:
        return False
    makers = demand.world.catalogue.supplier
    leading = np.zeros(demand.levels[0].size, dtype=np.bool_)
    for group in demand.levels[0].direct_pricing:
        leading[group.rows] = leads(group.rule)
    return bool((both_ways(demand) & leading[makers]).any())


def both_ways(demand: Demand) -> BoolArray:
    """Return which products customers can have both from shops and from their makers, (products,)."""
    on_shelf, direct = demand.offered[: -demand.products], demand.offered[-demand.products :]
    both: BoolArray = on_shelf.reshape(-1, demand.products).any(axis=0) & direct
    return both


def followers_have_several(demand: Demand) -> bool:
    """Tell whether some retailer sells several products to customers who compare several."""
    if not goods_compete(demand):
        return False
    on_shelf = demand.offered[: -demand.products].reshape(-1, demand.products)
    retailers = demand.network.account[demand.stores]
    return any(on_shelf[retailers == firm].any(axis=0).sum() > 1 for firm in np.unique(retailers))


def keeps_below_direct(demand: Demand) -> bool:
    """Tell whether a maker keeps its wholesale price at or below its price to customers, and has both."""
    both = len(demand.levels) == 2 and bool(both_ways(demand).any())
    groups = demand.levels[0].pricing
    return both and any(isinstance(g.rule, BestResponse) and g.rule.wholesale_below_direct for g in groups)


def way_to_find(demand: Demand) -> str:
    """Return how the prices of this market are found. Raises ScenarioError where their conduct cannot be had."""
    leading, knowing = leading_levels(demand), knowing_levels(demand)
    foreseen = bool(leading) or direct_sellers_lead(demand) or keeps_below_direct(demand)
    if demand.scale <= 0:
        if foreseen and followers_have_several(demand):
            raise conduct_error(
                "without taste shocks (customers.scale = 0) a leader cannot foresee how a firm with several products "
                "prices all of them again",
                'set conduct = "margin", customers.scale above 0, or customers.breadth = 1',
            )
        return SEARCH
    if not foreseen:
        return EQUILIBRIUM
    shops = len(demand.levels) - 1
    if len(leading) <= 1 and set(knowing) <= {*(leading or [0]), shops}:
        return LEADERS
    if goods_compete(demand) or several_alike(demand, knowing):
        raise conduct_error(
            "a leader foresees one level of firms with several products or with rivals, the shops; here there are "
            f"{len(knowing)} levels that find their prices",
            'set conduct = "margin" for all of them, or give all levels but two a rule that follows cost',
        )
    return SEARCH


def several_alike(demand: Demand, knowing: list[int]) -> bool:
    """Tell whether shops of several firms that find prices on their own are compared by the same customers."""
    last = knowing[-1]
    rules = [group.rule for group in demand.levels[last].pricing]
    if demand.levels[last].nodes != demand.stores or any(isinstance(rule, Quantity) for rule in rules):
        return False
    stores = np.arange(demand.stores.start, demand.stores.stop)
    return any(
        demand.firms(group) > 1
        for product in range(demand.products)
        for group in demand.rival_groups(last, stores[demand.offered[demand.cells_of(stores, product)]], product)
    )


def leading_firms(demand: Demand, game: PricingGame, rules: list[PricingRule]) -> tuple[list[Leader], IntArray]:
    """Return the firms that lead, and the decisions of those that follow."""
    decisions = game.decisions
    sold = np.zeros(len(decisions), dtype=np.bool_)
    cells = np.unique(game.considered.cell)
    passed = game.chain.decision[cells]
    sold[passed[passed >= 0]] = True
    shops = len(demand.levels) - 1
    at_shops = np.zeros(len(decisions), dtype=np.bool_)
    at_shops[decisions.level(shops)] = True
    followers = np.flatnonzero(at_shops & game.decided & sold) if shops > 0 else np.empty(0, dtype=np.int64)
    if len(followers) > MOST_FOLLOWERS:
        why = f"{len(followers)} prices of followers are too many to foresee; at most {MOST_FOLLOWERS}"
        raise conduct_error(why, 'set conduct = "margin", or have fewer shops or products')
    leading, found = game.decided & sold & ~at_shops, []
    for position in range(shops) if shops > 0 else (0,):
        here = decisions.level(position)
        mine = np.zeros(len(decisions), dtype=np.bool_)
        mine[here] = True
        mine[decisions.direct] = position == 0
        for firm in np.unique(decisions.owner[leading & mine]):
            own = np.flatnonzero(leading & mine & (decisions.owner == firm))
            found.append(Leader(int(firm), position, own, ceilings(demand, decisions, own, rules)))
    return found, followers


def ceilings(demand: Demand, decisions: Decisions, own: IntArray, rules: list[PricingRule]) -> IntArray:
    """Return the pairs of a maker's wholesale and direct prices of which the first may not exceed the second."""
    pairs = []
    for decision in own.tolist():
        rule = rules[decision]
        bound = isinstance(rule, BestResponse) and rule.wholesale_below_direct
        customers_pay = decisions.direct.start + decision % decisions.products
        if bound and decision < decisions.first[1] and customers_pay in own and len(demand.levels) == 2:
            pairs.append((decision, customers_pay))
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def refuse_unequal_ranges(demand: Demand, firms: IntArray, ranges: list[IntArray]) -> None:
    """Refuse Cournot's market with several products where not all firms bring all of them."""
    alike = all(np.array_equal(ranges[0], other) for other in ranges[1:])
    if len(firms) > 1 and goods_compete(demand) and not alike:
        why = "firms that bring quantities of several products to the same buyers must all bring the same ones"
        remedy = 'give these firms the same assortment, or the rule "best_response"'
        raise ScenarioError([Problem("", "pricing.rule", "'quantity'", why, remedy)])
