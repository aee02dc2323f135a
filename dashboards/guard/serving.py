"""The dashboard as a web application: what ``app.py`` gives to Streamlit."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from board.sockets import without_delay

from guard import own
from guard.front import routes
from guard.gate import Gate, Guard
from guard.port import end_quietly, settle


def lifespan_of(gate: Gate) -> Callable[[object], AbstractAsyncContextManager[None]]:
    """Return what happens before the server's first connection, and after its last."""

    @asynccontextmanager
    async def lifespan(app: object) -> AsyncIterator[None]:
        del app
        settle(gate)
        without_delay()
        try:
            yield
        finally:
            own.end_all()
            end_quietly()

    return lifespan


def application_arguments() -> dict[str, Any]:
    """Return the arguments for Streamlit's application."""
    from starlette.middleware import Middleware
    from streamlit import get_option

    base = get_option("server.baseUrlPath") or ""
    gate = Gate(base)
    return {"lifespan": lifespan_of(gate), "routes": routes(gate, base), "middleware": [Middleware(Guard, gate=gate)]}
