"""The doors of a class: who comes in gets a cookie that no script reads and no projector shows."""

from __future__ import annotations

from typing import Any

from guard import own
from guard.tally import network_of

from sim.teaching.rooms.attempts import Attempts
from sim.teaching.rooms.desks import teacher_desk
from sim.teaching.rooms.identity import new_token, tidy_code
from sim.teaching.rooms.store import UnavailableError

JOIN = "join"
"""The page that phones open."""
PHONE, TEACHER = "middleman_phone", "middleman_teacher_"
"""Names of the cookies: a phone's, and a teacher's for each room."""
PHONE_DAYS, LONGEST_COOKIE = 30, 40
ME = "me"
"""Where a browser refuses cookies, the token is in the link of its page."""
WRONG_CODES = Attempts(60, 1.0)
"""Wrong codes and keys: at one a second, all codes take weeks."""
JOINS = Attempts(150, 0.5)
"""New students of one network: a class of 100 at once, and some."""


def name_days() -> int:
    """Return after how many days names are deleted."""
    return int(own.days_of_names())


def teacher_routes(base: str = "") -> list[Any]:
    """Return the route of the teacher's secret link, which puts the key into a cookie and takes it out of sight."""
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse, RedirectResponse, Response
    from starlette.routing import Route

    below = f"/{base.strip('/')}".rstrip("/")

    async def enter(request: Request) -> Response:
        code, key = tidy_code(request.path_params["code"]), request.path_params["key"]
        address = network_of(request.client.host if request.client else "")
        rooms = own.rooms()
        try:
            room = rooms.room(code) if rooms and code and WRONG_CODES.left(address) else None
        except UnavailableError:
            return PlainTextResponse("The database of rooms cannot be reached at the moment. Please try again.", 503)
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
