"""How much precision it brings that all regimes meet the same customers, needs and shocks, as a table."""

from __future__ import annotations

from sim.common.number_format import NO_VALUE, grouped, significant_decimals
from sim.common.regime_wording import in_sentence
from sim.report.comparison_protocol import Compared
from sim.report.text.grid import Grid

TITLE = "How much precision the common random shocks bring (variance ratio)"
NOTE = (
    "How many times more runs independent samples would need to estimate the difference from {first} as precisely; "
    "with the same number of runs, intervals would be wider by the square root of this. -: the difference is the same "
    "in every run."
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
        grid.add(name, *(NO_VALUE if each is None else grouped(each, significant_decimals(each, 2)) for each in row))
    return grid, NOTE.replace("{first}", in_sentence(comparison.regimes[0]))
