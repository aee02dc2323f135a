"""Prices handed over by people: checked as they are said, asked from the next morning on."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sim.common.types import CENTS
from sim.engine.codes import NO_PRICE
from sim.engine.firms.level import Group
from sim.rules.player import Player
from sim.rules.price_rule import PricingRule
from sim.world.world import World

PriceList: TypeAlias = Mapping[str, float]
HIGHEST_PRICE = 1e9
"""In units of currency, as everywhere in a scenario."""


class PlayerError(ValueError):
    """A price that cannot be asked. The message lists everything that is wrong, one line each."""


class PlayerPrices(MutableMapping[str, PriceList]):
    """What players ask: firm -> product -> price, in units of currency.

    Say it between two days; products that are not named keep their price, and so does everything that is said again
    the same. A retailer asks one price for a product in all its stores.

        market = sim.Market(scenario)
        market.player_prices["Ann"] = {"apple": 4.99}
        market.step()

    Reading it gives back what was said so far.
    """

    def __init__(self, world: World, groups: Sequence[tuple[int, Group[PricingRule]]], asked: NDArray[np.int64]):
        """Prepare to listen.

        Args:
            world: the world of the market.
            groups: sellers by rule, each with the number of the first place of their level.
            asked: where to write prices down, in cents, shape (places, products).
        """
        self._products, self._asked = world.product_names, asked
        self._made_by = world.catalogue.supplier
        self._suppliers = world.places.suppliers.stop
        self._nodes: dict[str, list[int]] = {}
        for first, group in groups:
            for row in group.rows if isinstance(group.rule, Player) else ():
                node = first + int(row)
                self._nodes.setdefault(world.accounts[world.places.account[node]], []).append(node)

    def __getitem__(self, firm: str) -> dict[str, float]:
        node = self._nodes[firm][0]
        return {self._products[p]: self._asked[node, p] / CENTS for p in np.flatnonzero(self._asked[node] != NO_PRICE)}

    def __setitem__(self, firm: str, prices: PriceList) -> None:
        """Ask these prices from the next review on.

        Raises:
            PlayerError: with everything that is wrong, and nothing changed.
        """
        wrong = self._firm_is_wrong(firm) or self._prices_are_wrong(firm, prices)
        if wrong:
            raise PlayerError("\n".join(wrong))
        for product, price in prices.items():
            cents = int(np.rint(price * CENTS))
            self._asked[self._nodes[firm], self._products.index(product)] = cents

    def __delitem__(self, firm: str) -> None:
        """Forget what was said: the price that holds goes on."""
        if firm not in self._nodes:
            raise KeyError(firm)
        self._asked[self._nodes[firm]] = NO_PRICE

    def __iter__(self) -> Iterator[str]:
        return iter(self._nodes)

    def __len__(self) -> int:
        return len(self._nodes)

    def _firm_is_wrong(self, firm: str) -> list[str]:
        if firm in self._nodes:
            return []
        known = ", ".join(self._nodes) or "nobody; give a firm the rule `player`"
        return [f"{firm!r}: no player decides the prices of a firm of this name here. Players decide for: {known}"]

    def _prices_are_wrong(self, firm: str, prices: PriceList) -> list[str]:
        if not isinstance(prices, Mapping):
            return [f"{firm}: {prices!r} is not a price list; say {{product: price}}"]
        sold = self._sold_by(self._nodes[firm][0])
        wrong = []
        for product, price in prices.items():
            if product not in sold:
                some = ", ".join(sold[:8]) + (", ..." if len(sold) > 8 else "")
                wrong.append(f"{firm}: it sells nothing called {product!r}. It sells: {some}")
            elif isinstance(price, (bool, np.bool_)) or not isinstance(price, (int, float, np.integer, np.floating)):
                wrong.append(f"{firm}, {product}: {price!r} is not a number")
            elif not (math.isfinite(price) and 0 <= price <= HIGHEST_PRICE):
                wrong.append(
                    f"{firm}, {product}: {price} is not a price; it must lie between 0 and {HIGHEST_PRICE:.0e}"
                )
        return wrong

    def _sold_by(self, node: int) -> list[str]:
        """Return the products a place sells: a supplier's depot what it makes, all others anything."""
        everything = node >= self._suppliers
        return [name for name, maker in zip(self._products, self._made_by, strict=True) if everything or maker == node]
