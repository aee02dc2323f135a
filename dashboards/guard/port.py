"""The port: how long a connection may be silent, how many there may be, and how much is read before anybody looks.

Streamlit starts the web server (uvicorn) by itself and passes on few of its settings. The others are set here before
the server accepts its first connection.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from contextlib import suppress
from typing import Any

from guard.gate import Gate, address_of
from guard.limits import CONNECTIONS, FIRST_PATIENCE, LARGEST_MESSAGE, SESSIONS, Limit

OF_SESSION, REMEMBERED, OTHERS = 3, 128, 200
"""Open files that Streamlit needs for a session besides its connection (an event loop), how many sessions it remembers
for a while after they have left, and open files for all else."""
LAST_MOMENT = 5
"""Seconds that requests under way are given when the server is stopped."""


def settle(gate: Gate) -> int:
    """Give this process's web servers their settings, and the gate what the system allows; return how many servers."""
    from uvicorn.config import Config

    connections, gate.sessions.limit = room_for(_open_files())
    # By type, because asking an object for its class may wake lazy stand-ins for other objects.
    found = [each for each in gc.get_objects() if type(each) is Config]
    for config in found:
        config.ws_max_size = 2 * LARGEST_MESSAGE  # what is a little too large is refused with the right code
        config.limit_concurrency = connections
        config.timeout_graceful_shutdown = LAST_MOMENT
        if isinstance(config.http_protocol_class, type):
            config.http_protocol_class = impatient(config.http_protocol_class)
    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)  # else every tab is a line on the teacher's screen
    return len(found)


def room_for(files: float) -> tuple[int, Limit]:
    """Return how many connections and sessions there may be where so many files may be open."""
    left = files - OTHERS - OF_SESSION * REMEMBERED
    share = min(1.0, max(0.0, left) / (CONNECTIONS.everybody + OF_SESSION * SESSIONS.everybody))
    connections, everybody = (max(10, int(share * each.everybody)) for each in (CONNECTIONS, SESSIONS))
    return connections, Limit(0, min(SESSIONS.address, everybody), everybody)


def end_quietly() -> None:
    """Have the web server return when it is told to end. It would kill this process, and leave what only its end tidies
    up."""
    from uvicorn.server import Server

    for each in gc.get_objects():
        if type(each) is Server:
            getattr(each, "_captured_signals", []).clear()


def _open_files() -> float:
    """Let this process open as many files as it needs and may, and return how many."""
    try:
        import resource
    except ImportError:  # no Unix
        return float("inf")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS.everybody + OF_SESSION * (SESSIONS.everybody + REMEMBERED) + OTHERS
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):
            most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return float("inf") if soft == resource.RLIM_INFINITY else float(soft)


def impatient(protocol: type[Any]) -> type[Any]:
    """Return uvicorn's protocol for HTTP, with patience for connections that do not say what they want."""

    class Impatient(protocol):  # type: ignore[misc]
        """Closes connections beyond those of an address, and those without a whole request after some seconds."""

        def connection_made(self, transport: asyncio.Transport) -> None:
            super().connection_made(transport)
            own = address_of({"client": self.client})
            near = sum(address_of({"client": each.client}) == own for each in self.connections)
            if near > min(CONNECTIONS.address, self.limit_concurrency):
                transport.abort()
                return
            self._given_up = self.loop.call_later(FIRST_PATIENCE, self._give_up)

        def _give_up(self) -> None:
            if self.scope is None and self in self.connections:  # neither asked for anything nor became a stream
                self.transport.abort()

        def connection_lost(self, error: Exception | None) -> None:
            given_up = getattr(self, "_given_up", None)
            if given_up is not None:
                given_up.cancel()
            super().connection_lost(error)

    return Impatient
