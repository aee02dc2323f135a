"""How the numbers of a comparison are to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.common.number_format import number_of
from sim.common.regime_wording import in_sentence
from sim.report.comparison_protocol import Compared

if TYPE_CHECKING:
    from sim.experiments.comparison import Comparison

HOW_TO_READ = (
    "How to read: each number is the mean of {runs}; ± is half of its 95 % interval (such intervals contain the true "
    "mean 95 times in 100); a number without ± is the same in every run."
)
DIFFERENCES = (
    " The lower rows are differences from {first}, run by run, with the same customers, needs and random shocks; in "
    "[brackets]: the interval includes zero, so there is no clear difference."
)
MOST_TOLD = 20
"""Failures told one by one."""
LEFT_OUT = (
    "The numbers are based on {whole} of {replications}; {failed} left out of every channel. Failures may be typical "
    "of one kind of market, and the numbers then describe only the others."
)
ONE_RUN = "How to read: one run, so there are no intervals; --replications 10 gives them."


def how_to_read(comparison: Compared) -> str:
    """Return what its numbers and intervals mean."""
    if comparison.replications == 1:
        return ONE_RUN
    first, *others = comparison.regimes
    said = HOW_TO_READ.replace("{runs}", number_of(comparison.replications, "run"))
    return said + (DIFFERENCES.replace("{first}", in_sentence(first)) if others else "")


def failed_replications(comparison: Comparison) -> list[str]:
    """Return how many replications the numbers rest on, and which failed and why; nothing where none did."""
    if not comparison.failed:
        return []
    failed = len(comparison.failed)
    said = LEFT_OUT.format(
        whole=comparison.replications,
        replications=number_of(comparison.tried, "replication"),
        failed=f"{failed} failed and {'is' if failed == 1 else 'are'}",
    )
    told = [f"Not run: {each}" for each in comparison.failed[:MOST_TOLD]]
    more = failed - len(told)
    return [said, *told, *([f"Not run: {more} more; --json lists all."] if more else [])]
