"""How the numbers of a comparison are to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.common.number_format import number_of
from sim.report.comparison_protocol import Compared

if TYPE_CHECKING:
    from sim.experiments.comparison import Comparison

HOW_TO_READ = (
    "How to read: each number is the mean of {runs}; ± is half of its 95 % interval (ranges made like this hold the "
    "true mean 95 times in 100); without ± it is the same in every run."
)
DIFFERENCES = (
    " Below, each regime less {first}, run by run, with the same customers, needs and chance; in [brackets] the "
    "interval includes zero: no clear difference."
)
MOST_TOLD = 20
"""Failures told one by one."""
LEFT_OUT = (
    "The numbers rest on {whole} of {replications}: {failed} left out under every regime. What breaks may break in "
    "markets of a kind; these are the numbers of the others."
)
ONE_RUN = "How to read: one run, so there are no intervals; --replications 10 gives them."


def how_to_read(comparison: Compared) -> str:
    """Return what its numbers and intervals mean."""
    if comparison.replications == 1:
        return ONE_RUN
    said = HOW_TO_READ.replace("{runs}", number_of(comparison.replications, "run"))
    return said + (DIFFERENCES.replace("{first}", comparison.regimes[0]) if len(comparison.regimes) > 1 else "")


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
    return [said, *told, *([f"Not run either: {more} more; --json names them all."] if more else [])]
