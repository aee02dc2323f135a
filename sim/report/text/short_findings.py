"""What a comparison found, in three short sentences: for whom the best channel is good, the next one, and the price.

A sentence says no more than the intervals: what is not clear of chance is called so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from sim.common.number_format import CURRENCY, Interval, duration, grouped, is_clear, listed, quantity, rounds_to_zero
from sim.common.regime_wording import PLANNER_TITLE, at_start, in_sentence, under
from sim.report.comparison_protocol import UNKNOWN, Compared, Table
from sim.report.text.sentences import FIFTHS, NO_NEEDS, portrait

MOST = 3
LARGE = 1000
FIRMS = {
    "supplier_profit": "makers",
    "intermediary_profit": "middlemen",
    "retailer_profit": "shops",
    "platform_profit": "the platform",
    "carrier_profit": "carriers",
}
"""Profits of firms, and whose they are."""


def short_findings(comparison: Compared, currency: str = "") -> list[str]:
    """Return three sentences at most, the most important first.

    Args:
        comparison: figures of the regimes under their titles, and their differences to the first.
        currency: named where there is nothing to compare.
    """
    first, *others = comparison.regimes
    if not others:
        return [portrait(first, comparison.figures[first], currency)]
    if _of(comparison.figures[first], "no_purchase_share").mean is None:
        return [NO_NEEDS]
    return list(islice(_findings(comparison), MOST))


def _findings(comparison: Compared) -> Iterator[str]:
    """Yield what was found in the order in which people want to know it."""
    first, *others = comparison.regimes
    for regime in (first, *others):
        if _of(comparison.figures[regime], "consumer_price").mean is None:
            yield f"{at_start(under(regime))}, nobody buys."
    by_gain = sorted(others, key=lambda regime: (regime == PLANNER_TITLE, -_customers(comparison, regime)))
    best, *rest = by_gain
    if len(others) > 1 and best != others[0]:
        yield _leaves(best, comparison.differences[best])
        rest = [others[0], *(regime for regime in rest if regime != others[0])]
    else:
        rest = [best, *rest]
    yield _costs(rest[0], comparison, total=len(others) == 1 or best == rest[0])
    yield from _losing(comparison)
    yield from _by_taste(comparison)
    yield from _firms({regime: comparison.differences[regime] for regime in [best, *rest] if regime != PLANNER_TITLE})
    yield from (_costs(regime, comparison, total=True) for regime in rest[1:])


def _customers(comparison: Compared, regime: str) -> float:
    return _of(comparison.differences[regime], "consumer_surplus").mean or 0.0


def _leaves(regime: str, changes: Table) -> str:
    """Return what the channel that is best for customers does for them, and in total."""
    change = _of(changes, "consumer_surplus")
    name = at_start(in_sentence(regime))
    if not _is_moved(change):
        return f"{name} leaves customers neither clearly better nor clearly worse off; {_in_total(changes)}."
    better = "better" if (change.mean or 0.0) > 0 else "worse"
    return f"{name} leaves customers {_amount(change)} {better} off per need; {_in_total(changes)}."


def _costs(regime: str, comparison: Compared, *, total: bool) -> str:
    """Return price, wait and what customers gain with a channel, compared with the first, and the ``total`` of all."""
    changes = comparison.differences[regime]
    price, wait = _of(changes, "consumer_price"), _of(changes, "delivery_days.p50")
    said = [f"{at_start(in_sentence(regime))} {_is(price)}"]
    median = _of(comparison.figures[regime], "delivery_days.p50").mean
    if median is not None and is_clear(wait) and wait.mean:
        said.append(f"with a wait of {duration(median)}")
    return f"{' '.join(said)}: {_customers_get(changes)}{f'; {_in_total(changes)}' if total else ''}."


def _is(price: Interval) -> str:
    """Return how a channel's price differs."""
    if _is_nothing(price):
        return "costs the same"
    if not is_clear(price):
        return "is not clearly cheaper or dearer"
    return f"is {_amount(price)} {'dearer' if (price.mean or 0.0) > 0 else 'cheaper'}"


