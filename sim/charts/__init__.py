"""Charts: pure functions from tables to plotly figures, each with its finding in words and a text alternative.

Nothing here computes an economic result, and nothing here knows where a chart is shown.
"""

from __future__ import annotations

from sim.charts.chart import Chart, written
from sim.charts.frontiers import frontier, tornado
from sim.charts.gains import who_gains
from sim.charts.guesses import side_by_side, with_guess
from sim.charts.hundred import empty_shelves, where_your_100_go
from sim.charts.ladder import ladder
from sim.charts.maps import Followed, market_map, purchase_map
from sim.charts.margins import margins
from sim.charts.paths import prices_over_time
from sim.charts.points import best, differences, markets
from sim.charts.services import services
from sim.charts.strips import in_your_hands, rare_tastes
from sim.charts.sweeps import along
from sim.charts.varied import Named

__all__ = [
    "Chart",
    "Followed",
    "Named",
    "along",
    "best",
    "differences",
    "empty_shelves",
    "frontier",
    "in_your_hands",
    "ladder",
    "margins",
    "market_map",
    "markets",
    "prices_over_time",
    "purchase_map",
    "rare_tastes",
    "services",
    "side_by_side",
    "tornado",
    "where_your_100_go",
    "who_gains",
    "with_guess",
    "written",
]
