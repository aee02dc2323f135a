"""Rooms whose database fails, fills, breaks off, or is another server's, too: what was acknowledged is kept, once."""

import pytest

from tests.faults.rooms import KINDS, walk_rooms


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_room_acknowledged_is_kept_whatever_happens_to_its_database(kind):
    points, mishandled = walk_rooms(kind)
    assert points >= 9
    assert mishandled == []


def test_a_refusal_that_is_taken_for_a_success_is_noticed(monkeypatch):
    monkeypatch.setattr("sim.teaching.rooms.hosting.NOT_KEPT", None)
    assert walk_rooms("fail")[1] != []


def test_names_left_in_the_journal_are_noticed(monkeypatch):
    monkeypatch.setattr("sim.teaching.rooms.store.EventStore._tidy", lambda store: None)
    with pytest.raises(AssertionError, match="left in the journal"):
        walk_rooms("fail")
