"""Charts: pure functions from tables to plotly figures, each with its finding in words and a text alternative.

Nothing here computes an economic result, and nothing here knows where a chart is shown.
"""

from __future__ import annotations

from sim.report.charts.axis_labels import Named
from sim.report.charts.chart import Chart, prerendered
from sim.report.charts.distributions import in_your_hands, rare_tastes
from sim.report.charts.frontiers import frontier_chart, tornado
from sim.report.charts.gains import WHO_CHANGES, gains_strip, who_gains
from sim.report.charts.ladder import ladder
from sim.report.charts.maps import FollowedPurchase, map_chart, purchase_map
from sim.report.charts.margins import margin_chart
from sim.report.charts.paths import prices_over_time
from sim.report.charts.price_waterfall import empty_shelves, where_your_100_go
from sim.report.charts.purchase_routes import purchase_routes
from sim.report.charts.quiz import (
    GuessedAnswer,
    GuessMark,
    PartOfHundred,
    guesses_and_answers,
    parts_of_hundred,
    side_by_side,
    with_guess,
)
from sim.report.charts.saving import saving_band
from sim.report.charts.scatter import differences, markets, optimum_chart
from sim.report.charts.services import services
from sim.report.charts.sweeps import along

__all__ = [
    "WHO_CHANGES",
    "Chart",
    "FollowedPurchase",
    "GuessMark",
    "GuessedAnswer",
    "Named",
    "PartOfHundred",
    "along",
    "differences",
    "empty_shelves",
    "frontier_chart",
    "gains_strip",
    "guesses_and_answers",
    "in_your_hands",
    "ladder",
    "map_chart",
    "margin_chart",
    "markets",
    "optimum_chart",
    "parts_of_hundred",
    "prerendered",
    "prices_over_time",
    "purchase_map",
    "purchase_routes",
    "rare_tastes",
    "saving_band",
    "services",
    "side_by_side",
    "tornado",
    "where_your_100_go",
    "who_gains",
    "with_guess",
]
