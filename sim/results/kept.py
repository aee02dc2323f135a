"""OutcomeTables that a run has not kept, and what to set so that it keeps them."""

from __future__ import annotations

from sim.common.table import Columns

RECORDED = ("needs", "ledger", "stock", "choices")
"""OutcomeTables with a row for each need, payment, movement or offer."""
REMEDY = 'set records.needs = "records" in the scenario (--set records.needs=records) and run it again'


class RecordsError(LookupError):
    """A run kept figures only, and something needs its records. Says what, and what to set."""

    def __init__(self, what: str):
        super().__init__(f"this run added its records up every night and kept no {what}; {REMEDY}")


class OutcomeTables(dict[str, Columns]):
    """The tables of an outcome, which says what to set where one has not been kept."""

    def __missing__(self, name: str) -> Columns:
        if name in RECORDED and name != "choices":
            raise RecordsError(f"table {name!r}")
        raise KeyError(name)
