"""Whose decision holds: the last one, for a round when the phone is silent; then the bot's."""

from __future__ import annotations

from sim.teaching.rooms import events as happened
from sim.teaching.rooms.decisions import asked_now, decisions_of
from sim.teaching.rooms.events import Position, Seating
from sim.teaching.rooms.games import played_of
from tests.teaching.rooms.lesson import GAME, Class, class_at

MARGIN = {"margin": 12.0}


def close(room: Class, turn: int, *away: int) -> dict[int, dict[str, dict[str, float]]]:
    """End a round, and return the decisions it is played with; ``away``: whose phones are silent."""
    room.do(happened.RoundEnded(room.now, GAME, turn, away))
    room.do(happened.RoundComputed(room.now, GAME, turn, "d"))
    if turn == 1:
        room.do(happened.Moved(room.now, room.state.position, Position(GAME, "round", 2)))
    return decisions_of(room.state, GAME, turn)


def decided() -> Class:
    """Return a class in which student 1 has decided in the first round."""
    room = class_at(Position(GAME, "round", 1))
    room.do(happened.Decided(room.now, 1, GAME, 1, (("margin", 12.0),)))
    return room


def test_what_was_decided_holds_and_all_other_seats_are_bots():
    assert close(decided(), 1) == {0: {"shop 1": MARGIN}}


def test_without_a_word_the_last_decision_holds():
    room = decided()
    close(room, 1)
    assert close(room, 2) == {0: {"shop 1": MARGIN}}


def test_who_is_away_for_two_rounds_leaves_the_firm_to_the_bot():
    room = decided()
    assert close(room, 1, 1) == {0: {"shop 1": MARGIN}}
    assert close(room, 2, 1) == {0: {}}


def test_who_is_away_for_one_round_does_not():
    room = decided()
    close(room, 1)
    assert close(room, 2, 1) == {0: {"shop 1": MARGIN}}


def test_a_partner_who_is_there_keeps_the_firm():
    room = decided()
    room.do(happened.Seated(room.now, GAME, Seating(0, "shop 1", (1, 2))))
    close(room, 1, 1)
    assert close(room, 2, 1) == {0: {"shop 1": MARGIN}}


def test_a_seat_given_to_the_bot_is_the_bots_at_once():
    room = decided()
    room.do(happened.Seated(room.now, GAME, Seating(0, "shop 1")))
    assert close(room, 1) == {0: {}}


def test_what_a_round_was_played_with_does_not_change_afterwards():
    """Otherwise a restart would play it differently."""
    room = decided()
    assert close(room, 1) == {0: {"shop 1": MARGIN}}
    room.do(happened.Removed(room.now, 1))
    assert decisions_of(room.state, GAME, 1) == {0: {"shop 1": MARGIN}}
    assert close(room, 2) == {0: {}}


def test_a_phone_shows_what_its_seat_asks_now():
    room = decided()
    close(room, 1)
    assert asked_now(room.state, GAME, 1) == MARGIN
    assert asked_now(room.state, GAME, 2) == {"price": 20.0}
    assert asked_now(room.state, GAME, 3) == {}


def test_workers_are_told_every_round_with_its_shocks():
    room = decided()
    close(room, 1)
    room.do(happened.Shocked(room.now, GAME, "direct"))
    close(room, 2)
    first, second = ({"shop 1": MARGIN}, frozenset()), ({"shop 1": MARGIN}, frozenset({"direct"}))
    assert played_of(room.state, GAME) == {0: (first, second)}
