"""Pricing rules of firms that know their demand: the best response to other firms' prices, under a named conduct."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.common.parameters import parameter
from sim.common.types import CENTS, FloatArray, IntArray
from sim.rules.known_demand import MOST_ROUNDS, KnownDemand, best_price, cournot_price
from sim.rules.price_rule import PricingRule, PricingView, whole_cents

Conduct: TypeAlias = Literal["stackelberg", "margin", "percent"]
TRIED = 32
"""Prices compared at a time by a firm that leads and has to foresee the shops' reaction to each."""


def beside_rivals(own: float, cost: float, limit: float) -> float:
    """Return the target price of a seller whose rivals with the same goods take its buyers at ``limit``, in cents.

    The cheapest seller prices one cent below them. Any other seller would win by a cent and lose by a cent the next
    day. It knows that this ends at somebody's cost, and goes to its own cost at once. If the rivals' cost is higher, it
    is then the cheapest and returns to one cent below them. So no seller rests at a tie above cost.
    """
    return max(cost, limit - 1.0) if own < limit else cost


class KnowsDemand(PricingRule):
    """Base of rules that know the demand they face."""

    knows_demand: ClassVar[bool] = True

    conduct: Conduct = parameter(
        "stackelberg",
        "How firms downstream are expected to react. stackelberg: they react by their own rules, with all their "
        "products; margin: they keep their margins in money (Choi 1991); percent: they keep their percentage "
        "markups.",
        "choice",
    )
    damping: float = parameter(
        0.5,
        "Weight of the old price in the new one.",
        "share",
        ge=0,
        lt=1,
    )

    def decide(self, view: PricingView, state: Any) -> tuple[IntArray, Any]:
        if view.demand is None:
            return whole_cents(self.target(view)), state
        ahead: IntArray = whole_cents(self.target(view)) - view.own_price
        jumps = view.opening and view.demand.equilibrium is not None
        kept = np.where(view.own_price > 0, 0.0 if jumps else self.damping, 0.0)
        # At least one cent, or prices would stop before they arrive.
        move = np.ceil(np.abs(ahead) * (1.0 - kept) - 1e-9).astype(np.int64)
        return view.own_price + np.where(ahead < 0, -move, move), state

    def target(self, view: PricingView) -> FloatArray:
        """Return the target price. A product without a price history is offered at cost until somebody wants it."""
        if view.demand is None:
            return view.marginal_cost
        if view.demand.equilibrium is not None:
            return view.demand.equilibrium()
        price = np.where(view.own_price > 0, view.own_price.astype(np.float64), view.marginal_cost)
        best = price.copy()
        for firm in np.unique(view.demand.firm):
            sellers = np.flatnonzero(view.demand.firm == firm)
            best[sellers] = self.answer(view, view.demand, sellers, price.copy())[sellers]
        return best

    def answer(
        self, view: PricingView, demand: KnownDemand, sellers: NDArray[np.intp], price: FloatArray
    ) -> FloatArray:
        """Return ``price`` (sellers, products) with the best prices of one firm's sellers filled in."""
        raise TypeError(f"{type(self).__name__} does not implement a response")


class BestResponse(KnowsDemand):
    """The prices that maximise a firm's profit, given all other prices of yesterday evening (Bertrand)."""

    rule: Literal["best_response"] = parameter(
        "best_response", "Profit-maximising prices, given demand and others' prices.", "choice"
    )
    tolerance: float = parameter(
        0.001,
        "The search for the best response stops when prices move by less than this; from 0.1 upwards no firm looks for"
        " a better price far from the one found.",
        "currency",
        gt=0,
        le=1e6,
    )
    wholesale_below_direct: bool = parameter(
        False,
        "Whether a supplier keeps its wholesale price at or below its direct price, because shops could buy there"
        " too; set it for both prices.",
        "yes or no",
    )

    def answer(
        self, view: PricingView, demand: KnownDemand, sellers: NDArray[np.intp], price: FloatArray
    ) -> FloatArray:
        if demand.leads:
            return self._by_search(view, demand, sellers, price)
        wanted = [(int(seller), product) for seller in sellers for product in range(price.shape[1])]
        for _ in range(MOST_ROUNDS):
            before = price[sellers]
            for seller, product in wanted:
                curve = demand.curve(seller, product, price)
                if curve is not None and len(curve.price):
                    cost = view.marginal_cost[seller, product]
                    own = float(view.own_price[seller, product])
                    price[seller, product] = best_price(curve, cost)
                    if curve.is_contested(price[seller, product]):
                        price[seller, product] = beside_rivals(own, cost, curve.limit)
            if len(wanted) == 1 or np.abs(price[sellers] - before).max() <= self.tolerance * CENTS:
                break
        return price

    def _by_search(
        self, view: PricingView, demand: KnownDemand, sellers: NDArray[np.intp], price: FloatArray
    ) -> FloatArray:
        """Return the prices that earn a firm most once the shops it supplies have reacted.

        Searches evenly spaced prices, then again around the best of them, until they are close enough.
        """
        for seller in sellers:
            for product in range(price.shape[1]):
                curve = demand.curve(seller, product, price)
                if curve is None or len(curve.price) == 0:
                    continue
                low = view.marginal_cost[seller, product]
                if self.wholesale_below_direct:
                    low = max(low, view.wholesale_price[seller, product])
                high = max(float(curve.price[0]), low)
                best, reach = 0.5 * (low + high), 0.5 * (high - low)
                while reach > self.tolerance * CENTS:
                    tried = np.linspace(max(low, best - reach), min(high, best + reach), TRIED)
                    best = float(tried[np.argmax(demand.profit(seller, product, price, tried))])
                    reach *= 4.0 / TRIED
                price[seller, product] = best
        return price


class Quantity(KnowsDemand):
    """The price at which what the firms of a tier bring to market is just sold (Cournot; tiers: Greenhut & Ohta 1979).

    Each of n firms with the same goods takes the others' quantities as given. If their costs differ, their mean
    determines the price; a firm whose cost exceeds it brings nothing and prices at cost (Bergstrom & Varian 1985). All
    other firms charge the same price. How sales are split among them is up to the buyers, and need not match theory.
    """

    moves_together: ClassVar[bool] = True

    rule: Literal["quantity"] = parameter(
        "quantity", "The price that clears what competing firms bring to market.", "choice"
    )

    def answer(
        self, view: PricingView, demand: KnownDemand, sellers: NDArray[np.intp], price: FloatArray
    ) -> FloatArray:
        wanted = [(int(seller), product) for seller in sellers for product in range(price.shape[1])]
        for _ in range(MOST_ROUNDS):
            before = price[sellers]
            for seller, product in wanted:
                curve = demand.curve(seller, product, price)
                if curve is not None and len(curve.price):
                    found = cournot_price(curve, demand.costs(seller, product))
                    price[seller, product] = max(found, view.marginal_cost[seller, product])
            if len(wanted) == 1 or np.abs(price[sellers] - before).max() <= 0.1:
                break
        return price


__all__ = ["BestResponse", "Conduct", "KnowsDemand", "Quantity"]
