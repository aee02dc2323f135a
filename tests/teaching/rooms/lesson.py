"""A lesson with every kind of moment, and a short way to have things happen in its room, without a browser."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.teaching.rooms import events as happened
from sim.teaching.rooms.events import Event, Position, Seating
from sim.teaching.rooms.fold import fold
from sim.teaching.rooms.identity import hash_of
from sim.teaching.rooms.moments import LESSON, Lesson
from sim.teaching.rooms.rulings import Refusal, ruling
from sim.teaching.rooms.state import RoomState

QUESTION, BALLOT, TALK, GAME, TICKET = range(5)
"""Numbers of the moments."""
FIGURE = {"scenario": "village", "regime": "traditional", "names": ["retailer_margin"]}
SMALL: Lesson = LESSON.validate_python(
    {
        "name": "small",
        "title": "A small lesson",
        "minutes": 5,
        "moments": [
            {
                "kind": "predict", "name": "hands", "title": "Hands", "question": "How much?", "unit": "of 100",
                "low": 0, "high": 100, "seconds": 60, "figure": FIGURE, "why": "Because {answer}.",
            },
            {
                "kind": "vote", "name": "gain", "title": "Gain", "question": "Who?", "choices": ["a", "b", "c"],
                "right": 1, "seconds": 45, "talk": 90,
            },
            {"kind": "talk", "name": "look", "title": "Look"},
            {
                "kind": "play", "name": "market", "title": "Run a firm", "scenario": "class_market", "rounds": 2,
                "seconds": 75, "most": 2,
                "seats": [
                    {"name": "shop 1", "role": "shop", "title": "Shop 1"},
                    {"name": "maker 1", "role": "maker", "title": "Maker 1"},
                ],
                "controls": [
                    {
                        "name": "margin", "label": "Margin", "unit": "EUR", "low": 0, "high": 50, "by": 0.1,
                        "start": 10, "roles": ["shop"],
                    },
                    {
                        "name": "price", "label": "Price", "unit": "EUR", "low": 0, "high": 100, "by": 0.1,
                        "start": 20, "roles": ["maker"],
                    },
                    {
                        "name": "direct_price", "label": "Direct", "unit": "EUR", "low": 0, "high": 100, "by": 0.1,
                        "start": 20, "roles": ["maker"], "opened_by": "direct",
                    },
                ],
                "shocks": [{"name": "direct", "title": "Direct", "text": "Open.", "round": 2}],
            },
            {
                "kind": "ticket", "name": "exit", "title": "Exit",
                "questions": [{"question": "Which?", "choices": ["x", "y"], "right": 0}, {"question": "Why?"}],
            },
        ],
    }
)  # fmt: skip
OPENED = happened.Opened(0.0, "BCDFG", SMALL, 7, hash_of("key"), "0")
SEATED = (Seating(0, "shop 1", (1,)), Seating(0, "maker 1", (2,)))
COURSE = (
    Position(-1, "lobby"),
    Position(QUESTION, "open"), Position(QUESTION, "closed"), Position(QUESTION, "revealed"),
    Position(BALLOT, "first"), Position(BALLOT, "talk"), Position(BALLOT, "second"), Position(BALLOT, "shown"),
    Position(TALK, "talk"),
    Position(GAME, "seats"), Position(GAME, "round", 1), Position(GAME, "computing", 1), Position(GAME, "results", 1),
    Position(GAME, "round", 2), Position(GAME, "computing", 2), Position(GAME, "results", 2),
    Position(GAME, "debrief"),
    Position(TICKET, "open"), Position(TICKET, "closed"),
    Position(5, "end"),
)  # fmt: skip
"""Every position, in the order of the lesson."""


@dataclass
class Class:
    """A room in which one thing after the other happens, each a second after the one before."""

    state: RoomState = field(default_factory=lambda: fold(None, OPENED))
    now: float = 0.0
    log: list[Event] = field(default_factory=lambda: [OPENED])

    def ruling(self, event: Event) -> Refusal | None:
        return ruling(self.state, event)

    def do(self, event: Event) -> RoomState:
        """Have something happen that may."""
        refused = ruling(self.state, event)
        assert refused is None, (event, refused)
        self.state = fold(self.state, event)
        self.log.append(event)
        self.now = max(self.now + 1.0, event.at)
        return self.state

    def join(self, *names: str) -> None:
        for name in names:
            number = len(self.state.students) + 1
            self.do(happened.Joined(self.now, number, name, hash_of(f"token {number}")))

    def go_to(self, wanted: Position) -> RoomState:
        """Lead the class through the lesson to a position, as a teacher does who presses one button."""
        for there in COURSE[COURSE.index(self.state.position) + 1 : COURSE.index(wanted) + 1]:
            here = self.state.position
            if there.phase == "revealed" and there.moment not in self.state.answers:
                self.do(happened.Answered(self.now, there.moment, 60.0, 55.0, 65.0, 4, (("answer", "60"),)))
            if here.phase == "seats" and here.moment not in self.state.seats:
                self.do(happened.Dealt(self.now, GAME, SEATED))
            if there.phase == "computing":
                self.do(happened.RoundEnded(self.now, there.moment, there.round))
            elif there.phase == "results":
                self.do(happened.RoundComputed(self.now, there.moment, there.round, f"digest {there.round}"))
            else:
                self.do(happened.Moved(self.now, here, there))
            assert self.state.position == there
        return self.state


def class_at(position: Position) -> Class:
    """Return a class of two students, and a third who was removed, at a position of the lesson."""
    found = Class()
    found.join("Ann", "Ben", "Cal")
    found.do(happened.Removed(found.now, 3))
    found.go_to(position)
    return found
