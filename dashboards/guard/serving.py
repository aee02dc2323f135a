"""The dashboard as a web application: what ``app.py`` gives to Streamlit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from board.sockets import without_delay

from guard import own
from guard.front import routes
from guard.gate import Gate, Guard
from guard.port import end_quietly, settle


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[None]:
    """Set the port before the first connection, and end what the server owns after the last."""
    del app
    settle()
    without_delay()
    try:
        yield
    finally:
        own.end_all()
        end_quietly()


def application_arguments() -> dict[str, Any]:
    """Return the arguments for Streamlit's application."""
    from starlette.middleware import Middleware
    from streamlit import get_option

    base = get_option("server.baseUrlPath") or ""
    gate = Gate(base)
    return {"lifespan": lifespan, "routes": routes(gate, base), "middleware": [Middleware(Guard, gate=gate)]}
