"""Who a visitor is: cookies that no script reads, and which are never in the address bar of a projector."""

from __future__ import annotations

import streamlit as st
from guard import own
from guard.tally import network_of

from classroom.doors import LONGEST_COOKIE, ME, PHONE, TEACHER, WRONG_CODES
from classroom.words import said
from sim.teaching.rooms.desks import StudentDesk, TeacherDesk, student_desk, teacher_desk
from sim.teaching.rooms.hosting import Room
from sim.teaching.rooms.identity import hash_of, new_token, tidy_code
from sim.teaching.rooms.store import UnavailableError


def room_of(code: str) -> Room | None:
    """Return the room with a code as it was typed, None where there is none, or too many wrong ones were tried."""
    rooms = own.rooms()
    if rooms is None or not WRONG_CODES.left(network()):
        return None
    tidy = tidy_code(code)
    try:
        found = rooms.room(tidy) if tidy else None
    except UnavailableError:
        st.warning(said("The room cannot be reached at the moment. Please try again soon."))
        st.stop()
    if found is None:
        WRONG_CODES.take(network())
    return found


def network() -> str:
    """Return the network address of the visitor."""
    return network_of(st.context.ip_address or "localhost")


def token_of(room: Room) -> str:
    """Return the token of this phone in a room; another room has another, so that logs cannot be put together."""
    cookie = st.context.cookies.get(PHONE) or st.query_params.get(ME, "")
    return f"{room.code}{cookie[:LONGEST_COOKIE]}" if cookie else ""


def give_token(room: Room) -> str:
    """Return the token of this phone, after giving it one in its link where it has none."""
    if not token_of(room):
        st.query_params[ME] = new_token()
    return token_of(room)


def student_here(room: Room) -> StudentDesk | None:
    """Return the desk of the student whose phone this is."""
    return student_desk(room, token_of(room))


def was_removed(room: Room) -> bool:
    """Tell whether the student whose phone this is was removed by the teacher."""
    known = room.state.by_token.get(hash_of(token_of(room)))
    return known is not None and known.removed


def teacher_here(room: Room) -> TeacherDesk | None:
    """Return the teacher's desk, if this is the teacher's browser."""
    return teacher_desk(room, st.context.cookies.get(TEACHER + room.code, ""))
