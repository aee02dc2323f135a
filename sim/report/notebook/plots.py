"""``result.plot``: the charts of the dashboard's pages by name, each a plotly figure.

A figure is the page's own: the same data and layout. Its finding and its text alternative stand in ``layout.meta``.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from sim.experiments.comparison import Comparison
from sim.experiments.discovering import Discovery
from sim.experiments.frontier import Frontier
from sim.experiments.optimising import Optimum
from sim.experiments.point_figures import AtPoint
from sim.experiments.sensitivity import Sensitivity
from sim.experiments.sweep_results import Sweep
from sim.experiments.worth import Worth
from sim.market import Market
from sim.report import charts
from sim.report.comparison_protocol import Between
from sim.report.titles import titled
from sim.results.figures import FIGURES
from sim.results.figures.endings import empty_share, endings
from sim.results.figures.maps import market_map
from sim.results.figures.paths import price_paths
from sim.results.figures.story import first_purchase, trace_need
from sim.results.outcome import Outcome
from sim.scenario import Scenario, ScenarioError, load_scenario

if TYPE_CHECKING:
    from sim.report.charts import Chart


def figure_of(chart: Chart) -> go.Figure:
    """Return a chart's figure, with its finding and text alternative in ``layout.meta``."""
    chart.figure.update_layout(meta={"finding": chart.finding, "alternative": chart.alternative})
    return chart.figure


def scenario_called(name: str) -> Scenario:
    """Return the shipped scenario of that name, for titles and currency; the default one if it is somebody's own."""
    try:
        return load_scenario(name)
    except ScenarioError:
        return Scenario()


class Plots:
    """The charts of a result; calling it draws the first one."""

    def __init__(self, result: Any) -> None:
        self._result = result

    def __dir__(self) -> list[str]:
        return self._names()

    def __repr__(self) -> str:
        return f"<charts: {', '.join(self._names())}>"

    def __call__(self) -> go.Figure:
        return getattr(self, self._names()[0])()

    def _names(self) -> list[str]:
        return [name for name in vars(type(self)) if not name.startswith("_")]


class ComparisonPlots(Plots):
    """The charts of a comparison, as on the page *Compare*."""

    def who_gains(self, regime: str | None = None) -> go.Figure:
        """Draw who gains and who pays with a regime (by key; the second unless given) against the first."""
        found: Comparison = self._result
        known = found.regimes[1:]
        chosen = known[0] if regime is None and known else regime
        if chosen not in known:
            raise KeyError(f"{chosen!r} is not compared with {found.regimes[0]}; choose one of: {', '.join(known)}")
        title = found.scenario.regime_title(str(chosen))
        return figure_of(charts.who_gains(titled(found, found.scenario), title, self._currency))

    def waterfall(self) -> go.Figure:
        """Draw where 100 that customers pay go, a bar for each regime."""
        return figure_of(charts.where_your_100_go(self._titled, self._currency))

    def ladder(self) -> go.Figure:
        """Draw the price from the maker to the customer, step by step."""
        return figure_of(charts.ladder(self._titled, self._tiers, self._currency))

    def margins(self) -> go.Figure:
        """Draw margins tier by tier, of 100 that customers paid."""
        return figure_of(charts.margin_chart(self._titled, self._tiers))

    def waiting(self) -> go.Figure:
        """Draw how long customers wait until goods are in their hands."""
        return figure_of(charts.in_your_hands(self._titled))

    def rare_tastes(self) -> go.Figure:
        """Draw who finds nothing, by how rare the taste is."""
        return figure_of(charts.rare_tastes(self._titled))

    @property
    def _titled(self) -> Comparison:
        found: Comparison = self._result
        return titled(found, found.scenario)

    @property
    def _currency(self) -> str:
        return str(self._result.scenario.money.currency)

    @property
    def _tiers(self) -> Sequence[str]:
        return tuple(tier.name for tier in self._result.scenario.tiers)


