"""The database of rooms under faults: every statement and every commit of a small lesson is a point at which it fails.

SQLite has its own tests of what happens below that. Here it is what rooms make of it: what was acknowledged is in the
log, once, and a room goes on as if nothing had been.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sql

from sim.teaching.rooms import events as happened
from sim.teaching.rooms.events import Event, Position
from sim.teaching.rooms.fold import replayed
from sim.teaching.rooms.hosting import Room, Rooms
from sim.teaching.rooms.identity import hash_of
from sim.teaching.rooms.rulings import ALREADY, ELSEWHERE, LATE, NOT_KEPT, REMOVED, Refusal
from sim.teaching.rooms.store import FILE, EventStore, UnavailableError
from tests.faults.walk import new_folder
from tests.teaching.rooms.lesson import OPENED, QUESTION

KINDS = ("fail", "full", "lost", "kill", "killed after", "overtaken")
"""The statement fails, or it and all that follow; it is done, but the answer is lost; the process dies before it, or
after it; another server has something happen before it."""
KILLED = 9
TOKENS = ("a", "b", "c")
DONE = (ALREADY, ELSEWHERE, REMOVED, LATE)
"""Refusals of what has been done before: by a try whose answer was lost, or by the server that was killed."""


@dataclass
class Fault:
    """Counts statements and commits, and has something go wrong at one of them."""

    kind: str = ""
    at: int = -1
    meanwhile: Callable[[], None] = lambda: None
    done: list[str] = field(default_factory=list)
    is_done: bool = False

    def before(self, what: str) -> None:
        """A statement is about to be done."""
        self.done.append(what)
        number = len(self.done) - 1
        if number == self.at and self.kind == "kill":
            os._exit(KILLED)
        if number == self.at and self.kind == "overtaken":
            self.meanwhile()
        if (number == self.at and self.kind == "fail") or (number >= self.at >= 0 and self.kind == "full"):
            raise sqlite3.OperationalError("database or disk is full")

    def after(self) -> None:
        """The statement has been done."""
        if len(self.done) - 1 == self.at and not self.is_done:
            self.is_done = True
            if self.kind == "killed after":
                os._exit(KILLED)
            if self.kind == "lost":
                raise sqlite3.OperationalError("server closed the connection unexpectedly")

    @contextmanager
    def within(self, engine: sql.Engine) -> Iterator[None]:
        """Stand between a store and its database."""
        dialect = engine.dialect
        real = dialect.do_execute, dialect.do_executemany, dialect.do_commit

        def counted(work: Callable[..., Any], name: str) -> Callable[..., None]:
            def doing(*given: Any, **named: Any) -> None:
                self.before(name or str(given[1]).split("(", 1)[0].strip())
                work(*given, **named)
                self.after()

            return doing

        changed = (counted(real[0], ""), counted(real[1], ""), counted(real[2], "COMMIT"))
        for name, work in zip(("do_execute", "do_executemany", "do_commit"), changed, strict=True):
            setattr(dialect, name, work)
        try:
            yield
        finally:
            for name in ("do_execute", "do_executemany", "do_commit"):
                delattr(dialect, name)


def steps() -> list[Callable[[Room], Refusal | None]]:
    """Return what happens in the room, one after the other; each may be tried again."""

    def event(make: Callable[[float], Event]) -> Callable[[Room], Refusal | None]:
        return lambda room: room.happen(make)

    opened, lobby = Position(QUESTION, "open"), Position(-1, "lobby")
    return [
        *(lambda room, name=name: room.join(f"Student {name}", name) for name in TOKENS),
        event(lambda now: happened.Moved(now, lobby, opened)),
        *(event(lambda now, who=who: happened.Predicted(now, who, QUESTION, 10.0 * who)) for who in (1, 2, 3)),
        event(lambda now: happened.Forgotten(now, 2)),
        event(lambda now: happened.Removed(now, 3)),
        event(happened.Forgotten),
    ]


def play(where: Path, fault: Fault, said: Path) -> None:
    """Let all steps happen, trying again what was refused for want of a database; write down what was acknowledged."""
    store = EventStore(where)
    rooms = Rooms(store, clock=lambda: 1.0)
    try:
        with fault.within(store._engine), said.open("a", encoding="utf-8") as acknowledged:
            for number, step in enumerate(steps()):
                refused = tried(rooms, step)
                assert refused in (None, NOT_KEPT, *DONE), f"step {number} is refused: {refused}"
                if refused == NOT_KEPT and fault.kind == "full":
                    return
                if refused == NOT_KEPT:
                    refused = tried(rooms, step)
                    assert refused in (None, *DONE), f"step {number} is refused: {refused}"
                acknowledged.write(f"{number}\n")
                acknowledged.flush()
        if fault.kind != "full":
            store.named_before(0.0)  # as a server asks every hour
            assert not names_on_disk(where), "a deleted name is left in the journal"
    finally:
        rooms.close()


def names_on_disk(where: Path) -> bool:
    """Tell whether the name of a student stands in a file of the database."""
    return any(b"Student" in file.read_bytes() for file in where.glob(f"{FILE}*"))


def tried(rooms: Rooms, step: Callable[[Room], Refusal | None]) -> Refusal | None:
    """Try a step; a room that cannot be read refuses it, too."""
    try:
        room = rooms.room(OPENED.code)
    except UnavailableError:
        return NOT_KEPT
    assert room is not None
    return step(room)


def prepared(where: Path) -> None:
    """Open a room without a student."""
    store = EventStore(where)
    store.create(OPENED)
    store.close()


def log_of(where: Path) -> list[Event]:
    """Return the log of the room, as a server that starts now reads it."""
    store = EventStore(where)
    try:
        return store.read(OPENED.code)
    finally:
        store.close()


def outcome(log: list[Event]) -> Any:
    """Return what the room holds, without times."""
    state = replayed(log)
    students = {number: (each.name, each.token, each.removed) for number, each in state.students.items()}
    return students, state.predictions, state.position


def walk_rooms(kind: str) -> tuple[int, list[tuple[int, str, str]]]:
    """Play with a fault at each point. Returns the number of points, and those that were mishandled."""
    with new_folder() as folder:
        points, whole = _points(folder / "whole")
        mishandled = []
        chosen = [number for number, name in enumerate(points) if kind != "overtaken" or name.startswith("INSERT")]
        for number in chosen:
            try:
                _at(folder / str(number), kind, number, whole)
            except AssertionError as error:
                mishandled.append((number, points[number], str(error)))
        return len(chosen), mishandled


def _points(where: Path) -> tuple[list[str], Any]:
    """Play without a fault; return all statements, and what the room holds."""
    prepared(where)
    fault = Fault()
    play(where, fault, where / "said")
    students, predictions, position = found = outcome(log_of(where))
    assert [name for name, _, _ in students.values()] == ["", "", ""]
    assert [removed for _, _, removed in students.values()] == [False, False, True]
    assert predictions == {QUESTION: {1: 10.0, 2: 20.0, 3: 30.0}}
    assert position == Position(QUESTION, "open")
    return fault.done, found


def _at(where: Path, kind: str, number: int, whole: Any) -> None:
    prepared(where)
    said = where / "said"
    said.touch()
    fault = Fault(kind, number, lambda: _another(where))
    if kind.startswith("kill"):
        _in_a_process(lambda: play(where, fault, said))
    else:
        play(where, fault, said)
    _check(outcome(log_of(where)), said, kind)
    play(where, Fault(), said)  # a server that starts afterwards goes on
    log = log_of(where)
    assert outcome(log) == whole or kind == "overtaken", f"another state afterwards: {outcome(log)}"
    joined = [each.kind for each in log].count("joined")
    assert joined == len(TOKENS) + (kind == "overtaken"), "a student is in twice, or not at all"
    assert not names_on_disk(where), "a deleted name is left"


def _check(found: Any, said: Path, kind: str) -> None:
    """What was acknowledged is there, before anything is tried again."""
    students, predictions, _ = found
    done = {int(line) for line in said.read_text(encoding="utf-8").split()}
    tokens = {token for _, token, _ in students.values()}
    for number in done & {0, 1, 2}:
        assert hash_of(TOKENS[number]) in tokens, f"step {number} was acknowledged and is lost"
    for number in done & {4, 5, 6}:
        assert predictions.get(QUESTION, {}).get(number - 3) == 10.0 * (number - 3), f"guess {number - 3} is lost"
    if kind not in ("kill", "killed after", "full"):
        assert done == set(range(len(steps()))), f"only {done} could be done"


def _another(where: Path) -> None:
    """Let somebody join on another server."""
    rooms = Rooms(EventStore(where), clock=lambda: 1.0)
    room = rooms.room(OPENED.code)
    assert room is not None
    refused = room.join("Another", "another")
    assert refused is None, refused
    room.happen(happened.Forgotten)
    rooms.close()


def _in_a_process(work: Callable[[], None]) -> None:
    """Do something in a process of its own, which may be killed."""
    process = os.fork()
    if process == 0:
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(process, 0)
    assert os.waitstatus_to_exitcode(status) == KILLED, "the fault did not happen"
