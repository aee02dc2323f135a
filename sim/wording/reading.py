"""How the numbers of a comparison are to be read."""

from __future__ import annotations

from sim.compared import Compared
from sim.words import number_of

HOW_TO_READ = (
    "How to read: each number is the mean of {runs}; ± is half of its 95 % interval (ranges made like this hold the "
    "true mean 95 times in 100); without ± it is the same in every run."
)
DIFFERENCES = (
    " Below, each regime less {first}, run by run, with the same customers, needs and chance; in [brackets] the "
    "interval includes zero: no clear difference."
)
ONE_RUN = "How to read: one run, so there are no intervals; --replications 10 gives them."


def how_to_read(comparison: Compared) -> str:
    """Return what its numbers and intervals mean."""
    if comparison.replications == 1:
        return ONE_RUN
    said = HOW_TO_READ.replace("{runs}", number_of(comparison.replications, "run"))
    return said + (DIFFERENCES.replace("{first}", comparison.regimes[0]) if len(comparison.regimes) > 1 else "")
