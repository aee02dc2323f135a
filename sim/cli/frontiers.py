"""``frontier``: at which value of a parameter one regime stops being better than another, and for whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import options
from sim.cli.answers import Answer
from sim.cli.errors import bad_argument
from sim.cli.experiment import ExperimentRequest, experiment
from sim.cli.sweep_report import failure_lines
from sim.cli.sweeping import show_progress
from sim.common.number_format import NO_VALUE, listed, number_of
from sim.report.text.grid import Grid
from sim.report.text.parameter_names import parameter_unit, value_of
from sim.report.text.parties import for_whom, party_title
from sim.report.titles import titled

if TYPE_CHECKING:
    from sim.experiments.frontier import Frontier
    from sim.experiments.root_bracketing import Crossing
    from sim.scenario import Scenario

BETTER, WORSE, UNSURE, EVEN = "+", "-", "~", "|"
UNCLEAR = "not clear"
NARROWEST_CHART, WIDEST_CHART = 20, 60
CHART_FRAME = 4
"""Width of two bars and the gap before them."""


@experiment()
def frontier(
    asked: ExperimentRequest,
    scenario: options.ScenarioName,
    *,
    along: Annotated[str, typer.Option("--along", metavar="PATH=LOW..HIGH", help="Parameter and range to search.")],
    across: Annotated[
        str | None,
        typer.Option("--across", metavar="PATH=VALUES", help=("Repeat at each of these values of another parameter.")),
    ] = None,
    regimes: Annotated[
        str, typer.Option("--regimes", metavar="A,B", help="Where is the second better than the first?")
    ] = "traditional,direct",
    party: Annotated[
        str,
        typer.Option(
            "--party", metavar="A,B,...", help=("Parties; intermediaries and retailers too. everybody: in total.")
        ),
    ] = "customers,suppliers,everybody",
    steps: Annotated[str, typer.Option("--steps", metavar="N", help="Bisection steps.")] = "7",
) -> None:
    """Find where one regime stops being better than another, by bisection on paired differences."""
    market = asked.market(scenario)
    factors = options.factors_of([along] if across is None else [along, across], market)
    pair = options.regimes_of(market, regimes)
    halvings = options.whole_number("--steps", steps, 1, 30)
    if across is not None and factors[0].path == factors[1].path:
        raise bad_argument("--across", across, "a parameter other than the one in --along", "choose another")
    from sim.experiments.frontier import frontier as find_frontier
    from sim.experiments.questions import PARTIES

    parties, runs = options.chosen_of("--party", party, "group", list(PARTIES)), asked.runs()
    along_y = factors[1] if across else None
    with show_progress(market.name) as moved:
        found = find_frontier(
            market, factors[0], along_y, pair, parties, steps=halvings, options=replace(runs, progress=moved)
        )
    asked.give(_answer(found, market), found.failed)


def _answer(found: Frontier, scenario: Scenario) -> Answer:
    from sim.report import charts

    first, second = found.regimes
    runs = number_of(found.crossings[0].runs, "pair") + " of runs"
    said = frontier_sentences(found, scenario)
    return Answer(
        scenario,
        f"{found.scenario}: where {scenario.regime_phrase(second)} is better than {scenario.regime_phrase(first)}",
        f"Bisection on the mean difference of {runs} with the same seeds, after a first look at quarters of the range. "
        'Between "from" and "to" the difference is not clearly different from zero (95 %), or was not computed.',
        [("", _table(found, scenario))],
        [*said, *failure_lines(found.failed)],
        {**found.to_dict(), "sentences": said},
        found.to_frames,
        lambda: [charts.frontier_chart(titled(found, scenario))],
        _picture(found, scenario) if any(crossing.side == "crossing" for crossing in found.crossings) else None,
    )


def _picture(found: Frontier, scenario: Scenario) -> tuple[str, str, Callable[[int], list[str]]]:
    """Return the text chart with its heading and key."""
    low, high = (_x(end, found, scenario) for end in found.span)
    key = (
        f"{BETTER} {scenario.regime_phrase(found.regimes[1])} is better, {WORSE} worse, {EVEN} even, {UNSURE} not clear"
    )
    return f"{found.x} from {low} to {high}", key, lambda width: text_chart(found, width)


def _is_unclear(crossing: Crossing) -> bool:
    """Tell whether the difference is clear of zero at none of the values tried."""
    return crossing.side in ("always", "never") and 0 < crossing.tried == len(crossing.unsure)


def _x(value: float, found: Frontier, scenario: Scenario) -> str:
    return value_of(value, parameter_unit(found.x, scenario))


def _table(found: Frontier, scenario: Scenario) -> Grid:
    """Return a row for each party and value of the other parameter."""
    headings = ["party", *([found.y.replace(".", ".\n")] if found.y else []), "even at", "from", "to", "better"]
    grid = Grid(headings, names=2 if found.y else 1)
    for crossing in found.crossings:
        ends = [NO_VALUE if at is None else _x(at, found, scenario) for at in (crossing.x, crossing.low, crossing.high)]
        said = crossing.better or (UNCLEAR if _is_unclear(crossing) else crossing.side)
        grid.add(party_title(crossing.party), *([value_of(crossing.y)] if found.y else []), *ends, said)
    return grid


def text_chart(found: Frontier, width: int) -> list[str]:
    """Return the frontier as text: a line per party and value of the other parameter, the range from left to right."""
    labels = [" ".join(filter(None, (party_title(each.party), value_of(each.y)))) for each in found.crossings]
    margin = max(map(len, labels))
    room = max(NARROWEST_CHART, min(WIDEST_CHART, width - margin - CHART_FRAME))
    low, high = found.span
    return [
        f"{label:<{margin}}  [{_band(crossing, low, high, room)}]"
        for label, crossing in zip(labels, found.crossings, strict=True)
    ]


def _band(crossing: Crossing, low: float, high: float, room: int) -> str:
    """Return one line of the chart."""
    if crossing.side != "crossing" or crossing.x is None:
        text = [{"always": BETTER, "never": WORSE}.get(crossing.side, "?")] * room
        for at in crossing.unsure:
            text[min(int((at - low) / (high - low) * room), room - 1)] = UNSURE
        return UNSURE * room if _is_unclear(crossing) else "".join(text)

    def cell(at: float | None) -> int:
        return -1 if at is None else min(int((at - low) / (high - low) * room), room - 1)

    sides = (BETTER, WORSE) if crossing.better == "below" else (WORSE, BETTER)
    turns = [cell(crossing.x), *(cell(0.5 * (one + two)) for one, two in crossing.again)]
    text = [sides[sum(number >= turn for turn in turns) % 2] for number in range(room)]
    if crossing.low is not None:
        first, last = cell(crossing.low), cell(crossing.high)
        text[first : last + 1] = UNSURE * (last + 1 - first)
    for one, two in crossing.again:
        text[cell(one) : cell(two) + 1] = UNSURE * (cell(two) + 1 - cell(one))
    for at in crossing.unsure:
        text[cell(at)] = UNSURE
    text[turns[0]] = EVEN
    return "".join(text)


def frontier_sentences(found: Frontier, scenario: Scenario) -> list[str]:
    """Return the findings in words, a sentence for each party and value of the other parameter."""
    return [_sentence(crossing, found, scenario) for crossing in found.crossings]


def _sentence(crossing: Crossing, found: Frontier, scenario: Scenario) -> str:
    second = scenario.regime_phrase(found.regimes[1])
    whom = for_whom(crossing.party)
    ends = f"{_x(found.span[0], found, scenario)} to {_x(found.span[1], found, scenario)}"
    at = f" at {found.y} {value_of(crossing.y)}" if found.y else ""
    begun = f"{second[:1].upper()}{second[1:]} is"
    more = _more(crossing, found, scenario)
    if crossing.side == "crossing":
        interval = ""
        if crossing.low is not None:
            interval = f" ({_x(crossing.low, found, scenario)} to {_x(crossing.high or 0.0, found, scenario)})"
        even = _x(crossing.x or 0.0, found, scenario)
        return f"{begun} better {whom}{at} while {found.x} is {crossing.better} {even}{interval}.{more}"
    if crossing.side == "unknown":
        said = "the difference is zero or undefined at the ends of"
        return f"Whether {second} is better {whom}{at} is unknown: {said} {ends}.{more}"
    looked = f" ({crossing.tried} values tried)" if crossing.tried else ""
    if _is_unclear(crossing):
        return f"{begun} not clearly better or worse {whom}{at} at any value of {found.x} from {ends}{looked}.{more}"
    if crossing.side == "always":
        return f"{begun} better {whom}{at} at every value of {found.x} from {ends}{looked}.{more}"
    return f"{begun} better {whom}{at} at no value of {found.x} from {ends}{looked}.{more}"


def _towards_the_ends(crossing: Crossing, found: Frontier, scenario: Scenario) -> str:
    """Return on which side of the crossing the difference is never clear of zero."""
    if crossing.x is None or crossing.low is None or crossing.high is None:
        return ""
    even = _x(crossing.x, found, scenario)
    low, high = crossing.low <= found.span[0], crossing.high >= found.span[1]
    if low and high:
        return " Neither side is clear: the 95 % interval includes zero everywhere."
    side = "below" if low else "above" if high else ""
    return f" No value {side} {even} is clear: the 95 % interval includes zero." if side else ""


def _more(crossing: Crossing, found: Frontier, scenario: Scenario) -> str:
    """Return where else the sign changes, and where the figure is undefined."""
    said = _towards_the_ends(crossing, found, scenario)
    if crossing.again:
        between = [f"between {_x(one, found, scenario)} and {_x(two, found, scenario)}" for one, two in crossing.again]
        said += f" The sign changes again {listed(between)}."
    if crossing.unsure and not _is_unclear(crossing):
        where = listed([_x(each, found, scenario) for each in crossing.unsure])
        said += f" At {where} this may be chance: the 95 % interval includes zero."
    if crossing.undefined:
        where = listed([_x(each, found, scenario) for each in crossing.undefined])
        said += f" At {where} the figure is undefined, so nothing is said about values nearby."
    return said
