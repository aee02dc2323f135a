"""A figure along a parameter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sim.report.charts import Named, along
from sim.report.comparison_protocol import Between
from tests.wording import in_this_order


@dataclass
class Point:
    figures: dict[str, Any]
    regimes: tuple[str, ...] = ("store chain", "direct")
    replications: int = 3
    differences: dict[str, Any] = field(default_factory=dict)


def at(traditional, direct, half=1.0):
    rows = {"store chain": traditional, "direct": direct}
    return Point({
        name: {"welfare": Between(mean, None if half is None else mean - half, None if half is None else mean + half)}
        for name, mean in rows.items()
    })  # fmt: skip


COST = Named("Travel cost", "EUR per km", "Cost of travelling <time included>")
WELFARE = Named("Welfare", "EUR per need")
FOUND = [(0.1, at(30.0, 20.0)), (0.5, at(29.0, 25.0)), (1.0, at(28.0, 31.0))]


def test_a_line_and_a_band_for_each_regime_and_the_present_value(snapshot):
    chart = along(FOUND, COST, "welfare", WELFARE, 0.4)
    lines = [trace for trace in chart.figure.data if trace.mode == "lines+markers"]
    bands = [trace for trace in chart.figure.data if trace.fill == "toself"]
    assert [list(line.y) for line in lines] == [[30, 29, 28], [20, 25, 31]]
    assert len({line.line.dash for line in lines}) == len(bands) == 2
    assert list(bands[0].y) == [31, 30, 29, 27, 28, 29]
    assert chart.figure.layout.shapes[0].x0 == 0.4
    assert [chart.finding, chart.alternative] == snapshot
    assert in_this_order(chart.finding, "direct", "20 to 31")
    assert "30 to 28 in the store chain" in chart.alternative
    assert chart.figure.layout.xaxis.title.text.startswith("Travel cost, EUR per km<br>")
    assert "&lt;time included&gt;" in chart.figure.layout.xaxis.title.text
    assert chart.figure.layout.yaxis.title.text == "Welfare, EUR per need"


def test_one_run_has_no_band(snapshot):
    chart = along([(value, at(1.0, 2.0, half=None)) for value in (1, 2)], Named("x"), "welfare", WELFARE)
    assert not [trace for trace in chart.figure.data if trace.fill]
    assert chart.finding == snapshot


def test_nothing_yet_and_nowhere_defined_are_said(snapshot):
    nothing = along([], Named("x"), "welfare", WELFARE)
    undefined = along(FOUND, COST, "no_such", Named("No such"))
    assert [nothing.finding, undefined.finding] == snapshot