class OutcomePlots(Plots):
    """The charts of one run, as on the pages *Prices* and *Map*."""

    def prices(self) -> go.Figure:
        """Draw the prices each firm asked, week by week."""
        found: Outcome = self._result
        scenario, title = self._scenario, self._title
        return figure_of(
            charts.prices_over_time(price_paths(found), title, scenario.money.currency, {}, scenario.time.days)
        )

    def empty_shelves(self) -> go.Figure:
        """Draw what customers did whose first choice was an empty shelf."""
        found: Outcome = self._result
        met = {self._title: Between(empty_share(found), None, None)}
        return figure_of(charts.empty_shelves({self._title: endings(found)}, met))

    def map(self, day: int | None = None) -> go.Figure:
        """Draw towns, shops and depots with the flows of a day between them; of all days in the mean unless given."""
        return figure_of(charts.map_chart(titled(market_map(self._result), self._scenario), day))

    def purchase(self, need: int | None = None) -> go.Figure:
        """Draw the way of one purchase on the map: that of a need, the first purchase unless given."""
        found: Outcome = self._result
        number = first_purchase(found) if need is None else need
        story = None if number is None else trace_need(found, number)
        if story is None or story.purchase is None:
            raise LookupError(f"need {need} did not end in a purchase" if story else "nobody bought anything")
        tables = titled(market_map(found), self._scenario)
        words = f"{story.purchase.product} goes from {story.way[0]} to customer {story.customer.number}"
        return figure_of(charts.purchase_map(tables, charts.FollowedPurchase(story.way, story.customer.number), words))

    @property
    def _scenario(self) -> Scenario:
        scenario: Scenario = self._result.manifest.scenario
        return scenario

    @property
    def _title(self) -> str:
        return self._scenario.regime_title(self._result.manifest.regime)


class SweepPlots(Plots):
    """The charts of a sweep, as on the page *Explore*."""

    def along(self, figure: str = "welfare", parameter: str | None = None) -> go.Figure:
        """Draw a figure along one parameter, a line for each regime."""
        found: Sweep = self._result
        paths = list(dict.fromkeys(path for point in found.points for path in point))
        path = parameter or paths[0]
        points = [number for number in range(len(found.points)) if found.is_sound(number)]
        rows: list[tuple[Any, AtPoint]] = [
            (found.points[at].get(path), titled(found.at(at, [figure]), found.scenario)) for at in points
        ]
        rows.sort(key=lambda row: row[0])
        shown = charts.Named(figure, self._unit(figure))
        return figure_of(charts.along(rows, charts.Named(path), figure, shown))

    def differences(self, figure: str = "welfare") -> go.Figure:
        """Draw at each point how much each regime differs from the first."""
        found: Sweep = self._result
        title, (first, *others) = found.scenario.regime_title, found.regimes
        points = [number for number in range(len(found.points)) if found.is_sound(number)]
        here = [found.at(at, [figure]).differences for at in points]
        changes = {title(other): [each[other][figure] for each in here] for other in others}
        drawn = charts.differences([found.points[at] for at in points], changes, title(first), figure, _unit(figure))
        return figure_of(drawn)

    def _unit(self, figure: str) -> str:
        return _unit(figure).replace("currency", self._result.scenario.money.currency)


def _unit(figure: str) -> str:
    return FIGURES[figure.split(".", maxsplit=1)[0]].unit


class FrontierPlots(Plots):
    """The chart of a frontier."""

    def frontier(self) -> go.Figure:
        """Draw where each party changes sides."""
        return figure_of(charts.frontier_chart(titled(self._result, scenario_called(self._result.scenario))))


class SensitivityPlots(Plots):
    """The chart of a sensitivity analysis."""

    def tornado(self) -> go.Figure:
        """Draw how much each parameter moves the figure, the strongest on top."""
        return figure_of(charts.tornado(titled(self._result, scenario_called(self._result.scenario))))


class DiscoveryPlots(Plots):
    """The chart of a discovery."""

    def markets(self) -> go.Figure:
        """Draw every market tried, and the region in which the regime fails."""
        return figure_of(charts.markets(titled(self._result, scenario_called(self._result.scenario))))


class OptimumPlots(Plots):
    """The chart of an optimum."""

    def optimum(self) -> go.Figure:
        """Draw the values tried and the best."""
        found: Optimum = self._result
        scenario = scenario_called(found.scenario)
        unit = _unit(found.figure).replace("currency", scenario.money.currency)
        return figure_of(charts.optimum_chart(titled(found, scenario), unit))


class WorthPlots(Plots):
    """The chart of what middlemen are worth."""

    def services(self) -> go.Figure:
        """Draw what each service is worth, and what the firms in between keep."""
        return figure_of(charts.services(self._result, scenario_called(self._result.scenario).money.currency))


@singledispatch
def plots_of(result: Any) -> Plots:
    """Return the charts of a result. Raises AttributeError where there are none."""
    raise AttributeError(f"there is no chart of a {type(result).__name__}; its to_dict() or to_frame() can be plotted")


plots_of.register(Comparison, ComparisonPlots)
plots_of.register(Outcome, OutcomePlots)
plots_of.register(Sweep, SweepPlots)
plots_of.register(Frontier, FrontierPlots)
plots_of.register(Sensitivity, SensitivityPlots)
plots_of.register(Discovery, DiscoveryPlots)
plots_of.register(Optimum, OptimumPlots)
plots_of.register(Worth, WorthPlots)


@plots_of.register
def _(market: Market) -> Plots:
    """Return the charts of the days a market has lived through so far."""
    return OutcomePlots(market.outcome())
