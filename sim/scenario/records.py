"""Parameters of optional records of a run, and where records are kept."""

from __future__ import annotations

from typing import Literal

from sim.common.parameters import Section, choice, flag


class Records(Section):
    """What a run records, and where. Recording does not affect the market."""

    needs: Literal["records", "pairs", "figures"] = choice(
        "records",
        "What is kept of needs, payments and movements of goods. records: a row of each, for traces, tables and "
        "exports. figures: they are added up every night and forgotten, so that memory does not grow with days; all "
        "figures are the same to the last bit. pairs: figures, and what compares each need between regimes.",
    )

    choices: bool = flag(False, "Record every offer a customer considered, to estimate tastes from choices.")
    keep: Literal["memory", "disk"] = choice(
        "memory",
        "Where needs, payments, movements of goods and choices are kept. memory: in memory; disk: in temporary "
        "files that end with the run, for runs too large for memory. Nothing is left out, and no figure changes.",
    )

    @property
    def on_disk(self) -> bool:
        """Whether records are kept in files."""
        return self.keep == "disk" and self.of_all

    @property
    def of_all(self) -> bool:
        """Whether each need, payment and movement is kept."""
        return self.needs == "records"
