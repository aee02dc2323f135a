"""A room under anything that can happen, in any order, against a model that is written down separately."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sim.teaching.rooms import events as happened
from sim.teaching.rooms.course import PHASES, due, following, preceding, skipping
from sim.teaching.rooms.decisions import decisions_of
from sim.teaching.rooms.events import Event, Seating
from sim.teaching.rooms.fold import fold, replayed
from sim.teaching.rooms.identity import hash_of
from sim.teaching.rooms.rulings import ruling
from sim.teaching.rooms.views import answered_now, guesses_of, phone_view, votes_of
from tests.teaching.rooms.lesson import BALLOT, GAME, OPENED, QUESTION, TICKET

STUDENTS = some.integers(1, 6)


class RoomMachine(RuleBasedStateMachine):
    """Students and a teacher who do what they like; the model keeps what was acknowledged, and nothing else."""

    def __init__(self) -> None:
        super().__init__()
        self.state = fold(None, OPENED)
        self.log: list[Event] = [OPENED]
        self.now = 0.0
        self.guesses: dict[int, float] = {}
        self.votes: dict[tuple[str, int], int] = {}
        self.removed: set[int] = set()
        self.set: dict[tuple[int, str], float] = {}
        self.played: dict[int, dict[int, dict[str, dict[str, float]]]] = {}

    def tries(self, event: Event) -> bool:
        """Have something happen if it may; tell whether it did."""
        if ruling(self.state, event) is not None:
            return False
        self.state = fold(self.state, event)
        self.log.append(event)
        return True

    @rule(seconds=some.sampled_from([0.1, 3.0, 50.0]))
    def time_passes(self, seconds):
        self.now += seconds
        event = due(self.state, self.now)
        if event is not None:
            assert self.tries(event)

    @rule(number=STUDENTS)
    def joins(self, number):
        new = len(self.state.students) + 1
        known = hash_of(str(number)) in self.state.by_token
        assert self.tries(happened.Joined(self.now, new, f"S{new}", hash_of(str(number)))) != (
            known or self.state.locked
        )

    @rule(number=STUDENTS)
    def is_removed(self, number):
        if self.tries(happened.Removed(self.now, number)):
            self.removed.add(number)

    @rule(number=STUDENTS, value=some.floats(-10, 110))
    def guesses_a_number(self, number, value):
        if self.tries(happened.Predicted(self.now, number, QUESTION, value)):
            assert self.state.position.phase == "open"
            assert number not in self.removed
            self.guesses[number] = value

    @rule(number=STUDENTS, phase=some.sampled_from(["first", "second", "talk"]), choice=some.integers(-1, 3))
    def votes_for(self, number, phase, choice):
        if self.tries(happened.Voted(self.now, number, BALLOT, phase, choice)):
            assert self.state.position.phase == phase
            self.votes[phase, number] = choice

    @rule(number=STUDENTS, turn=some.integers(1, 2), value=some.floats(0, 60))
    def sets_a_margin(self, number, turn, value):
        if self.tries(happened.Decided(self.now, number, GAME, turn, (("margin", value),))):
            assert self.state.position.round == turn
            self.set[turn, "shop 1"] = value

    @rule(number=STUDENTS)
    def fills_the_ticket(self, number):
        self.tries(happened.TicketFilled(self.now, number, TICKET, ("0", "")))

    @rule(how=some.sampled_from([following, following, following, preceding, skipping]))
    def teacher_moves(self, how):
        to = how(self.state)
        if to is not None:
            self.tries(happened.Moved(self.now, self.state.position, to))

    @precondition(lambda self: self.state.position.moment == GAME)
    @rule(turn=some.integers(1, 2), away=some.sets(STUDENTS))
    def round_goes_on(self, turn, away):
        if not self.tries(happened.RoundEnded(self.now, GAME, turn, tuple(sorted(away)))):
            self.tries(happened.RoundComputed(self.now, GAME, turn, "d"))

    @rule()
    def answer_comes(self):
        self.tries(happened.Answered(self.now, QUESTION, 60.0, 50.0, 70.0, 4))

    @rule(one=STUDENTS, two=STUDENTS)
    def seats_are_dealt(self, one, two):
        seats = (Seating(0, "shop 1", (one,)), Seating(0, "maker 1", (two,)))
        self.tries(happened.Dealt(self.now, GAME, seats))

    @rule(number=STUDENTS)
    def seat_is_given(self, number):
        self.tries(happened.Seated(self.now, GAME, Seating(0, "shop 1", (number,))))

    @rule(on=some.booleans())
    def clock_stands(self, on):
        self.tries(happened.Paused(self.now, on))

    @rule(on=some.booleans())
    def door_is_locked(self, on):
        self.tries(happened.Locked(self.now, on))

    @invariant()
    def replays(self):
        if len(self.log) % 7 == 0:
            assert replayed(self.log) == self.state

    @invariant()
    def keeps_what_was_acknowledged(self):
        assert self.state.predictions.get(QUESTION, {}) == self.guesses
        for phase in ("first", "second"):
            mine = {number: choice for (when, number), choice in self.votes.items() if when == phase}
            assert self.state.votes.get((BALLOT, phase), {}) == mine
            counts = votes_of(self.state, BALLOT, phase)
            assert sum(counts) == len(mine.keys() - self.removed)
        found = guesses_of(self.state, QUESTION)
        assert found is not None
        assert found.count == sum(found.bins) == len(self.guesses.keys() - self.removed)
        for (turn, seat), value in self.set.items():
            assert dict(self.state.decisions[GAME, turn][0, seat]) == {"margin": value}

    @invariant()
    def is_somewhere(self):
        moment = self.state.moment
        assert moment is None or self.state.position.phase in PHASES[moment.kind]
        assert 0 <= answered_now(self.state) <= len(self.state.present)
        assert self.state.events == len(self.log)
        for each in self.state.present:
            phone_view(self.state, each.number)

    @invariant()
    def nobody_has_two_seats_and_nobody_removed_has_one(self):
        seated = [who for students in self.state.seats.get(GAME, {}).values() for who in students]
        assert len(seated) == len(set(seated))
        assert not set(seated) & self.removed
        for turn in range(1, self.state.rounds_ended(GAME) + 1):
            found = decisions_of(self.state, GAME, turn)
            assert self.played.setdefault(turn, found) == found  # it never changes
            assert all(set(seats) <= {"shop 1", "maker 1"} for seats in found.values())


RoomMachine.TestCase.settings = settings(max_examples=40, stateful_step_count=50, deadline=None)
TestRoom = RoomMachine.TestCase
