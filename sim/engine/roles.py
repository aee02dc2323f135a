"""The parts that accounts play: customers, firms by kind and tier, and all others."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from sim.common.types import IntArray

HOUSEHOLDS = "households"


@dataclass(frozen=True)
class Roles:
    """The parts that accounts play: households, all other outside accounts, and firms by kind and tier.

    Attributes:
        of_account: role of each account, shape (accounts + 1,); the last is for code -1, nobody.
        tiers: number of intermediary tiers.
    """

    of_account: IntArray
    tiers: int

    HOUSEHOLDS = 0
    OUTSIDE = 1
    SUPPLIER = 2

    @property
    def count(self) -> int:
        """Number of roles: households, outside, supplier, each tier, retailer, platform, carrier."""
        return self.SUPPLIER + 1 + self.tiers + 3

    def members(self, kind: str) -> list[int]:
        """Return the roles of a kind of firm: one, or for intermediaries one per tier."""
        first_tier = self.SUPPLIER + 1
        after = first_tier + self.tiers
        return {
            "supplier": [self.SUPPLIER],
            "intermediary": list(range(first_tier, after)),
            "retailer": [after],
            "platform": [after + 1],
            "carrier": [after + 2],
        }[kind]

    @property
    def firms(self) -> list[int]:
        """Return the roles of all firms."""
        return list(range(self.SUPPLIER, self.count))


def roles_of(accounts: tuple[str, ...], tiers: int, firms: Iterable[tuple[int, str, int]]) -> Roles:
    """Return which role each account plays; ``firms`` are account, kind and tier of each firm that takes part."""
    roles = Roles(np.full(len(accounts) + 1, Roles.OUTSIDE, dtype=np.int64), tiers)
    roles.of_account[accounts.index(HOUSEHOLDS)] = Roles.HOUSEHOLDS
    for account, kind, tier in firms:
        place = int(tier) - 1 if kind == "intermediary" else 0
        roles.of_account[account] = roles.members(kind)[place]
    return roles
