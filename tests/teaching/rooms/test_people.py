"""Who may do what: desks against tokens, names, codes, and what a phone is shown of others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.teaching.rooms import events as happened
from sim.teaching.rooms import rulings
from sim.teaching.rooms.addresses import is_reachable, network_addresses, url_of
from sim.teaching.rooms.attempts import Attempts
from sim.teaching.rooms.desks import student_desk, teacher_desk
from sim.teaching.rooms.events import Position
from sim.teaching.rooms.hosting import SILENT, Room, Rooms, free_name
from sim.teaching.rooms.identity import CODE_LETTERS, hash_of, is_one_of, new_code, new_token, tidy_code
from sim.teaching.rooms.rulings import tidy_name
from sim.teaching.rooms.store import EventStore
from sim.teaching.rooms.views import bin_of, guesses_of, phone_view, third_of
from tests.teaching.rooms.lesson import BALLOT, COURSE, GAME, QUESTION, SMALL, class_at


@pytest.fixture
def hall(tmp_path):
    """A room, the teacher's key, and a clock that is set by hand."""
    now = [1000.0]
    rooms = Rooms(EventStore(tmp_path / "rooms"), clock=lambda: now[0])
    room, key = rooms.open(SMALL, 1, "0")
    yield room, key, now
    rooms.close()


def test_a_desk_is_handed_out_against_the_right_token_only(hall):
    room, key, _ = hall
    assert room.join("Ann", "token") is None
    assert student_desk(room, "token").number == 1
    wrong = ["", "toke", "token ", "TOKEN", "x" * 65, hash_of("token"), key, "token\x00"]
    assert [student_desk(room, each) for each in wrong] == [None] * len(wrong)
    assert teacher_desk(room, key) is not None
    assert [teacher_desk(room, each) for each in ("", key[:-1], key + "x", "token", hash_of(key))] == [None] * 5


def test_a_student_acts_for_nobody_else_and_not_as_a_teacher(hall):
    room, key, _ = hall
    for name in ("Ann", "Ben"):
        room.join(name, name)
    teacher_desk(room, key).go_on(room.state.position)
    ann = student_desk(room, "Ann")
    assert ann.predict(QUESTION, 40) is None
    assert room.state.predictions == {QUESTION: {1: 40.0}}
    able = {each for each in dir(ann) if not each.startswith("_")}
    assert able == {"room", "number", "predict", "vote", "fill_ticket", "decide", "rename", "forget"}


def test_who_is_removed_can_do_nothing_with_an_open_page(hall):
    room, key, _ = hall
    room.join("Ann", "token")
    ann, teacher = student_desk(room, "token"), teacher_desk(room, key)
    teacher.go_on(room.state.position)
    teacher.remove(1)
    assert ann.predict(QUESTION, 40) == ann.rename("Eve") == rulings.REMOVED
    assert student_desk(room, "token") is None
    assert room.join("Eve", "token") == rulings.REMOVED
    assert ann.forget() is None  # the right to be forgotten stays


def test_joining_twice_is_joining_once(hall):
    room, _, _ = hall
    for name in ("Ann", "Ann", "Annie"):
        assert room.join(name, "token") is None
    assert [each.name for each in room.state.present] == ["Ann"]


def test_two_of_the_same_name_are_told_apart(hall):
    room, _, _ = hall
    for number, name in enumerate(("Ann", "ann", " Ann\n", "x" * 30, "x" * 30)):
        room.join(name, str(number))
    names = [each.name for each in room.state.present]
    assert names == ["Ann", "ann 2", "Ann 3", "x" * 24, "x" * 22 + " 2"]
    assert free_name(room.state, "Bea") == "Bea"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  A  b ", "A b"),
        ("A\x00\u202eB", "A B"),
        ("<i>", "<i>"),
        ("\u200b", ""),
        ("é" * 40, "é" * 24),
        ("李 明", "李 明"),
    ],
)
def test_a_name_is_one_line_of_text(typed, name):
    assert tidy_name(typed) == name


def test_a_phone_that_is_silent_is_away(hall):
    room, _, now = hall
    room.join("Ann", "a")
    room.join("Ben", "b")
    now[0] += SILENT + 1
    room.heard(2)
    assert room.away() == (1,)


def test_the_clock_closes_a_question_once(hall):
    room, key, now = hall
    room.join("Ann", "a")
    teacher_desk(room, key).go_on(room.state.position)
    room.tick()
    assert room.state.position == Position(QUESTION, "open")
    now[0] += 62
    room.tick()
    events = room.state.events
    room.tick()
    assert room.state.position == Position(QUESTION, "closed")
    assert room.state.events == events


