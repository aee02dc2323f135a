"""What a comparison says of a window that was not settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.common.number_format import number_of

if TYPE_CHECKING:
    from sim.experiments.comparison import Comparison
    from sim.experiments.settling import Move
    from sim.scenario import Scenario

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
    more = f"; so does {number_of(1, 'other figure')}" if len(others) == 1 else ""
    more = f"; so do {number_of(len(others), 'other figure')}" if len(others) > 1 else more
    return f"Not settled: {_described(most, comparison.scenario)}{more}. {REMEDY}"


def _described(move: Move, scenario: Scenario) -> str:
    what = f"{move.figure} {scenario.under_regime(move.regime)}"
    if move.against:
        what += f", compared with {scenario.regime_phrase(move.against)},"
    mean = move.change.mean or 0.0
    margin = "" if move.change.high is None else f" ± {move.change.high - mean:.3g}"
    return f"{what} still changes by {mean:+.3g}{margin} from the first half of the days that count to the second"
