"""Where 100 that customers paid go: a table, and a bar of letters for each regime."""

from __future__ import annotations

from typing import NamedTuple

from sim.common.number_format import NO_VALUE, grouped, listed
from sim.common.regime_wording import at_start
from sim.report.comparison_protocol import Compared
from sim.report.text.grid import Grid
from sim.results.figures.arithmetic import shares_of_hundred

FIGURE = "price_waterfall"
SMALL = 0.005
WIDEST_BAR = 100


class Part(NamedTuple):
    """A part of the waterfall: its letter in the bar, small for costs, capital for profits, and its name."""

    letter: str
    name: str


PARTS = {
    "production": Part("m", "making the goods"),
    "handling": Part("h", "handling in shops and depots"),
    "rent": Part("r", "rent of shops"),
    "fixed_cost": Part("f", "fixed costs of firms"),
    "contact": Part("c", "keeping up contacts"),
    "advertising": Part("a", "advertising"),
    "payment": Part("b", "taking payments"),
    "service": Part("v", "service to customers"),
    "wages": Part("w", "work of carriers and platform"),
    "fuel": Part("k", "fuel and vehicles"),
    "interest": Part("i", "interest on stock"),
    "tax": Part("t", "tax"),
    "subsidy": Part("s", "subsidy paid by the state"),
    "supplier_profit": Part("S", "profit of suppliers"),
    "intermediary_profit": Part("I", "profit of intermediaries"),
    "retailer_profit": Part("R", "profit of retailers"),
    "platform_profit": Part("P", "profit of the platform"),
    "carrier_profit": Part("C", "profit of carriers"),
    "stock_change": Part("x", "out of stock (+), into stock (-)"),
}

COSTS_IN_SHORT = {
    "making": ("production",),
    "moving+selling": (
        *("handling", "rent", "wages", "fuel", "interest"),
        *("contact", "advertising", "payment", "service", "fixed_cost"),
    ),
}
PROFITS_IN_SHORT = {
    "maker": "supplier_profit",
    "middlemen": "intermediary_profit",
    "shop": "retailer_profit",
    "platform": "platform_profit",
    "carriers": "carrier_profit",
}
"""The parts of 100 in few words: costs by what they are for, profits by who has them."""


def part_of(name: str) -> Part:
    """Return the letter and name of a part; parts not foreseen are shown under their own name."""
    return PARTS.get(name, Part("o", name.replace("_", " ")))


def shares(comparison: Compared, regime: str) -> dict[str, float]:
    """Return the parts of 100 by name, in the order of ``PARTS``, hundredths that add up to 100 exactly.

    Empty where customers paid nothing.
    """
    found = {
        name.removeprefix(f"{FIGURE}."): estimate.mean
        for name, estimate in comparison.figures[regime].items()
        if name.startswith(f"{FIGURE}.") and estimate.mean is not None
    }
    order = [*(name for name in PARTS if name in found), *(name for name in found if name not in PARTS)]
    parts = [round(1e6 * (found[name] or 0.0)) for name in order]
    if sum(parts) <= 0:
        return {}
    return dict(zip(order, shares_of_hundred(parts, sum(parts)), strict=True))


def hundred_in_short(comparison: Compared, regime: str, middleman: str = "middlemen") -> dict[str, float]:
    """Return what becomes of 100 that customers paid, in few parts that add up to 100; empty where they paid nothing.

    ``middleman`` is what the intermediaries are called. Parts that are nothing are left out, losses are negative.
    """
    found = shares(comparison, regime)
    parts = {words: sum(found.pop(name, 0.0) for name in names) for words, names in COSTS_IN_SHORT.items()}
    for words, name in PROFITS_IN_SHORT.items():
        parts[middleman if words == "middlemen" else words] = found.pop(name, 0.0)
    parts["state"] = sum(found.pop(name, 0.0) for name in ("tax", "subsidy"))
    parts["stock"] = sum(found.values())
    return {words: share for words, share in parts.items() if abs(share) >= SMALL}


def waterfall_grid(comparison: Compared) -> Grid:
    """Return the table: a row for each part that is not nothing everywhere, a column for each regime."""
    by_regime = {regime: shares(comparison, regime) for regime in comparison.regimes}
    names = dict.fromkeys(name for parts in by_regime.values() for name in parts)
    grid = Grid(["of 100 that customers paid", *by_regime])
    for name in names:
        values = [parts.get(name) for parts in by_regime.values()]
        if any(value is not None and abs(value) >= SMALL for value in values):
            letter, words = part_of(name)
            grid.add(f"{letter} {words}", *(NO_VALUE if v is None else grouped(v, 2) for v in values))
    grid.add("  in total", *(grouped(sum(parts.values()), 2) if parts else NO_VALUE for parts in by_regime.values()))
    return grid


def letter_bars(comparison: Compared, width: int) -> list[str]:
    """Return a bar for each regime. What goes beyond the mark at 100 is paid out of losses or subsidies."""
    label = max(len(regime) for regime in comparison.regimes)
    by_regime = {regime: shares(comparison, regime) for regime in comparison.regimes}
    longest = max((sum(part for part in parts.values() if part > 0) for parts in by_regime.values()), default=0)
    room = min(width - label - 4, WIDEST_BAR)
    scale = room / max(longest, 100)
    return [f"{regime:<{label}}  {bar(parts, scale)}" for regime, parts in by_regime.items()]


def bar(parts: dict[str, float], scale: float) -> str:
    """Return the parts above zero side by side, ``scale`` letters for 1 of 100, with a mark at 100."""
    drawn, total = "", 0.0
    for name, share in parts.items():
        if share > 0:
            total += share
            drawn += part_of(name).letter * (round(total * scale) - len(drawn))
    mark = round(100 * scale)
    return f"{drawn[:mark]}|{drawn[mark:]}" if drawn else "nobody buys"


def beyond(comparison: Compared) -> list[str]:
    """Return, for each regime whose bar goes beyond 100, who pays for that."""
    said = []
    for regime in comparison.regimes:
        negative = {name: share for name, share in shares(comparison, regime).items() if share <= -SMALL}
        if negative:
            who = listed([f"{_payer(name)} {grouped(-share, 2)}" for name, share in negative.items()])
            said.append(f"{at_start(regime)}: more than 100 is spent. What customers did not pay: {who}.")
    return said


def _payer(name: str) -> str:
    if name == "stock_change":
        return "put into stock"
    words = part_of(name).name
    return words.replace("profit of", "loss of") if name.endswith("_profit") else words


def has_waterfall(comparison: Compared) -> bool:
    """Tell whether there is anything to show."""
    return any(shares(comparison, regime) for regime in comparison.regimes)
