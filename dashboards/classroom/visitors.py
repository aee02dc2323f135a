"""Who a visitor is: cookies that no script reads, and which are never in the address bar of a projector."""

from __future__ import annotations

from typing import Any

import streamlit as st
from guard import own
from guard.tally import network_of

from sim.teaching.rooms.attempts import Attempts
from sim.teaching.rooms.desks import StudentDesk, TeacherDesk, student_desk, teacher_desk
from sim.teaching.rooms.hosting import Room
from sim.teaching.rooms.identity import hash_of, new_token, tidy_code

PHONE, TEACHER = "middleman_phone", "middleman_teacher_"
"""Names of the cookies: a phone's, and a teacher's for each room."""
PHONE_DAYS, LONGEST_COOKIE = 30, 40
ME = "me"
"""Where a browser refuses cookies, the token is in the link of its page."""
WRONG_CODES = Attempts(60, 1.0)
"""Wrong codes and keys: at one a second, all codes take weeks."""
JOINS = Attempts(150, 0.5)
"""New students of one network: a class of 100 at once, and some."""


def room_of(code: str) -> Room | None:
    """Return the room with a code as it was typed, None where there is none, or too many wrong ones were tried."""
    rooms = own.rooms()
    if rooms is None or not WRONG_CODES.left(network()):
        return None
    tidy = tidy_code(code)
    found = rooms.room(tidy) if tidy else None
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


def routes(base: str = "") -> list[Any]:
    """Return the route of the teacher's secret link, which puts the key into a cookie and takes it out of sight."""
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse, RedirectResponse, Response
    from starlette.routing import Route

    below = f"/{base.strip('/')}".rstrip("/")

    async def enter(request: Request) -> Response:
        code, key = tidy_code(request.path_params["code"]), request.path_params["key"]
        address = network_of(request.client.host if request.client else "")
        rooms = own.rooms()
        room = rooms.room(code) if rooms and code and WRONG_CODES.left(address) else None
        if room is None or teacher_desk(room, key) is None:
            WRONG_CODES.take(address)
            return PlainTextResponse("This link opens no room here.", 404)
        answer = RedirectResponse(f"{below}/teacher?room={code}", 303)
        answer.set_cookie(TEACHER + code, key, PHONE_DAYS * 86400, path=below or "/", httponly=True, samesite="lax")
        return answer

    return [Route(f"{below}/teacher/{{code}}/{{key}}", enter, methods=["GET"])]


def with_phone(request: Any, answer: Any, base: str = "") -> Any:
    """Give a browser that opens the join page its token, if it has none."""
    if not request.cookies.get(PHONE):
        path = f"/{base.strip('/')}"
        answer.set_cookie(PHONE, new_token(), PHONE_DAYS * 86400, path=path, httponly=True, samesite="lax")
    return answer
