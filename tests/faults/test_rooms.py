"""Rooms whose database fails, fills, breaks off, or is another server's, too: what was acknowledged is kept, once."""

import pytest

from tests.faults.rooms import KINDS, walk_rooms


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_room_acknowledged_is_kept_whatever_happens_to_its_database(kind):
    points, mishandled = walk_rooms(kind)
    assert points > 20
    assert mishandled == []
