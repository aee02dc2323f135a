"""Does this look like your business? A table of observed beside simulated, and one line that says yes or no."""

from __future__ import annotations

from collections.abc import Mapping

from sim.common.number_format import CURRENCY, Interval, grouped, listed, number_of, quantity, significant
from sim.common.regime_wording import under
from sim.experiments.reality import MOST_UNSERVED, RealityCheck
from sim.report.comparison_protocol import UNKNOWN, Compared
from sim.report.text.grid import Grid
from sim.scenario import Scenario

KINDS = {
    "supplier_profit": "suppliers",
    "intermediary_profit": "intermediaries",
    "retailer_profit": "retailers",
    "platform_profit": "the platform",
    "carrier_profit": "carriers",
}
MOST_NAMED = 3
QUESTION = "Does this look like your business?"


def reality_grid(found: RealityCheck, most: int = 20) -> Grid:
    """Return observed beside simulated, the products that are off first."""
    grid = Grid(
        ["product", "price\nobserved", "price\nsimulated", "units a week\nobserved", "units a week\nsimulated", ""]
    )
    rows = sorted(found.products, key=lambda each: not (each.price_off or each.units_off))
    for each in rows[:most]:
        off = listed([said for said, is_off in (("price", each.price_off), ("units", each.units_off)) if is_off])
        cells = [_amount(value, 2) for value in (each.price, each.simulated_price)]
        cells += [_amount(value, 1) for value in (each.units, each.simulated_units)]
        grid.add(each.name[:30], *cells, f"{off} off" if off else "")
    if len(rows) > most:
        grid.across(f"... and {len(rows) - most} more (all: --json)")
    return grid


def _amount(value: float | None, decimals: int) -> str:
    return "-" if value is None else grouped(value, decimals)


def reality_line(found: RealityCheck, scenario: Scenario) -> str:
    """Return in one line whether a market looks like the business it stands for, and if not, why."""
    wrong = []
    if found.off:
        names = [each.name for each in found.off[:MOST_NAMED]]
        more = f" and {len(found.off) - MOST_NAMED} more" if len(found.off) > MOST_NAMED else ""
        wrong.append(f"off by more than the tolerance: {', '.join(names)}{more}")
    wrong += _wrong(found.losing, found.unserved, scenario.money.currency)
    return _said(wrong, found.unserved, number_of(len(found.products), "product") if found.products else "")


def business_line(comparison: Compared, scenario: Scenario) -> str:
    """Return in one line whether the first regime of a comparison looks like a business that lasts, and if not, why."""
    table = comparison.figures[comparison.regimes[0]]
    losing = {name: each for name in KINDS if _loses(each := table.get(name, UNKNOWN))}
    unserved = table.get("no_purchase_share", UNKNOWN)
    return _said(_wrong(losing, unserved, scenario.money.currency), unserved, "", under(comparison.regimes[0]))


def looks_like_a_business(comparison: Compared) -> bool:
    """Tell whether, under the first regime, no kind of firm loses money and few needs end without a purchase."""
    table = comparison.figures[comparison.regimes[0]]
    unserved = table.get("no_purchase_share", UNKNOWN).mean or 0.0
    return unserved <= MOST_UNSERVED and not any(_loses(table.get(name, UNKNOWN)) for name in KINDS)


def _loses(earned: Interval) -> bool:
    end = earned.mean if earned.high is None else earned.high
    return end is not None and end < -0.005


def _wrong(losing: Mapping[str, Interval], unserved: Interval, currency: str) -> list[str]:
    wrong = []
    if losing:
        said = [
            f"{KINDS[name]} ({quantity(-(each.mean or 0.0), CURRENCY)} {currency} per need)"
            for name, each in losing.items()
        ]
        wrong.append(f"losing money: {listed(said)}")
    if (unserved.mean or 0.0) > MOST_UNSERVED:
        wrong.append(f"{significant(100.0 * (unserved.mean or 0.0), 2)} % of needs end without a purchase")
    return wrong


def _said(wrong: list[str], unserved: Interval, products: str, where: str = "") -> str:
    if wrong:
        return f"{QUESTION} Not yet: {'; '.join(wrong)}{f' ({where})' if where else ''}."
    share = f"{significant(100.0 * (unserved.mean or 0.0), 2)} % of needs end without a purchase"
    near = f"{products} sell near the prices and units observed, " if products else ""
    return f"{QUESTION} Yes: {near}no firms lose money, and {share}."
