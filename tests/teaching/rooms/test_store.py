"""The database: what it has taken is there, in order, once; names leave it for good. SQLite and PostgreSQL alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sim.teaching.rooms import events as happened
from sim.teaching.rooms.fold import replayed
from sim.teaching.rooms.hosting import Rooms
from sim.teaching.rooms.identity import hash_of
from sim.teaching.rooms.store import EventStore, StaleError, StoreError
from tests.teaching.rooms.lesson import BALLOT, COURSE, GAME, OPENED, QUESTION, SMALL, TICKET, Class


def test_what_was_appended_is_read_back_in_order(store, where):
    store.create(OPENED)
    events = [happened.Joined(1.0, 1, "Ann", hash_of("a")), happened.Predicted(2.0, 1, QUESTION, 40.5)]
    store.append("BCDFG", 2, events)
    again = EventStore(where)
    assert again.read("BCDFG") == [OPENED, *events]
    assert again.read("BCDFG", after=2) == events[1:]
    assert again.read("ZZZZZ") == []
    assert again.has("BCDFG")
    assert not again.has("ZZZZZ")
    assert again.codes() == ["BCDFG"]
    again.close()


def test_a_whole_lesson_comes_back_as_the_same_state(store):
    room = Class()
    room.join("Ann", "Ben")
    for position in COURSE[1:]:
        room.go_to(position)
        for student in (1, 2):
            for event in (
                happened.Predicted(room.now, student, QUESTION, 40.0 + student),
                happened.Voted(room.now, student, BALLOT, position.phase, student),
                happened.Decided(room.now, student, GAME, position.round, (("margin", 7.5 + student),)),
                happened.TicketFilled(room.now, student, TICKET, ("1", "Grüße \U0001f600 \x00")),
            ):
                if room.ruling(event) is None:
                    room.do(event)
    store.create(OPENED)
    store.append("BCDFG", 2, room.log[1:])
    assert store.read("BCDFG") == room.log
    assert replayed(store.read("BCDFG")) == room.state
    assert len(room.state.predictions[QUESTION]) == len(room.state.tickets[TICKET]) == 2


def test_a_number_is_given_once(store):
    store.create(OPENED)
    first, second = happened.Locked(1.0, True), happened.NamesHidden(1.0, True)
    store.append("BCDFG", 2, [first])
    with pytest.raises(StaleError):
        store.append("BCDFG", 2, [second])
    with pytest.raises(StaleError):
        store.append("BCDFG", 2, [second, second])
    with pytest.raises(StaleError):
        store.create(OPENED)
    assert store.read("BCDFG") == [OPENED, first]


def test_several_events_are_in_together_or_not_at_all(store):
    store.create(OPENED)
    store.append("BCDFG", 3, [happened.Locked(1.0, True)])
    with pytest.raises(StaleError):
        store.append("BCDFG", 2, [happened.Locked(1.0, True), happened.Locked(1.0, False)])
    assert len(store.read("BCDFG")) == 2


def test_two_servers_share_a_room(where):
    here, there = Rooms(EventStore(where)), Rooms(EventStore(where))
    room, _ = here.open(SMALL, 1, "0")
    other = there.room(room.code)
    assert other is not None

    def join(number: int) -> None:
        (room if number % 2 else other).join(f"S{number}", f"token {number}")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(join, range(40)))
    room.join("again", "token 3")  # catches up
    other.join("again", "token 3")
    other.happen(lambda now: happened.Locked(now, True))
    room.happen(lambda now: happened.NamesHidden(now, True))
    log = here.store.read(room.code)
    assert replayed(log) == room.state
    assert len(room.state.students) == 40
    assert {each.name for each in room.state.students.values()} == {f"S{number}" for number in range(40)}
    for each in (here, there):
        each.close()


def on_disk(where: str, name: str) -> bool:
    """Tell whether a name stands anywhere in the files of a folder."""
    return any(name.encode() in file.read_bytes() for file in Path(where).iterdir())


def test_a_deleted_name_is_nowhere(where):
    rooms = Rooms(EventStore(where))
    room, _ = rooms.open(SMALL, 1, "0")
    room.join("Annabella Quix", "a")
    room.join("Benedikt Quax", "b")
    room.happen(lambda now: happened.Renamed(now, 1, "Annabella Quaxine"))
    assert "://" in where or on_disk(where, "Annabella")
    room.happen(lambda now: happened.Forgotten(now, 1))
    if "://" not in where:
        assert not on_disk(where, "Annabella")
        assert on_disk(where, "Benedikt")
    log = rooms.store.read(room.code)
    assert [getattr(each, "name", None) for each in log if hasattr(each, "name")] == ["", "Benedikt Quax", ""]
    assert [each.name for each in replayed(log).students.values()] == ["", "Benedikt Quax"]
    assert replayed(log) == room.state
    rooms.close()


def test_names_go_after_a_set_time_and_the_rest_stays(where):
    now = [0.0]
    rooms = Rooms(EventStore(where), clock=lambda: now[0])
    room, _ = rooms.open(SMALL, 1, "0")
    room.join("Ann", "a")
    now[0] = 99.0
    later, _ = rooms.open(SMALL, 1, "0")
    later.join("Ben", "b")
    now[0] = 150.0
    assert rooms.forget_names(100.0) == 1
    assert [each.name for each in room.state.students.values()] == [""]
    assert [each.name for each in later.state.students.values()] == ["Ben"]
    assert rooms.forget_names(100.0) == 0
    rooms.close()


@pytest.mark.parametrize("url", ["nonsense://there", "postgresql://nobody@127.0.0.1:9/none", "/proc/no/folder"])
def test_a_database_that_is_not_there_is_named_with_a_remedy(url):
    with pytest.raises(StoreError, match="rooms cannot be kept in") as error:
        EventStore(url)
    assert url in str(error.value)
    assert "give a folder you may write to" in str(error.value)
