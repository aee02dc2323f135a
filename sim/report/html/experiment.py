"""The page of an experiment: what was asked, what was found, charts, tables, and how to make it again."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from sim.report.experiment_report import ExperimentReport
from sim.report.html.provenance import provenance_of
from sim.report.html.templates import render
from sim.scenario import scenario_to_toml


def experiment_page(report: ExperimentReport, command: Sequence[str]) -> str:
    """Return the page. No text of the scenario reaches it as markup."""
    return render(
        "experiment.html",
        title=report.heading,
        report=report,
        command=shlex.join(["middleman", *command]),
        origin=provenance_of(report.scenario),
        toml=scenario_to_toml(report.scenario, defaults=True),
    )
