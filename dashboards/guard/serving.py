"""The dashboard as a web application: what ``app.py`` gives to Streamlit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

from board.sockets import without_delay
from classroom.doors import teacher_routes

from guard import own
from guard.front import routes
from guard.gate import Gate, Guard
from guard.port import end_quietly, settle
from sim.runs.machine import collect_garbage, keep_what_is_loaded
from sim.teaching.rooms.store import UnavailableError


def lifespan_of(gate: Gate) -> Callable[[object], AbstractAsyncContextManager[None]]:
    """Return what happens before the server's first connection, and after its last."""

    @asynccontextmanager
    async def lifespan(app: object) -> AsyncIterator[None]:
        del app
        settle(gate)
        without_delay()
        ask_nobody_elsewhere()
        own_work = [asyncio.create_task(task()) for task in (forget_names_hourly, tidy_up_often)]
        try:
            yield
        finally:
            for task in own_work:
                task.cancel()
            own.end_all()
            end_quietly()

    return lifespan


def ask_nobody_elsewhere() -> None:
    """Keep Streamlit from asking a server elsewhere for this machine's public address when a browser comes by."""
    from streamlit import net_util

    net_util.get_external_ip = lambda: None


async def forget_names_hourly() -> None:
    """Delete the names in rooms that have been open for long enough, now and every hour."""
    while True:
        with suppress(UnavailableError):  # in an hour again
            await asyncio.to_thread(own.forget_names)
        await asyncio.sleep(3600)


async def tidy_up_often() -> None:
    """Every half minute drop what nobody holds any more, and return the memory to the system."""
    keep_what_is_loaded()
    while True:
        await asyncio.sleep(30)
        await asyncio.to_thread(collect_garbage)


def application_arguments() -> dict[str, Any]:
    """Return the arguments for Streamlit's application."""
    from starlette.middleware import Middleware
    from streamlit import get_option

    base = get_option("server.baseUrlPath") or ""
    gate = Gate(base)
    found = [*routes(gate, base), *teacher_routes(base)]
    return {"lifespan": lifespan_of(gate), "routes": found, "middleware": [Middleware(Guard, gate=gate)]}
