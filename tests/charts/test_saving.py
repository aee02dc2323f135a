"""Who gains along the share that makers keep: the band on lines that cross where one can say."""

from __future__ import annotations

import pytest

from sim.experiments.point_figures import AtPoint
from sim.report import charts
from sim.report.charts.saving import bands_between
from sim.report.comparison_protocol import Between


def at(customers, makers):
    changes = {
        "consumer_surplus": Between(customers, customers - 1, customers + 1),
        "supplier_profit": Between(makers, makers - 1, makers + 1),
        "welfare": Between(customers + makers, None, None),
    }
    return AtPoint(("store chain", "direct"), 3, {}, {"direct": changes})


@pytest.mark.parametrize(
    ("points", "bands"),
    [
        ([(0.0, at(10, -5)), (1.0, at(-10, 15))], [(0.25, 0.5)]),  # makers gain from a quarter on, customers up to half
        ([(0.0, at(10, 5)), (0.5, at(10, 5)), (1.0, at(10, 5))], [(0.0, 1.0)]),
        ([(0.0, at(10, -15)), (1.0, at(-10, 5))], []),
        ([(0.0, at(-1, 5)), (1.0, at(-3, 15))], []),
    ],
)
def test_both_gain_where_both_lines_are_above_zero(points, bands):
    found = bands_between(points, "direct")
    assert [pytest.approx(band) for band in found] == bands
    chart = charts.saving_band(points, "EUR")
    assert sum(shape.type == "rect" for shape in chart.figure.layout.shapes) == len(bands)
    assert "both gain" in chart.finding
    assert ("At no share" in chart.finding) == (not bands)


def test_a_band_that_is_given_is_drawn_as_it_is():
    points = [(0.0, at(10, -5)), (1.0, at(-10, 15))]
    chart = charts.saving_band(points, "EUR", [(0.2, 0.6)], set_at=0.75)
    band, line = chart.figure.layout.shapes
    assert (band.x0, band.x1, line.x0) == (20, 60, 75)
    assert "between 20 and 60 % of the saving" in chart.finding
    assert [each.text for each in chart.figure.layout.annotations][:3] == ["customers", "makers", "in total"]
