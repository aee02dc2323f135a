"""Every event at every point of a lesson: in time, too early, too late, twice, from nobody, from somebody removed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim.teaching.rooms import events as happened
from sim.teaching.rooms import rulings
from sim.teaching.rooms.course import following, preceding, skipping
from sim.teaching.rooms.events import EVENT, Position, Seating
from sim.teaching.rooms.fold import fold, replayed
from sim.teaching.rooms.identity import hash_of
from sim.teaching.rooms.rulings import Refusal, ruling
from tests.teaching.rooms.lesson import BALLOT, COURSE, GAME, OPENED, QUESTION, SEATED, TICKET, Class, class_at

EVERYWHERE = frozenset(COURSE)
AT = {
    "guess": {Position(QUESTION, "open")},
    "first vote": {Position(BALLOT, "first")},
    "second vote": {Position(BALLOT, "second")},
    "ticket": {Position(TICKET, "open")},
    "round 1": {Position(GAME, "round", 1)},
    "round 2": {Position(GAME, "round", 2)},
}
"""Where answers of students are taken. Before: not yet; afterwards: too late."""


def answers(student: int, at: float) -> dict[str, happened.Event]:
    choices = (("margin", 12.0),) if student == 1 else (("price", 21.0),)
    return {
        "guess": happened.Predicted(at, student, QUESTION, 40.0),
        "first vote": happened.Voted(at, student, BALLOT, "first", 2),
        "second vote": happened.Voted(at, student, BALLOT, "second", 1),
        "ticket": happened.TicketFilled(at, student, TICKET, ("1", "because")),
        "round 1": happened.Decided(at, student, GAME, 1, choices),
        "round 2": happened.Decided(at, student, GAME, 2, choices),
    }


@pytest.mark.parametrize("position", COURSE, ids=str)
@pytest.mark.parametrize("name", AT)
def test_answers_are_taken_at_their_point_only(name, position):
    room = class_at(position)
    refused = room.ruling(answers(1, room.now)[name])
    if position in AT[name]:
        assert refused is None
        return
    (where,) = AT[name]
    seated = GAME in room.state.seats
    if where.moment == GAME and not seated:
        assert refused == rulings.NO_SEAT
    elif name == "round 2" and position.moment == GAME and COURSE.index(position) < COURSE.index(where):
        assert refused == rulings.LATE  # another part of the same moment: a phone that is out of step
    elif COURSE.index(position) < COURSE.index(where) and position.moment != where.moment:
        assert refused == rulings.NOT_NOW
    else:
        assert refused == rulings.LATE


@pytest.mark.parametrize("position", COURSE, ids=str)
@pytest.mark.parametrize("name", AT)
def test_nobody_answers_who_is_not_in_the_room(name, position):
    room = class_at(position)
    assert room.ruling(answers(3, room.now)[name]) == rulings.REMOVED
    assert room.ruling(answers(9, room.now)[name]) == rulings.UNKNOWN


@pytest.mark.parametrize("name", AT)
def test_the_last_answer_counts_once(name):
    (where,) = AT[name]
    room = class_at(where)
    event = answers(1, room.now)[name]
    once = room.do(event)
    twice = room.do(event)
    assert replace(twice, events=once.events) == once


@pytest.mark.parametrize("name", AT)
def test_the_countdown_closes_with_a_moment_of_grace_and_not_while_it_stands(name):
    (where,) = AT[name]
    room = class_at(where)
    if room.state.deadline is None:
        assert where.moment == TICKET
        return
    end = room.state.deadline + rulings.GRACE
    assert room.ruling(answers(1, end)[name]) is None
    assert room.ruling(answers(1, end + 0.01)[name]) == rulings.LATE
    room.do(happened.Paused(end - 5, True))
    assert room.ruling(answers(1, end + 100)[name]) is None
    room.do(happened.Paused(end + 95, False))  # it stood still for 100 seconds
    assert room.ruling(answers(1, end + 100)[name]) is None
    assert room.ruling(answers(1, end + 100.01)[name]) == rulings.LATE


def others(room: Class) -> dict[str, tuple[happened.Event, set[Position], str]]:
    """Return events of the teacher and the server: each with where it may happen, and why not elsewhere."""
    state, now = room.state, room.now
    countdown = {*AT["guess"], *AT["first vote"], *AT["second vote"], *AT["round 1"], *AT["round 2"]}
    countdown.add(Position(BALLOT, "talk"))
    in_game = {p for p in COURSE if p.moment == GAME}
    seat, twice = Seating(0, "shop 1", (2,)), (Seating(0, "shop 1", (1,)), Seating(0, "maker 1", (1,)))
    removed = (SEATED[0], Seating(0, "maker 1", (3,)))
    no_answer = happened.Answered(now, QUESTION, float("nan"), 0.0, 2.0, 4)
    under_way = in_game - {Position(GAME, "seats"), Position(GAME, "debrief")}
    open_to_shocks = {each for each in in_game if COURSE.index(each) < COURSE.index(Position(GAME, "computing", 2))}
    seats, first, second = Position(GAME, "seats"), Position(GAME, "computing", 1), Position(GAME, "computing", 2)
    already = "not_now already"
    return {
        "opened": (OPENED, set(), "open"),
        "key": (happened.KeyAdded(now, hash_of("other")), set(EVERYWHERE), ""),
        "same key": (happened.KeyAdded(now, hash_of("key")), set(), "already"),
        "joined": (happened.Joined(now, 4, "Dan", hash_of("token 4")), set(EVERYWHERE), ""),
        "joined twice": (happened.Joined(now, 4, "Ann again", hash_of("token 1")), set(), "already"),
        "joined after removal": (happened.Joined(now, 4, "Cal", hash_of("token 3")), set(), "removed"),
        "joined out of turn": (happened.Joined(now, 7, "Eve", hash_of("token 7")), set(), "unknown"),
        "same name": (happened.Joined(now, 4, "ANN", hash_of("token 4")), set(), "name_taken"),
        "no name": (happened.Joined(now, 4, "", hash_of("token 4")), set(), "name"),
        "two lines": (happened.Joined(now, 4, "A\nB", hash_of("token 4")), set(), "name"),
        "long name": (happened.Joined(now, 4, "x" * 25, hash_of("token 4")), set(), "name"),
        "renamed": (happened.Renamed(now, 1, "Anna"), set(EVERYWHERE), ""),
        "same name again": (happened.Renamed(now, 1, "Ann"), set(EVERYWHERE), ""),
        "another's name": (happened.Renamed(now, 1, "ben"), set(), "name_taken"),
        "removed renamed": (happened.Renamed(now, 3, "Dora"), set(), "removed"),
        "removed": (happened.Removed(now, 2), set(EVERYWHERE), ""),
        "removed twice": (happened.Removed(now, 3), set(), "removed"),
        "nobody removed": (happened.Removed(now, 8), set(), "unknown"),
        "forgotten": (happened.Forgotten(now, 1), set(EVERYWHERE), ""),
        "removed forgotten": (happened.Forgotten(now, 3), set(EVERYWHERE), ""),
        "nobody forgotten": (happened.Forgotten(now, 8), set(), "unknown"),
        "all forgotten": (happened.Forgotten(now), set(EVERYWHERE), ""),
        "locked": (happened.Locked(now, True), set(EVERYWHERE), ""),
        "unlocked": (happened.Locked(now, False), set(), "already"),
        "hidden": (happened.NamesHidden(now, True), set(EVERYWHERE), ""),
        "shown": (happened.NamesHidden(now, False), set(), "already"),
        "paused": (happened.Paused(now, True), set(EVERYWHERE), ""),
        "gone on": (happened.Paused(now, False), set(), "already"),
        "more time": (happened.MoreTime(now, state.position, 30), countdown, "not_now"),
        "no time": (happened.MoreTime(now, state.position, 0), set(), "value not_now"),
        "time elsewhere": (happened.MoreTime(now, Position(9, "open"), 30), set(), "elsewhere"),
        "moved from elsewhere": (happened.Moved(now, Position(9, "open"), COURSE[0]), set(), "elsewhere"),
        "moved to nowhere": (happened.Moved(now, state.position, Position(9, "open")), set(), "not_now"),
        "answer to no question": (happened.Answered(now, BALLOT, 1.0, 0.0, 2.0, 4), set(), "not_now"),
        "answer outside its interval": (happened.Answered(now, QUESTION, 9.0, 0.0, 2.0, 4), set(), "value already"),
        "answer that is none": (no_answer, set(), "value already"),
        "dealt": (happened.Dealt(now, GAME, SEATED), {seats}, "not_now"),
        "dealt twice to one": (happened.Dealt(now, GAME, twice), set(), "not_now value"),
        "dealt a seat short": (happened.Dealt(now, GAME, SEATED[:1]), set(), "not_now value"),
        "dealt to the removed": (happened.Dealt(now, GAME, removed), set(), "not_now removed"),
        "seated": (happened.Seated(now, GAME, seat), under_way, "not_now"),
        "seated nowhere": (happened.Seated(now, GAME, Seating(5, "shop 1", (2,))), set(), "not_now value"),
        "seated the removed": (happened.Seated(now, GAME, Seating(0, "shop 1", (3,))), set(), "not_now removed"),
        "shock": (happened.Shocked(now, GAME, "direct"), open_to_shocks, "not_now late"),
        "no shock": (happened.Shocked(now, GAME, "flood"), set(), "not_now value"),
        "round 1 ended": (happened.RoundEnded(now, GAME, 1), {Position(GAME, "round", 1)}, already),
        "round 2 ended": (happened.RoundEnded(now, GAME, 2), {Position(GAME, "round", 2)}, already),
        "round 1 computed": (happened.RoundComputed(now, GAME, 1, "d"), {first}, already),
        "round 2 computed": (happened.RoundComputed(now, GAME, 2, "d"), {second}, already),
    }  # fmt: skip


NAMES = tuple(others(class_at(COURSE[0])))


@pytest.mark.parametrize("position", COURSE, ids=str)
@pytest.mark.parametrize("name", NAMES)
def test_what_the_teacher_and_the_server_do(name, position):
    room = class_at(position)
    event, where, otherwise = others(room)[name]
    refused = room.ruling(event)
    if position in where:
        assert refused is None
        again = ruling(fold(room.state, event), event)
        assert again is None or again.reason in ("already", "removed", "elsewhere", "not_now", "unknown")
    else:
        assert refused is not None
        assert refused.reason in otherwise.split()


def test_every_kind_of_event_is_tried():
    tried = {type(event) for event, _, _ in others(class_at(COURSE[0])).values()}
    tried |= {type(event) for event in answers(1, 0.0).values()}
    assert tried | {happened.Moved} == {*rulings.RULINGS, happened.Opened}


@pytest.mark.parametrize("position", COURSE, ids=str)
def test_the_teacher_gets_everywhere_and_back(position):
    room = class_at(position)
    number = COURSE.index(position)
    on, back, over = (find(room.state) for find in (following, preceding, skipping))
    if position.phase in ("round", "computing", "end"):
        assert on is None
    else:
        assert on == COURSE[number + 1]
    if position.phase == "computing":
        assert back in (Position(GAME, "seats"), Position(GAME, "results", position.round - 1))
    elif position.phase == "round" and position.round > 1:
        assert back == Position(GAME, "results", position.round - 1)
    elif position == Position(5, "end"):
        assert back == Position(TICKET, "open")
    elif number and position.phase != "debrief":
        previous = COURSE[number - 1]
        assert back is not None
        assert back.moment == previous.moment
        assert back.phase == ("results" if previous.phase == "computing" else previous.phase) or position.round == 1
    assert (over is None) == (position.phase in ("lobby", "end"))
    for there in {on, back, over} - {None}:
        moved = happened.Moved(room.now, position, there)
        if there.phase == "revealed" and there.moment not in room.state.answers:
            assert room.ruling(moved) == rulings.NO_ANSWER
        elif there.phase == "round" and not room.state.seats:
            assert room.ruling(moved) == rulings.NO_SEATS
        else:
            assert room.ruling(moved) is None
    for there in EVERYWHERE - {on, back, over}:
        assert room.ruling(happened.Moved(room.now, position, there)) == rulings.NOT_NOW


def test_a_second_press_of_the_button_does_nothing():
    room = class_at(COURSE[1])
    on = happened.Moved(room.now, COURSE[1], COURSE[2])
    room.do(on)
    assert room.ruling(on) == rulings.ELSEWHERE


def test_nothing_is_taken_again_once_the_answer_was_shown():
    room = class_at(Position(QUESTION, "revealed"))
    room.do(happened.Moved(room.now, room.state.position, Position(QUESTION, "closed")))
    room.do(happened.Moved(room.now, room.state.position, Position(QUESTION, "open")))
    assert room.state.deadline is None
    assert room.ruling(happened.Predicted(room.now, 1, QUESTION, 60.0)) == rulings.LATE


@pytest.mark.parametrize("value", [-1.0, 101.0, float("nan"), float("inf")])
def test_a_guess_is_on_its_scale(value):
    room = class_at(Position(QUESTION, "open"))
    assert room.ruling(happened.Predicted(room.now, 1, QUESTION, value)) == rulings.VALUE


@pytest.mark.parametrize(
    "choices",
    [
        (), (("price", 3.0),), (("margin", -1.0),), (("margin", float("nan")),), (("margin", 51.0),),
        (("margin", 1.0), ("margin", 2.0)), (("direct_price", 3.0), ("margin", 1.0)),
    ],
)  # fmt: skip
def test_a_firm_sets_what_it_may(choices):
    room = class_at(Position(GAME, "round", 1))
    assert room.ruling(happened.Decided(room.now, 1, GAME, 1, choices)) == rulings.VALUE


def test_a_shock_opens_a_control():
    room = class_at(Position(GAME, "results", 1))
    room.do(happened.Shocked(room.now, GAME, "direct"))
    assert room.state.shocks == {GAME: {"direct": 2}}
    room.go_to(Position(GAME, "round", 2))
    assert room.ruling(happened.Decided(room.now, 2, GAME, 2, (("direct_price", 24.0), ("price", 20.0)))) is None


@pytest.mark.parametrize("given", [("1",), ("2", ""), ("x", ""), ("1", "y" * 501), ("1", "", "")])
def test_a_ticket_has_an_answer_for_each_question(given):
    room = class_at(Position(TICKET, "open"))
    assert room.ruling(happened.TicketFilled(room.now, 1, TICKET, given)) == rulings.VALUE


def test_a_locked_door_keeps_newcomers_out_and_lets_students_back_in():
    room = class_at(COURSE[1])
    room.do(happened.Locked(room.now, True))
    assert room.ruling(happened.Joined(room.now, 4, "Dan", hash_of("token 4"))) == rulings.LOCKED
    assert room.ruling(happened.Joined(room.now, 4, "Ann", hash_of("token 1"))) == rulings.ALREADY


def test_a_room_has_so_many_students():
    room = Class()
    room.join(*(f"S{number}" for number in range(rulings.MOST_STUDENTS)))
    assert room.ruling(happened.Joined(room.now, rulings.MOST_STUDENTS + 1, "Late", hash_of("x"))) == rulings.FULL


def test_who_is_removed_leaves_the_seat_to_the_bot():
    room = class_at(Position(GAME, "round", 1))
    room.do(happened.Removed(room.now, 2))
    assert room.state.seats[GAME] == {(0, "shop 1"): (1,), (0, "maker 1"): ()}


def test_who_gets_another_seat_leaves_the_one_before():
    room = class_at(Position(GAME, "round", 1))
    room.do(happened.Seated(room.now, GAME, Seating(0, "maker 1", (1, 2))))
    assert room.state.seats[GAME] == {(0, "shop 1"): (), (0, "maker 1"): (1, 2)}


def test_without_a_room_nothing_happens_but_its_opening():
    assert ruling(None, OPENED) is None
    assert ruling(None, happened.Locked(0.0, True)) == rulings.NO_ROOM
    with pytest.raises(ValueError, match="begins with its opening"):
        fold(None, happened.Locked(0.0, True))
    with pytest.raises(ValueError, match="cannot happen twice"):
        fold(fold(None, OPENED), OPENED)
    with pytest.raises(ValueError, match="empty log"):
        replayed([])


def test_every_refusal_has_a_reason_and_words_of_its_own():
    all_of_them = [each for each in vars(rulings).values() if isinstance(each, Refusal)]
    assert len({each.reason for each in all_of_them}) == len({each.words for each in all_of_them}) == len(all_of_them)


@pytest.mark.parametrize("position", [COURSE[0], Position(GAME, "round", 1)], ids=str)
def test_events_survive_the_way_through_json(position):
    room = class_at(position)
    some = [event for event, _, _ in others(room).values()] + list(answers(1, room.now).values())
    for event in some:
        if room.ruling(event) is None:
            assert EVENT.validate_json(EVENT.dump_json(event)) == event