def test_a_restart_gives_the_same_room_and_one_more_key(tmp_path):
    rooms = Rooms(EventStore(tmp_path))
    room, key = rooms.open(SMALL, 1, "0")
    room.join("Ann", "a")
    again = Rooms(EventStore(tmp_path))
    assert again.resume("zzzzz") is None
    resumed, other = again.resume(f" {room.code.lower()} ")
    assert replace(resumed.state, keys=room.state.keys, events=room.state.events) == room.state
    assert teacher_desk(resumed, key) is not None
    assert teacher_desk(resumed, other) is not None
    assert student_desk(resumed, "a").number == 1
    with pytest.raises(LookupError):
        Room(again.store, "ZZZZZ", again._workers)
    for each in (rooms, again):
        each.close()


def test_codes_are_easy_to_read_and_tokens_hard_to_guess():
    codes = {new_code() for _ in range(200)}
    assert len(codes) > 190
    assert all(len(code) == 5 and set(code) <= set(CODE_LETTERS) for code in codes)
    assert not set(CODE_LETTERS) & set("AEIOUYLQ01")
    assert [tidy_code(each) for each in (" bcd fg", "BCDF", "BCDFO", "BCDFGH", "<b>")] == ["BCDFG", "", "", "", ""]
    tokens = {new_token() for _ in range(200)}
    assert len(tokens) == 200
    assert all(len(token) == 22 for token in tokens)  # 128 bits
    assert is_one_of("a", [hash_of("b"), hash_of("a")])
    assert not is_one_of("a", [])


def test_codes_are_not_guessed_by_trying():
    now = [0.0]
    tries = Attempts(3, 10.0, clock=lambda: now[0])
    assert [tries.take("a") for _ in range(5)] == [True, True, True, False, False]
    assert tries.take("b")
    now[0] = 10.0
    assert tries.left("a")
    assert [tries.take("a") for _ in range(2)] == [True, False]


def test_before_the_reveal_nothing_depends_on_the_answer():
    room = class_at(Position(QUESTION, "open"))
    for student, value in ((1, 40.0), (2, 60.0)):
        room.do(happened.Predicted(room.now, student, QUESTION, value))
    room.do(happened.Moved(room.now, room.state.position, Position(QUESTION, "closed")))
    without = phone_view(room.state, 1)
    room.do(happened.Answered(room.now, QUESTION, 60.0, 55.0, 65.0, 4))
    assert phone_view(room.state, 1) == without
    assert without.guesses.middle == 50.0
    room.do(happened.Moved(room.now, room.state.position, Position(QUESTION, "revealed")))
    shown = phone_view(room.state, 1)
    assert (shown.answer.value, shown.guesses.near, shown.third.off, shown.third.third) == (60.0, 1, -20.0, 2)
    assert third_of(room.state, QUESTION, 2).third == 1


@pytest.mark.parametrize("position", COURSE, ids=str)
def test_a_phone_does_not_show_what_another_did(position):
    """What Ben does leaves Ann's phone as it is, until the class sees what all have done."""
    room = class_at(position)
    before, told = phone_view(room.state, 1), repr(phone_view(room.state, 1))
    assert "Ben" not in told
    for event in (
        happened.Predicted(room.now, 2, QUESTION, 99.0),
        happened.Voted(room.now, 2, BALLOT, position.phase, 2),
        happened.Decided(room.now, 2, GAME, position.round, (("price", 99.0),)),
        happened.Renamed(room.now, 2, "Benedikt"),
    ):
        if room.ruling(event) is None:
            room.do(event)
    assert phone_view(room.state, 1) == before


def test_the_bars_hold_every_guess():
    room = class_at(Position(QUESTION, "open"))
    for student, value in ((1, 0.0), (2, 100.0)):
        room.do(happened.Predicted(room.now, student, QUESTION, value))
    found = guesses_of(room.state, QUESTION)
    assert found.bins[0] == found.bins[-1] == 1
    assert (found.count, found.middle, guesses_of(room.state, BALLOT)) == (2, 50.0, None)
    assert [bin_of(value, 0, 100, 10) for value in (-5, 0, 9.9, 10, 100, 500)] == [0, 0, 0, 1, 9, 9]


def test_phones_are_given_an_address_of_the_network_never_this_machines_own():
    assert all(is_reachable(each) for each in network_addresses())
    assert not any(is_reachable(each) for each in ("127.0.0.1", "::1", "0.0.0.0", "fe80::1", "nonsense", "169.254.1.1"))
    assert url_of("192.168.0.5", 8501) == "http://192.168.0.5:8501"
    assert url_of("fd00::2", 80) == "http://[fd00::2]:80"
