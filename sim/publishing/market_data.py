"""What the static page of a market holds: its charts, words and numbers at every position of its sliders."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.common.number_format import number_of, plus_minus, quantity, short
from sim.common.provenance import version_of
from sim.common.regime_wording import in_sentence, under
from sim.experiments.jobs import look_through
from sim.experiments.point_figures import AtPoint
from sim.publishing.grid import GridResult
from sim.publishing.packing import chart_of
from sim.report import charts
from sim.report.charts import GuessMark
from sim.report.comparison_protocol import UNKNOWN
from sim.report.text.headlines import headline
from sim.report.text.parameter_names import parameter_unit, value_of
from sim.report.text.sentences import comparison_sentences
from sim.report.text.two_worlds import headline_of_worlds, who_it_is, worlds_side_by_side, worlds_to_tell
from sim.report.titles import titled
from sim.results.figures import FIGURES
from sim.results.figures.route import routes_of
from sim.runs.options import RunOptions
from sim.runs.running import paired_runs
from sim.scenario import Scenario, load_scenario
from sim.scenario.overrides import split_path
from sim.scenario.pricing_conduct import pricing_lines
from sim.scenario.shape import find

COLUMNS = {
    "consumer_price": "price paid",
    "full_price": "with fee, travel, waiting, hassle",
    "supplier_price": "suppliers get",
    "delivery_days.p50": "median wait",
    "no_purchase_share": "leave with nothing",
}
CHANGES = {"consumer_surplus": "customers, change per need", "welfare": "in total, change per need"}
MOST_SAID = 2


@dataclass(frozen=True)
class Published:
    """What is published.

    Attributes:
        result: the runs of the grid.
        options: how they were made.
        name: the scenario as it was typed, for the command of every position.
        settings: the changes to it as they were typed.
    """

    result: GridResult
    options: RunOptions
    name: str
    settings: Sequence[str] = ()

    @property
    def scenario(self) -> Scenario:
        """The scenario before its parameters vary."""
        return self.result.grid.scenario

    @property
    def start(self) -> int:
        """Number of the point at which the sliders begin: the nearest to the scenario's own values."""
        given = self.scenario.model_dump()
        number = 0
        for path, values in self.result.grid.axes.items():
            number = number * len(values) + _nearest(values, _value_at(given, path))
        return number


def _value_at(tables: Mapping[str, Any], path: str) -> Any:
    place = find(split_path(path), dict(tables))
    return None if place is None else _walk(tables, path)


def _walk(tables: Any, path: str) -> Any:
    found = tables
    for step in split_path(path):
        if isinstance(found, Mapping):
            found = found.get(str(step))
        elif isinstance(found, list | tuple) and str(step).isdigit() and int(step) < len(found):
            found = found[int(step)]
        else:
            return None
    return found


def _nearest(values: Sequence[Any], own: Any) -> int:
    if own in values:
        return list(values).index(own)
    numbers = [value for value in (*values, own) if isinstance(value, int | float) and not isinstance(value, bool)]
    if len(numbers) <= len(values):
        return 0
    return min(range(len(values)), key=lambda place: abs(values[place] - own))


def market_data(published: Published) -> dict[str, Any]:
    """Return everything the page of a market shows."""
    scenario, grid = published.scenario, published.result.grid
    points = [published.result.at(number) for number in range(grid.size)]
    shown = [_point(published, number, at) for number, at in enumerate(points)]
    return {
        "title": scenario.title or scenario.name,
        "question": scenario.question,
        "currency": scenario.money.currency,
        "sliders": [_slider(path, values, scenario) for path, values in grid.axes.items()],
        "start": published.start,
        "channels": [
            {"title": scenario.regime_title(name), "meaning": scenario.regime(name).meaning} for name in grid.regimes
        ],
        "points": shown,
        "quiz": _quiz(points[published.start], scenario),
        "purchase": _purchase(published),
        "source": _source(published),
    }


def _source(published: Published) -> str:
    """Return where the numbers come from, in a line."""
    runs = number_of(published.options.replications or 0, "run")
    return (
        f"Middleman {version_of('middleman')}, scenario {published.scenario.name}, {runs} of each channel at each "
        f"position, seed {published.options.seed}"
    )


def _slider(path: str, values: Sequence[Any], scenario: Scenario) -> dict[str, Any]:
    unit = parameter_unit(path, scenario)
    place = find(split_path(path), scenario.model_dump())
    meaning = (place.field.description or "") if place is not None and place.field is not None else ""
    words = [part.replace("_", " ") for part in path.split(".") if not part.isdigit()]
    name = words[-1] if len(words) < 2 or words[-2] in words[-1] else f"{words[-2]}: {words[-1]}"
    shown_unit = unit.replace("currency", scenario.money.currency) if unit not in ("choice", "yes or no") else ""
    return {
        "path": path,
        "label": f"{name[:1].upper()}{name[1:]}{f', {shown_unit}' if shown_unit else ''}",
        "meaning": meaning,
        "texts": [value_of(value, unit) for value in values],
    }


