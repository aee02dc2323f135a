"""A comparison in a line: what customers pay, and whether they are better off for it, which need not be the same."""

from __future__ import annotations

from sim.common.number_format import CURRENCY, Interval, is_clear, quantity, rounds_to_zero
from sim.report.comparison_protocol import UNKNOWN, Compared


def headline(comparison: Compared, currency: str = "") -> str:
    """Return what becomes of customers under the second regime, against the first.

    Args:
        comparison: figures of the regimes and their differences to the first.
        currency: of all amounts.

    Returns:
        a line without a full stop; empty where there is nothing to compare, or nobody buys.
    """
    first, *others = comparison.regimes
    if not others or any(
        comparison.figures[name].get("consumer_price", UNKNOWN).mean is None for name in (first, others[0])
    ):
        return ""
    changes = comparison.differences[others[0]]
    price, surplus = (changes.get(name, UNKNOWN) for name in ("consumer_price", "consumer_surplus"))
    if price.mean is None or surplus.mean is None:
        return ""
    unit = f" {currency}" if currency else ""
    return f"Under {others[0]} customers {_pay(price, unit)} and are {_are(surplus, unit)}, wait and hassle counted"


def _pay(change: Interval, unit: str) -> str:
    """Return how the price changes."""
    if rounds_to_zero(change, CURRENCY):
        return "pay the same price"
    if not is_clear(change):
        return "pay no clearly different price"
    mean = change.mean or 0.0
    return f"pay {quantity(abs(mean), CURRENCY)}{unit} {'more' if mean > 0 else 'less'} per unit"


def _are(change: Interval, unit: str) -> str:
    """Return whether customers are better off or worse off per need, and by how much."""
    if rounds_to_zero(change, CURRENCY):
        return "neither better nor worse off"
    if not is_clear(change):
        return "neither better nor worse off, as far as can be told"
    mean = change.mean or 0.0
    return f"{quantity(abs(mean), CURRENCY)}{unit} {'better' if mean > 0 else 'worse'} off per need"
