"""What is shown of a room: to one student, who never sees what another did, and to the whole class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from statistics import median

from sim.common.identity import ByIdentity
from sim.teaching.rooms.course import OUTCOMES
from sim.teaching.rooms.decisions import asked_now
from sim.teaching.rooms.events import Answered, Position
from sim.teaching.rooms.moments import Control, Play, Predict, Seat, Vote
from sim.teaching.rooms.rulings import open_controls
from sim.teaching.rooms.state import RoomState

MOST_BINS = 24
NEAR = 0.1
"""A guess within a tenth of the answer is near it."""


@dataclass(frozen=True)
class ClassGuesses:
    """The guesses of a class, without names.

    Attributes:
        low, high: of the scale.
        bins: how many guesses lie in each of its equal parts.
        middle: the median; None where nobody guessed.
        count: of guesses.
        near: how many are within a tenth of the simulation's answer, once the class has seen it.
    """

    low: float
    high: float
    bins: tuple[int, ...]
    middle: float | None
    count: int
    near: int | None = None

    def bin_of(self, value: float) -> int:
        """Return in which part of the scale a value lies."""
        return bin_of(value, self.low, self.high, len(self.bins))


def bin_of(value: float, low: float, high: float, bins: int) -> int:
    """Return in which of the equal parts of a scale a value lies; a value outside lies in the nearest."""
    return min(bins - 1, max(0, int((value - low) / (high - low) * bins)))


def guesses_of(state: RoomState, moment: int) -> ClassGuesses | None:
    """Return the guesses of all students present; None where the moment is no question."""
    return _guesses(ByIdentity(state), moment)


@lru_cache(maxsize=32)
def _guesses(of: ByIdentity[RoomState], moment: int) -> ClassGuesses | None:
    state, question = of.kept, of.kept.moment_at(moment)
    if not isinstance(question, Predict):
        return None
    given = state.predictions.get(moment, {})
    values = [given[each.number] for each in state.present if each.number in given]
    steps = max(1, round((question.high - question.low) / question.by))
    number = min(MOST_BINS, steps)
    bins = [0] * number
    for value in values:
        bins[bin_of(value, question.low, question.high, number)] += 1
    answer = state.answers[moment].value if moment in state.shown else None
    near = None if answer is None else sum(abs(each - answer) <= NEAR * abs(answer) for each in values)
    return ClassGuesses(question.low, question.high, tuple(bins), median(values) if values else None, len(values), near)


def votes_of(state: RoomState, moment: int, phase: str) -> tuple[int, ...]:
    """Return how many present students chose each choice."""
    return _votes(ByIdentity(state), moment, phase)


@lru_cache(maxsize=32)
def _votes(of: ByIdentity[RoomState], moment: int, phase: str) -> tuple[int, ...]:
    state, ballot = of.kept, of.kept.moment_at(moment)
    if not isinstance(ballot, Vote):
        return ()
    given = state.votes.get((moment, phase), {})
    chosen = [given.get(each.number) for each in state.present]
    return tuple(chosen.count(number) for number in range(len(ballot.choices)))


def answered_now(state: RoomState) -> int:
    """Return how many students present have answered what is asked at present."""
    return sum(each.number in _given(state) for each in state.present)


def _given(state: RoomState) -> Mapping[int, object]:
    moment, phase = state.position.moment, state.position.phase
    match state.moment:
        case Predict():
            return state.predictions.get(moment, {})
        case Vote():
            return state.votes.get((moment, "second" if phase in ("second", "shown") else "first"), {})
        case Play():
            seats = state.decisions.get((moment, state.position.round), {})
            return {who: True for seat in seats for who in state.seats.get(moment, {}).get(seat, ())}
    return state.tickets.get(moment, {})


@dataclass(frozen=True)
class ThirdOfClass:
    """How far off a guess was, and where that is in the class: 1: the closest third, 3: the last."""

    off: float
    third: int


def third_of(state: RoomState, moment: int, student: int) -> ThirdOfClass | None:
    """Return how good a student's guess was; None where there is no guess, or no answer yet."""
    answer, given = state.answers.get(moment), state.predictions.get(moment, {})
    if answer is None or student not in given:
        return None
    own = abs(given[student] - answer.value)
    others = [abs(given[each.number] - answer.value) for each in state.present if each.number in given]
    closer = sum(each < own for each in others)
    return ThirdOfClass(given[student] - answer.value, 1 + min(2, 3 * closer // max(1, len(others))))


@dataclass(frozen=True)
class SeatView:
    """A student's own firm.

    Attributes:
        island, seat: which.
        partners: how many others share it.
        controls: what it can set now.
        asked: what it asks at present, by name of a control, in order.
        confirmed: whether that was confirmed in this round.
        decided: whether anything was ever confirmed for it.
    """

    island: int
    seat: Seat
    partners: int
    controls: tuple[Control, ...]
    asked: tuple[tuple[str, float], ...]
    confirmed: bool
    decided: bool


@dataclass(frozen=True)
class PhoneView:
    """All that one student's phone shows. A phone is drawn again when this has changed.

    Attributes:
        name: the student's own.
        position, paused, ends: where the class is, whether the clock stands still, and when the countdown ends.
        sent: own guess, vote or ticket at this point.
        before: own first vote.
        guesses: of the class, once guessing has closed.
        answer, third: the simulation's, and how good the own guess was, once they are revealed.
        votes: of the class, first and second, once both are shown.
        seat: the own firm in a game.
        computed: rounds whose results are there.
        shocks: that have happened in this game.
    """

    name: str
    position: Position
    paused: bool
    ends: float | None
    sent: float | int | tuple[str, ...] | None = None
    before: int | None = None
    guesses: ClassGuesses | None = None
    answer: Answered | None = None
    third: ThirdOfClass | None = None
    votes: tuple[tuple[int, ...], ...] = ()
    seat: SeatView | None = None
    computed: int = 0
    shocks: tuple[str, ...] = ()


def phone_view(state: RoomState, student: int) -> PhoneView:
    """Return what a student's phone shows."""
    common = (state.students[student].name, state.position, state.paused is not None, state.deadline)
    moment = state.position.moment
    match state.moment:
        case Predict():
            return _predicting(state, student, common)
        case Vote():
            return _voting(state, student, common)
        case Play():
            computed = sum(game == moment for game, _ in state.digests)
            shocks = tuple(state.shocks.get(moment, {}))
            return PhoneView(*common, seat=seat_view(state, student), computed=computed, shocks=shocks)
    return PhoneView(*common, sent=state.tickets.get(moment, {}).get(student))


def _predicting(state: RoomState, student: int, common: tuple[str, Position, bool, float | None]) -> PhoneView:
    moment, phase = state.position.moment, state.position.phase
    revealed = moment in state.shown
    return PhoneView(
        *common,
        sent=state.predictions.get(moment, {}).get(student),
        guesses=guesses_of(state, moment) if phase != "open" else None,
        answer=state.answers.get(moment) if revealed else None,
        third=third_of(state, moment, student) if revealed else None,
    )


def _voting(state: RoomState, student: int, common: tuple[str, Position, bool, float | None]) -> PhoneView:
    moment, phase = state.position.moment, state.position.phase
    first = state.votes.get((moment, "first"), {}).get(student)
    second = state.votes.get((moment, "second"), {}).get(student)
    both = ("first", "second") if phase == OUTCOMES["vote"] else ()
    return PhoneView(
        *common,
        sent=second if phase in ("second", "shown") else first,
        before=first,
        votes=tuple(votes_of(state, moment, each) for each in both),
    )


def seat_view(state: RoomState, student: int) -> SeatView | None:
    """Return a student's firm in the present game; None without one."""
    moment, game = state.position.moment, state.moment
    key = state.seat_of(moment, student)
    if key is None or not isinstance(game, Play):
        return None
    island, name = key
    return SeatView(
        island,
        next(each for each in game.seats if each.name == name),
        len(state.seats[moment][key]) - 1,
        open_controls(state, moment, name),
        tuple(sorted(asked_now(state, moment, student).items())),
        key in state.decisions.get((moment, state.rounds_ended(moment) + 1), {}),
        any(game == moment and key in decided for (game, _), decided in state.decisions.items()),
    )
