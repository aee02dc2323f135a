"""How many comparisons stand on a page, and which of them remain clear after Holm's correction, in a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from sim.common.number_format import Interval, listed
from sim.common.regime_wording import in_sentence, under
from sim.report.comparison_protocol import Compared

if TYPE_CHECKING:
    from sim.experiments.multiple_comparisons import Corrected
    from sim.experiments.sensitivity import Sensitivity

MOST_NAMED = 8
"""Comparisons named one by one."""
LOST = " No longer clear: "


def several_differences(comparison: Compared, tiers: Sequence[str]) -> str:
    """Return the line for all differences in the tables of a comparison; empty with fewer than two that have intervals.

    Args:
        comparison: regimes compared with the first.
        tiers: names of the intermediaries' tiers, which decide the tables.
    """
    from sim.report.text.tables import differences_shown  # here, so that help needs no figures

    found = {
        f"{figure} {under(regime)}": change
        for regime, changes in comparison.differences.items()
        for figure in differences_shown(tiers)
        if (change := changes.get(figure)) is not None
    }
    return several(found, f"differences from {in_sentence(comparison.regimes[0])}")


def several(found: Mapping[str, Interval], what: str = "differences") -> str:
    """Return the line for differences by name; only those that are estimates from replications are counted."""
    from sim.common.estimates import Estimate
    from sim.experiments.multiple_comparisons import corrected, p_value

    return holm_sentence(
        corrected({name: p_value(each) for name, each in found.items() if isinstance(each, Estimate)}), what
    )


def several_effects(found: Sensitivity) -> str:
    """Return the line for the effects of all parameters, each compared with none."""
    from sim.experiments.multiple_comparisons import corrected, normal_p_value
    from sim.experiments.sensitivity import NORMAL

    p_values = {each.parameter: normal_p_value(each.effect, each.effect_interval / NORMAL) for each in found.influences}
    return holm_sentence(corrected(p_values), "effects")


def holm_sentence(found: Corrected[str], what: str) -> str:
    """Return how many were compared and how many remain clear, with those that fall out named."""
    if found.compared < 2:
        return ""
    said, left = f"{found.compared} {what} compared", found.remaining
    if found.lost:
        remain = f"{left or 'none'} {'remains' if left == 1 else 'remain'} clear after Holm's correction"
        return f"{said}; {remain}. No longer clear: {_named(found.lost)}."
    if not left:
        return f"{said}; none is clear."
    if left == found.compared:
        return f"{said}; all remain clear after Holm's correction."
    if left == 1:
        return f"{said}; the 1 that is clear remains so after Holm's correction."
    return f"{said}; the {left} that are clear remain so after Holm's correction."


def without_names(sentence: str) -> str:
    """Return the line of ``holm_sentence`` without the names of comparisons; any other sentence as it is."""
    return sentence.partition(LOST)[0]


def _named(names: Iterable[str]) -> str:
    every = list(names)
    shown, left = every[:MOST_NAMED], len(every) - MOST_NAMED
    return f"{', '.join(shown)} and {left} more" if left > 0 else listed(shown)
