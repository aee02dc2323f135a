"""Figures of a comparison as plain numbers that a file can hold, and a comparison made of them again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sim.common.estimates import Estimate
from sim.experiments.comparison import Comparison, Estimates
from sim.report.comparison_protocol import Compared
from sim.scenario import Scenario, scenario_hash

DIGITS = 12
"""Significant digits that are kept: more than anybody sees, fewer than differ between machines."""


def plain_figures(comparison: Compared, names: Iterable[str]) -> dict[str, Any]:
    """Return figures and differences of a comparison, by regime and name, as ``[mean, low, high, n]``.

    Args:
        comparison: has estimates, as those of experiments have.
        names: figures to keep; a name that ends in a dot keeps all that begin with it.
    """
    wanted = tuple(names)
    starts = tuple(name for name in wanted if name.endswith("."))

    def kept(tables: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
        return {
            regime: {
                name: _plain(found)
                for name, found in table.items()
                if (name in wanted or name.startswith(starts)) and found.mean is not None
            }
            for regime, table in tables.items()
        }

    return {"figures": kept(comparison.figures), "differences": kept(comparison.differences)}


def _plain(found: Estimate) -> list[float | int | None]:
    numbers = (None if each is None else float(f"{each:.{DIGITS}g}") for each in (found.mean, found.low, found.high))
    return [*numbers, found.n]


def comparison_from(scenario: Scenario, plain: Mapping[str, Any]) -> Comparison:
    """Return the comparison whose figures ``plain_figures`` gave; it has those that were kept.

    Args:
        scenario: what was run.
        plain: beside the figures, ``regimes``, ``seed`` and ``replications``.
    """
    return Comparison(
        scenario=scenario,
        seed=plain["seed"],
        replications=plain["replications"],
        regimes=tuple(plain["regimes"]),
        figures=_estimates(plain["figures"]),
        differences=_estimates(plain["differences"]),
    )


def _estimates(tables: Mapping[str, Mapping[str, list[Any]]]) -> Estimates:
    return {regime: {name: Estimate(*each) for name, each in table.items()} for regime, table in tables.items()}


def is_of(scenario: Scenario, plain: Mapping[str, Any]) -> bool:
    """Tell whether kept figures are those of a scenario as it is now."""
    return bool(plain["scenario_sha256"] == scenario_hash(scenario))
