"""The parameters of what a run writes down beyond its usual tables, and where its records lie."""

from __future__ import annotations

from typing import Literal

from sim.common.parameters import Section, parameter


class Records(Section):
    """What is written down on top of the usual tables, and where all of it lies. The market does not notice."""

    choices: bool = parameter(
        False,
        "Write down every offer a customer considered, for estimating tastes from choices.",
        "yes or no",
    )
    keep: Literal["memory", "disk"] = parameter(
        "memory",
        "Where needs, payments, movements of goods and choices lie: in memory, or in files without a name, gone with "
        "the run: for runs that memory does not hold. Nothing is left out, no figure changes.",
        "choice",
    )

    @property
    def on_disk(self) -> bool:
        """Whether records lie in files."""
        return self.keep == "disk"