def _point(published: Published, number: int, at: AtPoint) -> dict[str, Any]:
    """Return what is shown at one position of the sliders."""
    scenario = load_scenario(published.scenario, published.result.grid.points[number])
    named, currency = titled(at, scenario), scenario.money.currency
    first, *_ = comparison_sentences(named, currency)
    return {
        "finding": headline(named, currency) or first.split(". ")[0].rstrip("."),
        "said": [sentence for sentence in comparison_sentences(named, currency) if sentence][:MOST_SAID],
        "pricing": pricing_lines(scenario, at.regimes),
        "table": figures_table(named),
        "waterfall": chart_of(charts.where_your_100_go(named, currency)),
        "gains": [chart_of(charts.who_gains(named, regime, currency)) for regime in named.regimes[1:]],
        "prices": chart_of(_prices(named, currency)),
        "command": command_at(published, number),
    }


def figures_table(comparison: AtPoint) -> dict[str, Any]:
    """Return the most important figures by regime with their intervals, as texts: heads and rows."""
    first = comparison.regimes[0]
    rows = []
    for regime in comparison.regimes:
        row = [_text(comparison.figures[regime].get(name, UNKNOWN), name) for name in COLUMNS]
        for name in CHANGES:
            change = UNKNOWN if regime == first else comparison.differences[regime].get(name, UNKNOWN)
            row.append(_text(change, name, plus=True))
        rows.append([regime, *row])
    return {"heads": ["channel", *COLUMNS.values(), *CHANGES.values()], "rows": rows}


def _text(found: Any, name: str, *, plus: bool = False) -> str:
    unit = FIGURES[name.split(".", maxsplit=1)[0]].unit
    percent = " %" if unit == "share" and found.mean is not None else ""
    return f"{quantity(found.mean, unit, plus=plus)}{percent} {plus_minus(found, unit)}".strip()


def command_at(published: Published, number: int) -> str:
    """Return the command that prints the figures of one position."""
    grid, options = published.result.grid, published.options
    words = ["middleman", "compare", published.name, "--regimes", ",".join(grid.regimes)]
    words += _settings_at(published, number)
    words += ["--replications", str(options.replications), "--seed", str(options.seed)]
    return shlex.join(words)


def _settings_at(published: Published, number: int) -> list[str]:
    """Return the options that make the scenario that of one position."""
    point = published.result.grid.points[number]
    changes = [*published.settings, *(f"{path}={_typed(value)}" for path, value in point.items())]
    return [word for change in changes for word in ("--set", change)]


def _typed(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _prices(named: AtPoint, currency: str) -> charts.Chart:
    values = {regime: named.figures[regime].get("consumer_price", UNKNOWN) for regime in named.regimes}
    said = [f"{short(value.mean)} {under(name)}" for name, value in values.items() if value.mean is not None]
    return charts.side_by_side(values, f"Customers pay {', '.join(said)}", f"{currency} per unit")


def _quiz(at: AtPoint, scenario: Scenario) -> dict[str, Any] | None:
    """Return what the reader guesses before anything is shown: a price; None where nobody buys."""
    named = titled(at, scenario)
    if len(named.regimes) < 2:
        return None
    first, second = named.regimes[:2]
    known, asked = (named.figures[name].get("consumer_price", UNKNOWN).mean for name in (first, second))
    bought = [name for name in named.regimes if named.figures[name].get("consumer_price", UNKNOWN).mean is not None]
    if known is None or asked is None or known <= 0:
        return None
    step = float(f"{known / 50:.1g}")
    return {
        "question": (
            f"Customers pay {short(known)} {scenario.money.currency} {under(first)}. What do they pay {under(second)}?"
        ),
        "unit": scenario.money.currency,
        "low": 0,
        "high": round(2 * known / step) * step,
        "by": step,
        "start": round(known / step) * step,
        "answer": asked,
        "said": _text(named.figures[second]["consumer_price"], "consumer_price"),
        "mark": GuessMark(bought.index(second)).to_dict(),
        "about": in_sentence(second),
    }


def _purchase(published: Published) -> dict[str, Any] | None:
    """Return one need of one run under up to three regimes, at the position where the sliders begin."""
    scenario = load_scenario(published.scenario, published.result.grid.points[published.start])
    seed = published.options.seed
    names = worlds_to_tell(published.result.grid.regimes)
    look = look_through(paired_runs(scenario, names, seed), None, scenario.time.warm_up)
    stories = {name: story for name, story in look.stories.items() if story is not None}
    if not stories:
        return None
    routes, towns = routes_of(scenario, seed, stories.values())
    told = {scenario.regime_title(name): story for name, story in stories.items()}
    way = dict(zip(told, routes, strict=True))
    need = next(iter(told.values()))
    traced = ["middleman", "trace", published.name, *_settings_at(published, published.start), "--regime", names[0]]
    return {
        "headline": headline_of_worlds(told),
        "who": who_it_is(need),
        "worlds": list(told),
        "rows": [[label, *row.values()] for label, row in worlds_side_by_side(told).items()],
        "chart": chart_of(charts.purchase_routes(way, towns)),
        "command": shlex.join([*traced, "--need", str(need.need), "--seed", str(seed)]),
    }
