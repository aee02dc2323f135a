"""Comparisons with figures made up for charts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sim.common.estimates import Estimate
from sim.experiments.worth import ServiceWorth, Worth
from sim.report.comparison_protocol import Between
from sim.results.figures.groups import FIFTHS
from sim.results.figures.times import BINS

WATERFALL = {
    "store chain": {
        "production": 40.0, "rent": 10.0, "supplier_profit": 20.0, "intermediary_profit": 10.0, "retailer_profit": 20.0,
    },
    "direct": {"production": 50.0, "wages": 25.0, "supplier_profit": 30.0, "carrier_profit": -5.0},
}  # fmt: skip
PRICES = {
    "store chain": {"supplier_price": 5000.0, "wholesale_price": 10000.0, "consumer_price": 20000.0},
    "direct": {"supplier_price": 8000.0, "wholesale_price": None, "consumer_price": 8000.0},
}
CHANGES = {
    "consumer_surplus": 12.0, "supplier_profit": 3.0, "intermediary_profit": -5.0, "retailer_profit": -10.0,
    "carrier_profit": 0.0, "platform_profit": None,
}  # fmt: skip


def about(value: float | None, half: float | None) -> Between:
    """A figure with an interval, or without one."""
    if value is None or half is None:
        return Between(value, None, None)
    return Between(value, value - half, value + half)


@dataclass
class MadeUp:
    """A comparison of ``store chain`` and ``direct`` with figures that can be changed."""

    half: float | None = 1.0
    regimes: tuple[str, ...] = ("store chain", "direct")
    changed: dict[str, dict[str, float | None]] = field(default_factory=dict)
    changes: dict[str, float | None] = field(default_factory=dict)

    @property
    def replications(self) -> int:
        """One where there are no intervals."""
        return 1 if self.half is None else 5

    @property
    def figures(self) -> dict[str, dict[str, Any]]:
        """Figures by regime."""
        return {regime: self._figures(regime) for regime in self.regimes}

    def _figures(self, regime: str) -> dict[str, Any]:
        known = "store chain" if regime == "store chain" else "direct"
        waterfall = {f"price_waterfall.{name}": value for name, value in WATERFALL[known].items()}
        rarest = 0.3 if known == "store chain" else 0.1
        rarity = {f"unserved_share_by_rarity.{fifth}": rarest / (1 + n) for n, fifth in enumerate(FIFTHS)}
        own: dict[str, float | None] = {**waterfall, **PRICES[known], **rarity, **waits(known)}
        own |= {"intermediary_margin_by_tier.wholesaler": 0.25}
        own |= self.changed.get(regime, {})
        small = None if self.half is None else self.half / 100
        money = {*waterfall, *PRICES[known]}
        return {name: about(value, self.half if name in money else small) for name, value in own.items()}

    @property
    def differences(self) -> dict[str, dict[str, Any]]:
        """Differences to the first regime."""
        changes = {**CHANGES, **{f"consumer_surplus_by_rarity.{fifth}": 2.0 - n for n, fifth in enumerate(FIFTHS)}}
        changes |= {"consumer_surplus_by_town.Brook": 1.0, "consumer_surplus_by_town.Hill": 4.0, **self.changes}
        return {
            regime: {name: about(value, self.half if value else None) for name, value in changes.items()}
            for regime in self.regimes[1:]
        }


def waits(regime: str) -> dict[str, float | None]:
    """Delivery times: at once, or within two to five days."""
    shares = dict.fromkeys(BINS, 0.0)
    if regime == "store chain":
        shares["0"] = 1.0
        median, slow = 0.0, 0.0
    else:
        shares["2-3"], shares["3-5"] = 0.75, 0.25
        median, slow = 2.5, 4.0
    histogram = {f"delivery_days.histogram.{name}": share for name, share in shares.items()}
    return {**histogram, "delivery_days.p50": median, "delivery_days.p95": slow}


def worth_of(services: dict[str, tuple[float, float]], total: tuple[float, float], margin: float) -> Worth:
    """What services are worth to everybody, each with half of its interval, and the margin of each firm in between."""

    def known(value: float, half: float) -> Estimate:
        return Estimate(value, value - half, value + half, 5)

    return Worth(
        "made_up",
        "store chain",
        tuple(
            ServiceWorth(name, {"everybody": known(*gain)}, known(*gain), known(*gain))
            for name, gain in services.items()
        ),
        {"everybody": known(*total)},
        {who: known(margin, 0.1) for who in ("intermediaries", "retailers")},
        {},
        5,
    )