def _customers_get(changes: Table) -> str:
    change = _of(changes, "consumer_surplus")
    if not _is_moved(change):
        return "customers neither clearly gain nor lose"
    return f"customers {'gain' if (change.mean or 0.0) > 0 else 'lose'} {_amount(change)}"


def _in_total(changes: Table) -> str:
    """Return what gains and losses of all add up to."""
    change = _of(changes, "welfare")
    if _is_nothing(change):
        return "in total nothing is gained or lost"
    if not is_clear(change):
        return "in total, no clear difference"
    return f"in total {_amount(change)} is {'gained' if (change.mean or 0.0) > 0 else 'lost'}"


def _losing(comparison: Compared) -> Iterator[str]:
    """Yield which firms lose money beyond their interval, if any do: such a market does not last."""
    for regime in comparison.regimes:
        profits = {who: _of(comparison.figures[regime], name) for name, who in FIRMS.items()}
        losing = [who for who, profit in profits.items() if profit.high is not None and profit.high < -0.005]
        if losing:
            yield f"Losing money {under(regime)}: {listed(losing)}; this cannot last."


def _by_taste(comparison: Compared) -> Iterator[str]:
    """Yield who gains and who loses by how common the taste is, for the first regime in which both happens."""
    for regime, changes in comparison.differences.items():
        found = {name: _of(changes, f"same_need.surplus_by_rarity.{fifth}") for fifth, name in FIFTHS.items()}
        moved = {name: each.mean or 0.0 for name, each in found.items() if _is_moved(each)}
        most, least = max(moved, key=moved.__getitem__, default=""), min(moved, key=moved.__getitem__, default="")
        if most and moved[most] > 0 > moved[least]:
            gain, loss = _number(moved[most]), _number(-moved[least])
            yield f"{at_start(under(regime))}, {most} gain most ({gain}), {least} lose most ({loss})."
            return


def _firms(differences: Mapping[str, Table]) -> Iterator[str]:
    """Yield which firms gain and lose with a channel; channels with which the same is true share a sentence."""
    regimes: dict[str, list[str]] = {}
    for regime, changes in differences.items():
        regimes.setdefault(_gain_and_lose(changes), []).append(under(regime))
    yield from (f"{at_start(listed(channels))}, {said} per need." for said, channels in regimes.items() if said)


def _gain_and_lose(changes: Table) -> str:
    """Return which firms gain and which lose; empty where none clearly does."""
    clear = {who: change for name, who in FIRMS.items() if _is_moved(change := _of(changes, name))}
    gain = {who: change for who, change in clear.items() if (change.mean or 0.0) > 0}
    lose = {who: change for who, change in clear.items() if who not in gain}
    return "; ".join(_parties(verb, who) for verb, who in (("gain", gain), ("lose", lose)) if who)


def _parties(verb: str, who: Mapping[str, Interval]) -> str:
    """Return parties and amounts: ``middlemen lose 5 000 and shops 10 000``."""
    first, *others = who.items()
    verb = f"{verb}s" if first[0] == "the platform" and not others else verb
    return listed([f"{first[0]} {verb} {_amount(first[1])}", *(f"{name} {_amount(each)}" for name, each in others)])


def _amount(change: Interval) -> str:
    return _number(abs(change.mean or 0.0))


def _number(value: float) -> str:
    return grouped(value) if value >= LARGE else quantity(value, CURRENCY)


def _is_moved(change: Interval) -> bool:
    return not _is_nothing(change) and is_clear(change)


def _is_nothing(change: Interval) -> bool:
    return change.mean is None or rounds_to_zero(change, CURRENCY)


def _of(table: Table, figure: str) -> Interval:
    return table.get(figure, UNKNOWN)
