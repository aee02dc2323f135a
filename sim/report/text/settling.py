"""What is said of a window that was not settled, and of prices that were not found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.common.number_format import SHARE, listed, number_of, quantity
from sim.common.regime_wording import under
from sim.report.comparison_protocol import UNKNOWN, Compared
from sim.report.titles import titled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.experiments.comparison import Comparison
    from sim.experiments.settling import Move
    from sim.scenario import Scenario

REMEDY = "Leave out more days at the start: --warm-up find, or a longer warm_up and more days."
SEASONS = "Seasons differ between the halves, so only differences between regimes were tested."

PRICES = "unsettled_prices"
PRICES_REMEDY = (
    "Set a larger tolerance for the rule that finds them, or a larger customers.scale, or let fewer firms find prices."
)


def warnings_of(comparison: Comparison) -> list[str]:
    """Return a line for each reason to doubt that the market was at rest in the days averaged."""
    return [*filter(None, [unsettled(comparison), prices_not_at_rest(titled(comparison, comparison.scenario))])]


def warnings_in_short(comparison: Comparison) -> list[str]:
    """Return a short line for each reason to doubt the numbers; the full report says more of each."""
    lines = []
    if comparison.failed:
        lines.append(f"Careful: {len(comparison.failed)} of {comparison.tried} replications failed and are left out.")
    moving = comparison.settling.moving if comparison.scenario.time.steady else ()
    if moving:
        figures = "1 figure still moves" if len(moving) == 1 else f"{len(moving)} figures still move"
        lines.append(f"Careful: {figures} in the days counted; try --warm-up find.")
    title = comparison.scenario.regime_title
    restless = [title(each) for each in comparison.regimes if comparison.figures[each].get(PRICES, UNKNOWN).mean]
    if restless:
        lines.append(f"Careful: best prices were not found {listed([*map(under, restless)])}.")
    return lines


def prices_not_at_rest(comparison: Compared) -> str:
    """Return one line on regimes, by title, whose best prices were looked for and not found; empty if none."""
    return prices_not_found(
        {regime: comparison.figures[regime].get(PRICES, UNKNOWN).mean for regime in comparison.regimes}
    )


def prices_not_found(shares: Mapping[str, float | None]) -> str:
    """Return one line on best prices that were not found, from the share of days with such prices by title."""
    known = {title: share for title, share in shares.items() if share}
    found = [f"{under(title)} (on {quantity(share, SHARE)} % of the days counted)" for title, share in known.items()]
    if not found:
        return ""
    return (
        f"Prices not settled {listed(found)}: the search for best prices ended before they came to rest, so firms may "
        f"not charge their best prices there. {PRICES_REMEDY}"
    )


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
