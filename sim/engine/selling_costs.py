"""What a sale to a customer costs its seller: commission, payment, service, being found, in every regime alike."""

from __future__ import annotations

from typing import NamedTuple

from sim.scenario import Scenario
from sim.scenario.regimes import Channel, Regime


class UnitSellingCosts(NamedTuple):
    """What selling one unit takes from its seller: ``share`` of the price, and ``per_unit`` in units of currency."""

    share: float
    per_unit: float


def platform_advertises(regime: Regime) -> bool:
    """Tell whether it is the platform that pays for advertising."""
    return regime.platform and regime.advertising_by == "platform"


def platform_finds_customers(scenario: Scenario, regime: Regime) -> bool:
    """Tell whether it is the platform that pays for being found for a sale online."""
    return platform_advertises(regime) or (regime.platform and scenario.platform.finds_customers)


def goes_through_platform(regime: Regime, channel: Channel, *, supplier_sells: bool) -> bool:
    """Tell whether commission is due on a sale, as ``kernels.fulfilment.through_platform`` does."""
    if not regime.platform:
        return False
    return channel != "store" if regime.commission_on == "online" else supplier_sells


def selling_costs(scenario: Scenario, regime: Regime, channel: Channel, *, supplier_sells: bool) -> UnitSellingCosts:
    """Return what a seller bears of a sale beyond the goods, their handling, handling fees and delivery.

    What the platform bears instead is not the seller's: payments it takes, advertising it does.
    """
    selling, through = scenario.selling, goes_through_platform(regime, channel, supplier_sells=supplier_sells)
    commission = scenario.platform.commission if through and not regime.at_cost else 0.0
    payment = 0.0 if through and scenario.platform.takes_payments else selling.payment_share
    return UnitSellingCosts(commission + payment, selling.service_cost + acquisition_cost(scenario, regime, channel))


def acquisition_cost(scenario: Scenario, regime: Regime, channel: Channel) -> float:
    """Return what the seller spends on being found for one sale by a channel, in units of currency."""
    if channel == "store":
        return scenario.selling.store_acquisition_cost
    return 0.0 if platform_finds_customers(scenario, regime) else scenario.selling.online_acquisition_cost
