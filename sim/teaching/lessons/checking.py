"""What a lesson must be beyond its form: questions with an answer, markets that can be played, names that exist."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from sim.results.figures import FIGURES
from sim.scenario import Problem, ScenarioError, load_scenario
from sim.scenario.overrides import OverrideError, parse_override
from sim.teaching.play.firms import CONTROLS_OF_PLAY, ROLES, firms_of, playable_market, seats_of
from sim.teaching.play.island import SHOCKS
from sim.teaching.rooms.moments import Figure, Lesson, Play, Predict, Shock, Ticket, Vote

MOST_MOMENTS, MOST_ROUNDS, MOST_RUNS = 40, 20, 50
LONGEST = {"title": 90, "question": 220, "story": 700, "why": 500, "but": 400, "unit": 24, "text": 900}
"""Letters that a phone or a projector has room for."""


def with_market(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a lesson's tables, in which games that name no seats, controls or shocks have those of their market."""
    moments = given.get("moments")
    if not isinstance(moments, list):
        return dict(given)
    return {**given, "moments": [_filled(each) if isinstance(each, Mapping) else each for each in moments]}


def _filled(moment: Mapping[str, Any]) -> dict[str, Any]:
    if moment.get("kind") != "play" or not isinstance(moment.get("scenario"), str):
        return dict(moment)
    filled = dict(moment)
    try:
        market = playable_market(moment["scenario"])
    except ScenarioError:
        return {"seats": (), "controls": (), **filled}  # what is wrong with the scenario is said by the check
    filled.setdefault("seats", [dataclasses.asdict(seat) for seat in seats_of(market)])
    filled.setdefault("controls", [dataclasses.asdict(control) for control in CONTROLS_OF_PLAY])
    filled.setdefault("shocks", [dataclasses.asdict(shock) for shock in shocks_of(moment.get("rounds", Play.rounds))])
    return filled


def shocks_of(rounds: object) -> tuple[Shock, ...]:
    """Return what a teacher can make happen where a lesson says nothing: after a third and two thirds of the rounds."""
    third = rounds if isinstance(rounds, int) else Play.rounds
    direct, online = 1 + third // 3, 1 + 2 * third // 3
    return (
        Shock("direct", "Open direct sales", "Makers may sell to customers themselves, by parcel.", direct),
        Shock(
            "o2o", "Shops go online", "Shops sell online what is on their shelves, to fetch or to be brought.", online
        ),
        Shock("parcels", "Parcels cost twice as much", "A parcel to a customer costs twice as much from now on."),
    )


def problems_of(lesson: Lesson) -> Iterator[Problem]:
    """Yield what keeps a lesson of the right form from being given."""
    if not lesson.moments or len(lesson.moments) > MOST_MOMENTS:
        yield Problem("", "moments", str(len(lesson.moments)), f"a lesson has 1 to {MOST_MOMENTS} moments", "")
    if lesson.minutes < 1:
        yield Problem("", "minutes", str(lesson.minutes), "a lesson takes a minute or more", "")
    seen: set[str] = set()
    for number, moment in enumerate(lesson.moments):
        here = f"moments[{number}]"
        if moment.name in seen:
            yield Problem("", f"{here}.name", repr(moment.name), "each moment has a name of its own", "rename it")
        seen.add(moment.name)
        for key, most in LONGEST.items():
            text = getattr(moment, key, "")
            if len(text) > most:
                yield Problem("", f"{here}.{key}", "", f"{len(text)} letters; there is room for {most}", "shorten it")
        if isinstance(moment, Predict):
            yield from _of_question(moment, here)
        elif isinstance(moment, Vote):
            yield from _of_choices(moment.choices, moment.right, here, least=2)
        elif isinstance(moment, Play):
            yield from _of_game(moment, here)
        elif isinstance(moment, Ticket):
            for place, each in enumerate(moment.questions):
                yield from _of_choices(each.choices, each.right, f"{here}.questions[{place}]", least=0)


