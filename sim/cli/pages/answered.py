"""The page of an experiment: question, findings, charts, tables, and how to reproduce it."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.report.html import markup
from sim.report.html.report import manifest_of, scenario_in_full

if TYPE_CHECKING:
    from sim.cli.answers import Answer


def answered(answer: Answer, command: Sequence[str]) -> str:
    """Return the page. Text from the scenario is always escaped."""
    parts = [
        markup.heading(1, answer.heading),
        markup.element("div", "".join(map(markup.paragraph, answer.sentences)), class_="finding"),
        *(markup.figure(chart, number) for number, chart in enumerate(answer.charts())),
        markup.paragraph(answer.method, class_="note"),
        *(
            markup.element(
                "section", (markup.heading(2, heading) if heading else "") + markup.table(grid), class_="table"
            )
            for heading, grid in answer.tables
        ),
        markup.heading(2, "Reproduce it", id="again"),
        markup.paragraph("The command:"),
        markup.preformatted(shlex.join(["middleman", *command])),
        markup.definitions(manifest_of(answer.scenario)),
        markup.paragraph("The same version, scenario and seed give the same figures to the last digit.", class_="note"),
        markup.heading(2, "The complete scenario", id="scenario"),
        scenario_in_full(answer.scenario),
    ]
    return markup.page(answer.heading, "\n".join(parts))
