"""What a comparison says of a window that was not settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.common.number_format import number_of

if TYPE_CHECKING:
    from sim.experiments.comparison import Comparison
    from sim.experiments.settling import Move

REMEDY = "Leave out more days at the start: --warm-up find, or a longer warm_up and more days."
SEASONS = "Seasons differ between the halves, so only differences between regimes were tested."


def unsettled(comparison: Comparison) -> str:
    """Return one line on what still moved in the days averaged, and what to do; empty where nothing did.

    Also empty for a scenario that is about change, and says so by ``time.steady = false``.
    """
    found = comparison.settling
    if not comparison.scenario.time.steady or not found.moving:
        return ""
    most, *others = found.moving
    more = f", and {number_of(len(others), 'other figure')} too" if others else ""
    return f"Not settled: {_told(most)} from the first half of the days that count to the second{more}. {REMEDY}"


def _told(move: Move) -> str:
    mean = move.change.mean or 0.0
    what = f"{move.figure} under {move.regime}" + (f" less {move.against}" if move.against else "")
    margin = ""
    if move.change.high is not None:
        margin = f" ± {move.change.high - mean:.3g}"
    return f"{what} still moves, by {mean:+.3g}{margin}"