def _of_question(moment: Predict, here: str) -> Iterator[Problem]:
    if not moment.low < moment.high:
        yield Problem("", f"{here}.high", str(moment.high), f"must be above low, {moment.low}", "")
    elif not moment.low <= moment.start <= moment.high:
        yield Problem("", f"{here}.start", str(moment.start), f"must lie from {moment.low} to {moment.high}", "")
    if moment.by <= 0:
        yield Problem("", f"{here}.by", str(moment.by), "a step of the slider is more than 0", "")
    yield from _of_figure(moment.figure, f"{here}.figure")
    for name, figure in moment.numbers.items():
        yield from _of_figure(figure, f"{here}.numbers.{name}")


def _of_figure(figure: Figure, here: str) -> Iterator[Problem]:
    if not 1 <= figure.runs <= MOST_RUNS:
        yield Problem("", f"{here}.runs", str(figure.runs), f"1 to {MOST_RUNS}", "")
    for name in figure.names:
        if name.split(".")[0] not in FIGURES:
            remedy = "`middleman list` and docs/reference/figures.md name them all"
            yield Problem("", f"{here}.names", repr(name), "there is no figure of this name", remedy)
    if not figure.names:
        yield Problem("", f"{here}.names", "[]", "name the figure that answers", "")
    try:
        scenario = load_scenario(figure.scenario, dict(parse_override(each) for each in figure.settings))
    except (ScenarioError, OverrideError) as wrong:
        for line in str(wrong).splitlines():
            yield Problem("", f"{here}.scenario", repr(figure.scenario), line, "")
        return
    for key in ("regime", "against"):
        regime = getattr(figure, key)
        if (regime or key == "regime") and regime not in scenario.regime_names:
            allowed = f"the regimes of {scenario.name} are: {', '.join(scenario.regime_names)}"
            yield Problem("", f"{here}.{key}", repr(regime), allowed, "")


def _of_choices(choices: tuple[str, ...], right: int | None, here: str, *, least: int) -> Iterator[Problem]:
    if (choices or least) and not 2 <= len(choices) <= 6:
        yield Problem("", f"{here}.choices", str(len(choices)), "2 to 6 choices", "")
    if right is not None and not 0 <= right < len(choices):
        yield Problem("", f"{here}.right", str(right), f"the place of a choice, from 0 to {len(choices) - 1}", "")


def _of_game(moment: Play, here: str) -> Iterator[Problem]:
    try:
        market = playable_market(moment.scenario)
    except ScenarioError as wrong:
        for line in str(wrong).splitlines():
            yield Problem("", f"{here}.scenario", repr(moment.scenario), line, "")
        return
    if not 1 <= moment.rounds <= MOST_ROUNDS:
        yield Problem("", f"{here}.rounds", str(moment.rounds), f"1 to {MOST_ROUNDS} rounds", "")
    if not 1 <= moment.most <= 2 * len(moment.seats):
        yield Problem("", f"{here}.most", str(moment.most), f"1 to {2 * len(moment.seats)}: two to a seat", "")
    known = {firm.seat: firm for firm in firms_of(market)}
    for place, seat in enumerate(moment.seats):
        if seat.name not in known or known[seat.name].role != seat.role:
            allowed = f"the seats of {moment.scenario} are: {', '.join(known)}"
            yield Problem("", f"{here}.seats[{place}].name", repr(seat.name), allowed, "give each its own role, too")
    for place, control in enumerate(moment.controls):
        wrong_roles = [role for role in control.roles if role not in ROLES or control.name not in _controls_of(role)]
        if wrong_roles:
            allowed = "; ".join(f"{role}: {', '.join(_controls_of(role))}" for role in ROLES)
            yield Problem("", f"{here}.controls[{place}]", repr(control.name), f"what seats set is: {allowed}", "")
    for place, shock in enumerate(moment.shocks):
        if shock.name not in SHOCKS:
            yield Problem("", f"{here}.shocks[{place}].name", repr(shock.name), f"one of: {', '.join(SHOCKS)}", "")
        if not 0 <= shock.round <= moment.rounds:
            yield Problem("", f"{here}.shocks[{place}].round", str(shock.round), f"0 to {moment.rounds}", "")


def _controls_of(role: str) -> tuple[str, ...]:
    return tuple(control.name for control in CONTROLS_OF_PLAY if role in control.roles)
