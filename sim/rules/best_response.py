"""Pricing rules of firms that know their demand: the best answer to what others ask, with a named conduct."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.common.parameters import parameter
from sim.rules.known_demand import MOST_ROUNDS, KnownDemand, best_price, cournot_price
from sim.rules.price_rule import FloatArray, IntArray, PricingRule, PricingView, whole_cents

Conduct: TypeAlias = Literal["stackelberg", "margin", "percent"]
CENTS = 100.0
TRIED = 32
"""Prices compared at a time where a firm leads and has to foresee what shops answer to each."""


def beside_rivals(own: float, cost: float, limit: float) -> float:
    """Return the price aimed at where rivals with the same goods take the buyers at ``limit``, in cents.

    The cheapest seller goes up to a cent below them. Another one would win by a cent, and lose by a cent the next day:
    it knows that this ends where one of them cannot go on, and makes for its own cost at once. If the rivals' cost is
    the higher one, it is the cheapest then, and comes up again to a cent below them: nobody rests at a tie above cost.
    """
    return max(cost, limit - 1.0) if own < limit else cost


class KnowsDemand(PricingRule):
    """Common to rules that know the demand they face."""

    knows_demand: ClassVar[bool] = True

    conduct: Conduct = parameter(
        "stackelberg",
        "What firms downstream are expected to do. stackelberg: answer by their own rule, with all their products; "
        "margin: keep their margins in money (Choi 1991); percent: keep them in percent.",
        "choice",
    )
    damping: float = parameter(
        0.5,
        "Share of the old price in the new one.",
        "share",
        ge=0,
        lt=1,
    )

    def decide(self, view: PricingView, state: Any) -> tuple[IntArray, Any]:
        if view.demand is None:
            return whole_cents(self.target(view)), state
        ahead = whole_cents(self.target(view)) - view.own_price
        jumps = view.opening and view.demand.equilibrium is not None
        kept = np.where(view.own_price > 0, 0.0 if jumps else self.damping, 0.0)
        # At least a cent, or prices would come to rest before they have arrived.
        move = np.ceil(np.abs(ahead) * (1.0 - kept) - 1e-9).astype(np.int64)
        return view.own_price + np.sign(ahead) * move, state

    def target(self, view: PricingView) -> FloatArray:
        """Return the price aimed at. What has never had a price is offered at cost until somebody wants it."""
        if view.demand is None:
            return view.marginal_cost
        if view.demand.equilibrium is not None:
            return self.found(view, view.demand.equilibrium())
        price = np.where(view.own_price > 0, view.own_price.astype(np.float64), view.marginal_cost)
        best = price.copy()
        for firm in np.unique(view.demand.firm):
            sellers = np.flatnonzero(view.demand.firm == firm)
            best[sellers] = self.answer(view, view.demand, sellers, price.copy())[sellers]
        return best

    def found(self, view: PricingView, price: FloatArray) -> FloatArray:
        """Return what sellers ask whose prices have been found together with all others', (sellers, products)."""
        return price

    def answer(
        self, view: PricingView, demand: KnownDemand, sellers: NDArray[np.intp], price: FloatArray
    ) -> FloatArray:
        """Return ``price`` (sellers, products) with the best prices of one firm's sellers in it."""
        raise TypeError(f"{type(self).__name__} does not say how it answers")


class BestResponse(KnowsDemand):
    """The prices at which a firm earns most, all else as posted yesterday evening (Bertrand)."""

    rule: Literal["best_response"] = parameter(
        "best_response", "The prices that earn most, given demand and what others ask.", "choice"
    )
    tolerance: float = parameter(
        0.001, "The best answer is looked for until prices move by less than this.", "currency", gt=0, le=1e6
    )
    wholesale_below_direct: bool = parameter(
        False,
        "Whether a supplier keeps its wholesale price at or below its direct price, since shops could buy there, too; "
        "to be said of both its prices.",
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
                if curve is not None and len(curve.worth):
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
        """Return the prices of one firm that earn most once the shops it supplies have answered.

        Looked for among evenly spaced prices, then again around the best of them, until they lie close enough.
        """
        for seller in sellers:
            for product in range(price.shape[1]):
                curve = demand.curve(seller, product, price)
                if curve is None or len(curve.worth) == 0:
                    continue
                low = view.marginal_cost[seller, product]
                if self.wholesale_below_direct:
                    low = max(low, view.wholesale_price[seller, product])
                high = max(float(curve.worth[0]), low)
                best, reach = 0.5 * (low + high), 0.5 * (high - low)
                while reach > self.tolerance * CENTS:
                    tried = np.linspace(max(low, best - reach), min(high, best + reach), TRIED)
                    best = float(tried[np.argmax(demand.profit(seller, product, price, tried))])
                    reach *= 4.0 / TRIED
                price[seller, product] = best
        return price


class Quantity(KnowsDemand):
    """The price at which what the firms of a tier bring to market is just sold (Cournot; tiers: Greenhut & Ohta 1979).

    Each of n firms with the same goods takes the others' quantities as given. Where their costs differ, their mean
    decides the price, and who could not cover its cost brings nothing and asks its cost (Bergstrom & Varian 1985). All
    others ask the same price: who of them sells how much is up to the buyers, who need not split as in theory.
    """

    moves_together: ClassVar[bool] = True

    rule: Literal["quantity"] = parameter("quantity", "The price that clears what competing firms bring.", "choice")

    def found(self, view: PricingView, price: FloatArray) -> FloatArray:
        return np.maximum(price, view.marginal_cost)

    def answer(
        self, view: PricingView, demand: KnownDemand, sellers: NDArray[np.intp], price: FloatArray
    ) -> FloatArray:
        wanted = [(int(seller), product) for seller in sellers for product in range(price.shape[1])]
        for _ in range(MOST_ROUNDS):
            before = price[sellers]
            for seller, product in wanted:
                curve = demand.curve(seller, product, price)
                if curve is not None and len(curve.worth):
                    found = cournot_price(curve, demand.costs(seller, product))
                    price[seller, product] = max(found, view.marginal_cost[seller, product])
            if len(wanted) == 1 or np.abs(price[sellers] - before).max() <= 0.1:
                break
        return price


__all__ = ["BestResponse", "Conduct", "KnowsDemand", "Quantity"]
