"""The firms that take part in a market, by name, kind and account."""

from __future__ import annotations

from typing import NamedTuple

from sim.scenario import Scenario
from sim.scenario.names import (
    BULK_FREIGHT,
    COURIERS,
    PARCEL_CARRIER,
    PLATFORM,
    retailer_names,
    supplier_names,
    tier_names,
)

FIRM_KINDS = ("supplier", "intermediary", "retailer", "platform", "carrier")
NO_TIER = -1


class FirmRecord(NamedTuple):
    """A firm: its name, what it is (of ``FIRM_KINDS``), its level of the chain (``NO_TIER``: outside), its account."""

    name: str
    kind: str
    tier: int
    account: int


def make_roster(scenario: Scenario, accounts: tuple[str, ...], active: frozenset[str]) -> tuple[FirmRecord, ...]:
    """Return the firms with a role in a regime, whose names are ``active``, down the chain and then the others."""
    named = [(name, "supplier", 0) for name in supplier_names(scenario)]
    for k in range(len(scenario.tiers)):
        named += [(name, "intermediary", k + 1) for name in tier_names(scenario, k)]
    named += [(name, "retailer", len(scenario.tiers) + 1) for name in retailer_names(scenario)]
    named.append((PLATFORM, "platform", NO_TIER))
    named += [(name, "carrier", NO_TIER) for name in (BULK_FREIGHT, PARCEL_CARRIER, COURIERS)]
    return tuple(FirmRecord(name, kind, tier, accounts.index(name)) for name, kind, tier in named if name in active)
