"""What firms owe every day, whatever they sell: rents, fixed costs, advertising, channels kept open, contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.common.types import BoolArray, IntArray
from sim.engine.construction import cents
from sim.engine.selling_costs import platform_advertises
from sim.kernels.books import KINDS
from sim.scenario import Scenario
from sim.scenario.firms import FirmRules
from sim.scenario.names import PLATFORM, retailer_names, supplier_names, tier_names
from sim.scenario.regimes import Regime
from sim.world.world import World


class Charge(NamedTuple):
    """What one account pays another every evening, in cents."""

    kind: str
    payer: str
    payee: str
    cents: int


class Payments(NamedTuple):
    """Payments as kernels make them: arrays of equal length, the three first of codes, amounts in cents."""

    kinds: IntArray
    payers: IntArray
    payees: IntArray
    cents: IntArray


def as_payments(charges: Sequence[Charge], account: Mapping[str, int]) -> Payments:
    """Return charges as payments; ``account`` has the number of each account."""
    rows = [(KINDS.index(kind), account[payer], account[payee], cents) for kind, payer, payee, cents in charges]
    return Payments(*np.array(rows, dtype=np.int64).reshape(-1, 4).T.copy())


@dataclass
class Charges:
    """What falls due every evening in one market.

    Attributes:
        standing: rents, fixed costs, channels and advertising.
        contacts: what each firm pays for its trading relations.
        contact_cents: of the contacts, what the owner of each place pays for that place, in cents, shape (nodes,).
        subsidised: what the state has paid to each account so far and not got back, in cents, shape (accounts,).
    """

    contact_cents: IntArray
    subsidised: IntArray
    standing: list[Charge] = field(default_factory=list)
    contacts: list[Charge] = field(default_factory=list)
    _listed: tuple[list[Charge], list[Charge], Payments] | None = field(default=None, init=False, repr=False)

    def every_day(self, account: Mapping[str, int]) -> Payments:
        """Return standing charges and contacts, listed again only when either has been renewed."""
        if self._listed is None or self._listed[0] is not self.standing or self._listed[1] is not self.contacts:
            payments = as_payments([*self.standing, *self.contacts], account)
            self._listed = self.standing, self.contacts, payments
        return self._listed[2]


class InBusiness(NamedTuple):
    """Who is there to be charged.

    Attributes:
        firms: names of the firms that are in business.
        shut: stores that are not, shape (stores,); None: all are open.
        silent: names of firms that neither advertise nor keep a channel to customers open.
    """

    firms: frozenset[str]
    shut: BoolArray | None = None
    silent: frozenset[str] = frozenset()


def rent_of_stores(world: World, regime: Regime) -> NDArray[np.int64]:
    """Return the rent of each store that the regime has a use for, in cents a day, shape (stores,)."""
    places = world.places
    in_use = places.slots[places.stores] > 0
    if "endless_aisle" in regime.supplier_channels:
        in_use |= places.samples[places.stores] > 0
    return np.where(in_use, cents(world.scenario.retailers.rent), 0)


def advertisers(world: World, regime: Regime) -> tuple[str, ...]:
    """Return the names of the firms that share the cost of advertising where all of them sell online."""
    online = {"pickup", "courier", "parcel", "endless_aisle"}
    names: list[str] = []
    if platform_advertises(regime):
        return (PLATFORM,) if online.intersection([*regime.supplier_channels, *regime.own_channels]) else ()
    if online.intersection(regime.supplier_channels):
        names += supplier_names(world.scenario)
    if online.intersection(regime.own_channels):
        names += retailer_names(world.scenario)
    return tuple(names)


def sellers_advertising_cents(world: World, regime: Regime) -> int:
    """Return what one of those who sell online spends on advertising a day, in cents."""
    return 0 if platform_advertises(regime) else advertising_cents(world, regime)


def advertising_cents(world: World, regime: Regime) -> int:
    """Return what one of the advertisers spends a day, in cents; 0 where nobody advertises."""
    sharing = len(advertisers(world, regime))
    spent = world.scenario.online.advertising_per_head * int(world.towns.people.sum())
    return cents(spent / sharing) if sharing else 0


def channel_cents(world: World, regime: Regime) -> NDArray[np.int64]:
    """Return what keeping a direct channel open costs each supplier, in cents a day, shape (suppliers,)."""
    scenario = world.scenario
    names = supplier_names(scenario)
    if not regime.supplier_channels:
        return np.zeros(len(names), dtype=np.int64)
    own = [scenario.firms.get(name, FirmRules()).direct_entry or scenario.suppliers.direct_entry for name in names]
    return np.array([cents(rule.fixed_cost) for rule in own], dtype=np.int64)


def standing_charges(world: World, regime: Regime, there: InBusiness) -> list[Charge]:
    """Return what falls due every day. Contacts are counted apart, as shelves change."""
    scenario = world.scenario
    charges = [Charge("fixed_cost", name, "labour", spent) for name, spent in fixed_costs(scenario)]
    rents: dict[str, int] = {}
    rent_due = rent_of_stores(world, regime)
    open_stores = rent_due if there.shut is None else np.where(there.shut, 0, rent_due)
    for account, rent in zip(world.places.account[world.places.stores], open_stores.tolist(), strict=True):
        if rent:
            rents[world.accounts[account]] = rents.get(world.accounts[account], 0) + rent
    charges += [Charge("rent", name, "landlords", rent) for name, rent in rents.items()]
    channel_costs = zip(supplier_names(scenario), channel_cents(world, regime).tolist(), strict=True)
    silent = there.silent
    charges += [Charge("fixed_cost", name, "labour", cost) for name, cost in channel_costs if name not in silent]
    spent = advertising_cents(world, regime)
    charges += [
        Charge("advertising", name, "media", spent) for name in advertisers(world, regime) if name not in silent
    ]
    return [charge for charge in charges if charge.payer in there.firms and charge.cents > 0]


def fixed_costs(scenario: Scenario) -> list[tuple[str, int]]:
    """Return the fixed cost of each firm in the chain and of the platform, in cents a day."""
    costs = [(name, cents(scenario.suppliers.fixed_cost)) for name in supplier_names(scenario)]
    for k, tier in enumerate(scenario.tiers):
        costs += [(name, cents(tier.fixed_cost)) for name in tier_names(scenario, k)]
    costs += [(name, cents(scenario.retailers.fixed_cost)) for name in retailer_names(scenario)]
    return [*costs, (PLATFORM, cents(scenario.platform.fixed_cost))]
