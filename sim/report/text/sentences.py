"""What happened, in words computed from the figures: for whom better, for whom worse, and what it cost.

No sentence calls a regime better than another. A difference whose 95 % interval includes zero is called no
clear difference.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sim.common.number_format import (
    CURRENCY,
    Interval,
    duration,
    grouped,
    is_clear,
    is_false_end,
    listed,
    quantity,
    rounds_to_zero,
)
from sim.common.regime_wording import at_start, in_sentence, under
from sim.report.comparison_protocol import UNKNOWN, Between, Compared, Table, sum_of

MIDDLE = {"intermediary": "intermediaries", "retailer": "retailers", "platform": "the platform"}
"""Kinds of firms between makers and customers, and what they are called."""

PARTIES = {
    "consumer_surplus": "customers",
    "supplier_profit": "suppliers",
    "intermediary_profit": "intermediaries",
    "retailer_profit": "retailers",
    "platform_profit": "the platform",
    "carrier_profit": "carriers",
}
"""What each party has from a need, and who the party is."""

FIFTHS = {
    "rarest": "the rarest tastes",
    "rare": "rare tastes",
    "middle": "middling tastes",
    "common": "common tastes",
    "commonest": "the commonest tastes",
}
NO_NEEDS = "Nobody has a need in the days that count."


def comparison_sentences(comparison: Compared, currency: str = "") -> list[str]:
    """Return what happened: a paragraph for each regime compared with the first.

    Args:
        comparison: figures of the regimes under their titles, and their differences to the first.
        currency: named once in every paragraph.
    """
    first, *others = comparison.regimes
    if not others:
        return [portrait(first, comparison.figures[first], currency)]
    paragraphs = [_paragraph(comparison, first, other, currency) for other in others]
    if comparison.replications == 1:
        paragraphs.append("This is one run, so part of every difference may be chance.")
    return [*paragraphs, *who_loses_money(comparison, currency)]


def who_loses_money(comparison: Compared, currency: str = "") -> list[str]:
    """Return in a paragraph which firms lose money under which regime, if any does beyond its interval.

    A comparison counts the days that were run. Firms that lose money every day would not go on like this.
    """
    unit = f" {currency}" if currency else ""
    losing = []
    for regime in comparison.regimes:
        for name, party in PARTIES.items():
            profit = _of(comparison.figures[regime], name)
            if name != "consumer_surplus" and profit.high is not None and profit.high < -0.005:
                losing.append(f"{party} {under(regime)} ({quantity(-(profit.mean or 0.0), CURRENCY)}{unit} per need)")
    if not losing:
        return []
    return [f"Losing money: {listed(losing)}. This cannot last: some of them would exit or cut their costs."]


def portrait(regime: str, figures: Table, currency: str = "") -> str:
    """Return what one regime does, where there is nothing to compare it with."""
    price, supplier = _of(figures, "consumer_price").mean, _of(figures, "supplier_price").mean
    if _served(figures) is None:
        return NO_NEEDS
    if price is None:
        return f"{at_start(under(regime))}, nobody buys."
    middle = [
        f"{name} {quantity(kept, CURRENCY)}"
        for kind, name in MIDDLE.items()
        if (kept := _of(figures, f"{kind}_margin_money").mean) is not None and abs(kept) >= 0.005
    ]
    said = f"{at_start(under(regime))}, customers pay {quantity(price, CURRENCY)} {currency}".rstrip() + " per unit"
    if supplier is not None:
        said += f", of which suppliers receive {quantity(supplier, CURRENCY)}"
    if middle:
        said += f"; margin of the firms in between: {listed(middle)}"
    return f"{said}. {_service_of(figures)}"


def _service_of(figures: Table) -> str:
    served, median = _served(figures) or 0.0, _of(figures, "delivery_days.p50").mean
    said = f"It serves {grouped(served, 1) if served % 1 else grouped(served)} of 100 needs"
    return said + (f"; the median wait is {duration(median)}." if median is not None else ".")


def _paragraph(comparison: Compared, first: str, other: str, currency: str) -> str:
    """Return the sentences about one regime: money, service, and who gains or loses."""
    figures, differences = comparison.figures, comparison.differences[other]
    if _served(figures[first]) is None:
        return NO_NEEDS
    buys_nothing = [name for name in (first, other) if _of(figures[name], "consumer_price").mean is None]
    said = [f"{at_start(under(name))}, nobody buys." for name in buys_nothing]
    if not buys_nothing:
        said.append(_money(first, other, figures, differences, currency))
    said.append(_service(first, other, figures, differences))
    said += _who_gains(differences, _gone(figures[other]))
    return " ".join(said)


def _money(first: str, other: str, figures: Mapping[str, Table], differences: Table, currency: str) -> str:
    """Return what customers pay, suppliers receive and the firms in between keep, against the first regime."""
    price, full, supplier = (_of(differences, f"{name}_price") for name in ("consumer", "full", "supplier"))
    unit = f" {currency}" if currency else ""
    said = _clause(
        price,
        lambda amount, way: f"customers pay {amount}{unit} {way} per unit than {under(first)}",
        same=f"customers pay the same price as {under(first)}",
        unclear=f"there is no clear difference from {in_sentence(first)} in the price customers pay",
    )
    if _change(full) != _change(price):
        said += f" (with delivery fee, travel, waiting and hassle it comes to {_change(full)})"
    if supplier.mean is not None:
        said += "; " + _clause(
            supplier,
            lambda amount, way: f"suppliers receive {amount} {way} per unit",
            same="suppliers receive the same",
            unclear="there is no clear difference in what suppliers receive",
        )
    return f"{at_start(under(other))}, {said}{_middle(first, other, figures, differences)}."


def _change(difference: Interval) -> str:
    """Return a change of a price in three words at most."""
    return _clause(difference, lambda amount, way: f"{amount} {way}", same="no change", unclear="no clear difference")


def _middle(first: str, other: str, figures: Mapping[str, Table], differences: Table) -> str:
    """Return what becomes of the margins of the firms in between, all together."""
    there = [
        kind
        for kind in MIDDLE
        if any(not _nothing(_of(figures[regime], f"{kind}_margin_money")) for regime in (first, other))
    ]
    change = sum_of([_of(differences, f"{kind}_margin_money") for kind in there])
    if not there or change.mean is None:
        return ""
    names = listed([MIDDLE[kind] for kind in there])
    return _clause(
        change,
        lambda amount, way: f", and the firms in between ({names}) {way} {amount} of margin per unit",
        same=f", and the firms in between ({names}) keep the same margin",
        unclear=f", with no clear difference in the margin of the firms in between ({names})",
        ways=("gain", "lose"),
    )


def _service(first: str, other: str, figures: Mapping[str, Table], differences: Table) -> str:
    """Return how many needs are served, and how long people wait."""
    served = [_served(figures[regime]) or 0.0 for regime in (first, other)]
    missed = _of(differences, "no_purchase_share")
    decimals = next((d for d in (0, 1, 2) if grouped(served[0], d) != grouped(served[1], d)), 2)
    decimals = next((d for d in range(decimals, 2) if not any(is_false_end(number, d) for number in served)), 2)
    before, after = (grouped(number, decimals) for number in served)
    if before == after or not is_clear(missed):
        about = "" if before == after else "about "
        said = f"Both serve {about}{grouped(served[0], 1 if is_false_end(served[0], 0) else 0)} of 100 needs"
        said += "" if before == after else " (no clear difference)"
    else:
        said = f"{at_start(in_sentence(first))} serves {before} of 100 needs, {in_sentence(other)} {after}"
    return f"{said}{_lost(first, other, figures, differences)}{_waits(first, other, figures, differences)}."


def _lost(first: str, other: str, figures: Mapping[str, Table], differences: Table) -> str:
    """Return how many sales are lost to empty shelves, where that changes."""
    before, after = (grouped(100 * (_of(figures[regime], "lost_sales").mean or 0.0), 2) for regime in (first, other))
    if before == after or not is_clear(_of(differences, "lost_sales")):
        return ""
    return f"; sales lost to empty shelves go from {before} to {after} of 100 needs"


def _waits(first: str, other: str, figures: Mapping[str, Table], differences: Table) -> str:
    """Return how the median wait changes, and the wait of the slowest twentieth."""
    middle, slow = (
        [_of(figures[regime], f"delivery_days.{part}").mean for regime in (first, other)] for part in ("p50", "p95")
    )
    if middle[0] is None or middle[1] is None:
        return ""
    median = before, after = duration(middle[0]), duration(middle[1])
    change = _of(differences, "delivery_days.p50")
    if before == after:
        said = f"; the median wait stays at {after}"
    elif is_clear(change):
        said = f"; the median wait goes from {before} to {after}"
    else:
        said = f"; no clear difference in the median wait, {before} and {after}"
    if slow[0] is None or slow[1] is None or not is_clear(_of(differences, "delivery_days.p95")):
        return said
    before, after = duration(slow[0]), duration(slow[1])
    return (
        said
        if before == after or (before, after) == median
        else f"{said}, that of the slowest twentieth from {before} to {after}"
    )


def _gone(figures: Table) -> frozenset[str]:
    """Return the parties that have nothing in any run: firms without a role under the regime."""
    nothing = (0.0, None)
    profits = {name: _of(figures, figure) for figure, name in PARTIES.items() if figure.endswith("_profit")}
    return frozenset(
        name
        for name, profit in profits.items()
        if profit.mean == 0 and profit.low in nothing and profit.high in nothing
    )


def _who_gains(differences: Table, gone: frozenset[str]) -> list[str]:
    """Return who gains and who loses from a need, and what remains of it in all.

    Firms that made a loss and are ``gone`` have not gained: their loss has ended with them, and that is said.
    """
    changes = {name: _of(differences, figure) for figure, name in PARTIES.items()}
    changes["the state"] = _public(differences)
    known = {name: change for name, change in changes.items() if not _nothing(change)}
    clear = {name: change.mean or 0.0 for name, change in known.items() if is_clear(change)}
    groups = {
        "better off": [
            f"{name} by {quantity(by, CURRENCY)}{' (a loss that ended with them)' if name in gone else ''}"
            for name, by in clear.items()
            if by > 0
        ],
        "worse off": [f"{name} by {quantity(-by, CURRENCY)}" for name, by in clear.items() if by < 0],
        "no clear difference for": [name for name in known if name not in clear],
    }
    parts = [f"{what}{'' if 'for' in what else ':'} {listed(who)}" for what, who in groups.items() if who]
    said = [f"Per need, {'; '.join(parts)}{_in_all(differences)}."] if parts else []
    return [*said, *_by_rarity(differences)]


def _in_all(differences: Table) -> str:
    """Return what the gains and losses add up to."""
    return _clause(
        _of(differences, "welfare"),
        lambda amount, way: f"; in total {amount} {way}",
        same="; in total nothing is gained or lost",
        unclear="; in total there is no clear difference",
        ways=("is gained", "is lost"),
    )


def _by_rarity(differences: Table) -> list[str]:
    """Return how customers of rare and of common tastes fare, where some gain and some lose."""
    found = {
        name: _of(differences, f"same_need.surplus_by_rarity.{fifth}").mean or 0.0
        for fifth, name in FIFTHS.items()
        if is_clear(_of(differences, f"same_need.surplus_by_rarity.{fifth}"))
    }
    gain = [f"{name} (by {quantity(by, CURRENCY)})" for name, by in found.items() if by >= 0.005]
    lose = [f"{name} (by {quantity(-by, CURRENCY)})" for name, by in found.items() if by <= -0.005]
    if not (gain and lose):
        return []
    return [f"Customers with {listed(gain)} are better off, those with {listed(lose)} worse off."]


def _public(differences: Table) -> Between:
    """Return the change of taxes less subsidies per need: what welfare holds beside customers and firms.

    Its mean follows from theirs; whether it is clear, from the tax and the subsidies of the whole window.
    """
    welfare, customers, firms = (
        _of(differences, name).mean for name in ("welfare", "consumer_surplus", "producer_surplus")
    )
    if welfare is None or customers is None or firms is None:
        return UNKNOWN
    mean = welfare - customers - firms
    paid = [_of(differences, f"price_waterfall_money.{kind}") for kind in ("tax", "subsidy")]
    if any(is_clear(kind) and kind.mean for kind in paid):
        return Between(mean, mean, mean)
    return Between(mean, -abs(mean), abs(mean))


def _clause(
    change: Interval,
    moved: Callable[[str, str], str],
    *,
    same: str,
    unclear: str,
    ways: tuple[str, str] = ("more", "less"),
) -> str:
    """Return the words for a change of money: its amount and way (up, down), that there is none, or none clear."""
    if _nothing(change):
        return same
    if change.mean is None or not is_clear(change):
        return unclear
    return moved(quantity(abs(change.mean), CURRENCY), ways[0] if change.mean > 0 else ways[1])


def _nothing(change: Interval) -> bool:
    """Tell whether a change of money is none at all, or there is none to speak of."""
    return change.mean is None or rounds_to_zero(change, CURRENCY)


def _of(table: Table, figure: str) -> Interval:
    return table.get(figure, UNKNOWN)


def _served(figures: Table) -> float | None:
    """Return the needs out of 100 that end in a purchase, None where there are no needs."""
    missed = _of(figures, "no_purchase_share").mean
    return None if missed is None else 100 * (1 - missed)
