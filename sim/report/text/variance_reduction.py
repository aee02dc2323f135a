"""How much it helped that all regimes met the same customers, needs and chance, as a table."""

from __future__ import annotations

from sim.common.number_format import NOTHING, grouped, significant_decimals
from sim.report.comparison_protocol import Compared
from sim.report.text.grid import Grid

TITLE = "How much the same chance for all helped (variance ratio)"
NOTE = (
    "To know the difference to {first} as well from runs that share nothing would take so many times as many runs; "
    "intervals would be wider by the square root of that. - means: the difference is the same in every run."
)
SHOWN = ("consumer_price", "consumer_surplus", "supplier_profit", "intermediary_profit", "retailer_profit", "welfare")


def variance_reduction(comparison: Compared) -> tuple[Grid, str] | None:
    """Return a row for each figure and a column for each regime but the first, and how to read them.

    None where no ratio is known, as with a single run of each.
    """
    ratios = comparison.variance_ratios
    rows = {name: [table.get(name) for table in ratios.values()] for name in SHOWN}
    known = {name: row for name, row in rows.items() if any(value is not None for value in row)}
    if not known:
        return None
    grid = Grid(["", *ratios])
    for name, row in known.items():
        grid.add(name, *(NOTHING if each is None else grouped(each, significant_decimals(each, 2)) for each in row))
    return grid, NOTE.replace("{first}", comparison.regimes[0])
