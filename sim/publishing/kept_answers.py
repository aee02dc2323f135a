"""Answers computed when the package is made, and kept in it: the same for every reader, there at once.

`python docs/answers.py` computes them; tests compare them with runs. Where the scenario of a checkout was changed, they
are not those of the scenario any more, and a page runs the market instead.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from sim.experiments import Comparison, compare
from sim.experiments.views import View
from sim.experiments.who_keeps_the_saving import who_keeps
from sim.publishing import verdict
from sim.publishing.argument import STEPS
from sim.publishing.grid import run_grid
from sim.publishing.kept_figures import comparison_from, is_of, plain_figures
from sim.report.comparison_protocol import Compared
from sim.runs.options import RunOptions
from sim.scenario import Scenario, load_scenario, scenario_hash
from sim.scenario.pricing_conduct import GAP_SHARE

FOLDER = Path(__file__).parent / "answers"
ARGUMENT, VERDICT, SAVING = "argument", "verdict", "saving"
SHOWN = (
    "consumer_price",
    "supplier_price",
    "wholesale_price",
    "full_price",
    "welfare",
    "consumer_surplus",
    "intermediary_margin",
    "intermediary_margin_money",
    "intermediary_margin_by_tier.",
    "retailer_margin",
    "retailer_margin_money",
    "no_purchase_share",
    "unserved_share_by_rarity.",
    "recovered_sales",
    "lost_sales",
    "adoption",
)
"""Figures that texts and charts of the argument read."""
SAVING_VIEW = View("classroom_set_margins", ("traditional", "direct"), runs=3)
"""What Explore opens on."""
SAVING_SHARES = tuple(number / 10 for number in range(11))
SAVING_FIGURES = ("consumer_surplus", "supplier_profit", "welfare", "consumer_price", "supplier_price")


def compute_argument() -> dict[str, Any]:
    """Run every market of the argument, and return what is kept of it."""
    views = dict.fromkeys(view for step in STEPS for view in step.views)
    return {"views": [{**_asked(view), **_computed(view)} for view in views]}


def _asked(view: View) -> dict[str, Any]:
    return {"scenario": view.scenario, "regimes": list(view.regimes), "changes": list(view.changes)}


def _computed(view: View) -> dict[str, Any]:
    scenario = view.market()
    found = compare(scenario, view.regimes, replications=view.runs, seed=view.seed)
    facts = {"seed": view.seed, "replications": view.runs, "scenario_sha256": scenario_hash(scenario)}
    return {**facts, **plain_figures(found, SHOWN)}


def compute_verdict(numbers: Sequence[int] | None = None, options: RunOptions | None = None) -> dict[str, Any]:
    """Run the market of the last step at every position of its sliders, or at some, and return what is kept of it."""
    grid, view = verdict.verdict_grid(), verdict.MARKET
    whole = run_grid(grid, options or RunOptions(replications=view.runs, seed=view.seed)) if numbers is None else None
    found = []
    for number in range(grid.size) if numbers is None else numbers:
        at = whole.at(number) if whole else _at_point(grid.scenario, grid.points[number], view)
        found.append(plain_figures(at, verdict.FIGURES))
    facts = {"seed": view.seed, "replications": view.runs, "scenario_sha256": scenario_hash(grid.scenario)}
    axes = {path: list(values) for path, values in grid.axes.items()}
    return {**_asked(view), **facts, "axes": axes, "points": found}


def _at_point(scenario: Scenario, point: dict[str, Any], view: View) -> Comparison:
    return compare(load_scenario(scenario, point), view.regimes, replications=view.runs, seed=view.seed)


def compute_saving(shares: Sequence[float] = SAVING_SHARES, *, bands: bool = True) -> dict[str, Any]:
    """Run a market along the share of the saving that makers keep, and find where customers and makers both gain."""
    view = SAVING_VIEW
    scenario = view.market()
    points = [_at_point(scenario, {GAP_SHARE: share}, view) for share in shares]
    facts = {"seed": view.seed, "replications": view.runs, "scenario_sha256": scenario_hash(scenario)}
    kept = [{"share": share, **plain_figures(at, SAVING_FIGURES)} for share, at in zip(shares, points, strict=True)]
    found = who_keeps(scenario, view.regimes, replications=view.runs, seed=view.seed)[0].to_dict() if bands else {}
    both = {name: found.get(name, []) for name in ("both_gain", "both_gain_surely")}
    return {**_asked(view), **facts, "points": kept, **both}


@cache
def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


@cache
def kept_comparison(view: View) -> Comparison | None:
    """Return what is kept of a view of the argument; None where nothing is, or the scenario is another now."""
    for each in _read(ARGUMENT)["views"]:
        if {**_asked(view), "seed": view.seed, "replications": view.runs}.items() <= each.items():
            scenario = view.market()
            return comparison_from(scenario, each) if is_of(scenario, each) else None
    return None


@cache
def kept_verdict() -> tuple[Comparison, ...]:
    """Return who gains at every position of the sliders of the last step; empty if the scenario is another now."""
    kept, grid = _read(VERDICT), verdict.verdict_grid()
    if not is_of(grid.scenario, kept) or {path: list(values) for path, values in grid.axes.items()} != kept["axes"]:
        return ()
    return tuple(comparison_from(grid.scenario, {**kept, **point}) for point in kept["points"])


@cache
def kept_saving() -> tuple[tuple[tuple[float, Compared], ...], tuple[tuple[float, float], ...]]:
    """Return who gains along the share that makers keep, and the bands in which customers and makers both gain."""
    kept, scenario = _read(SAVING), SAVING_VIEW.market()
    if not is_of(scenario, kept):
        return (), ()
    points = tuple((each["share"], comparison_from(scenario, {**kept, **each})) for each in kept["points"])
    return points, tuple((low, high) for low, high in kept["both_gain"])


def write(name: str, found: dict[str, Any]) -> Path:
    """Write kept answers; one line for each view or point, so that a change shows which moved."""
    rows = "points" if "points" in found else "views"
    facts = {key: value for key, value in found.items() if key != rows}
    lines = ",\n".join(json.dumps(row, separators=(",", ":")) for row in found[rows])
    head = json.dumps({**facts, rows: []}, separators=(",", ":"))
    path = FOLDER / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(head.replace(f'"{rows}":[]', f'"{rows}":[\n{lines}\n]') + "\n", encoding="utf-8")
    return path
