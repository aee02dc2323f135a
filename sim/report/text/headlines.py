"""A comparison in a line: what customers pay, and whether they are better off for it, which need not be the same."""

from __future__ import annotations

from sim.common.number_format import CURRENCY, Interval, is_clear, quantity, rounds_to_zero
from sim.common.regime_wording import at_start, in_sentence
from sim.report.comparison_protocol import UNKNOWN, Compared


def headline(comparison: Compared, currency: str = "") -> str:
    """Return what the second regime means for customers, compared with the first.

    Args:
        comparison: figures of the regimes under their titles, and their differences to the first.
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
    price_said, surplus_said = _pay(price, unit), _are(surplus, unit)
    moved = all(is_clear(each) and not rounds_to_zero(each, CURRENCY) for each in (price, surplus))
    opposed = moved and (price.mean < 0) is (surplus.mean < 0)  # cheaper but worse off, or the reverse
    contrast = ", and still" if opposed else " and"
    return f"{at_start(in_sentence(others[0]))} {price_said}{contrast} {surplus_said}"


def _pay(change: Interval, unit: str) -> str:
    """Return how the price changes."""
    if rounds_to_zero(change, CURRENCY):
        return "costs the same"
    if not is_clear(change):
        return "is not clearly cheaper or more expensive"
    mean = change.mean or 0.0
    return f"is {quantity(abs(mean), CURRENCY)}{unit} {'more expensive' if mean > 0 else 'cheaper'}"


def _are(change: Interval, unit: str) -> str:
    """Return whether customers are better off or worse off per need, and by how much."""
    counted = "once waiting and hassle count"
    if rounds_to_zero(change, CURRENCY):
        return f"leaves customers neither better nor worse off {counted}"
    if not is_clear(change):
        return f"leaves customers neither clearly better nor clearly worse off {counted}"
    mean = change.mean or 0.0
    return f"leaves customers {quantity(abs(mean), CURRENCY)}{unit} {'better' if mean > 0 else 'worse'} off {counted}"
