"""The page that a browser loads first: Streamlit's own, told where its server is, or that there is no room."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from classroom.doors import JOIN, with_phone

from guard.gate import FULL, Gate, address_of

TOLD = '<script>window.__streamlit = {BACKEND_BASE_URL: new URL("%s", location.origin).href}</script>'
"""Without it the browser tries the page's own address first, and gets a 404 for each try."""


@cache
def icon() -> str:
    """Return the icon of all pages as an address that holds it: Streamlit's icons come from a server elsewhere."""
    drawing = Path(__file__).with_name("icon.svg").read_text(encoding="utf-8")
    return f"data:image/svg+xml,{quote(drawing.strip())}"


@cache
def front_page(base: str) -> str:
    """Return the page for a dashboard that is served below a path."""
    from streamlit.file_util import get_static_dir

    page = (Path(get_static_dir()) / "index.html").read_text(encoding="utf-8")
    page = page.replace('href="./favicon.png"', f'type="image/svg+xml" href="{icon()}"')
    page = page.replace("<title>Streamlit</title>", "<title>Middleman</title>")
    page = page.replace('<link rel="service-desc" href="./_stcore/agent/openapi.json" />', "")
    return page.replace("<head>", "<head>" + TOLD % escape(f"/{base.strip('/')}"), 1)


def routes(gate: Gate, base: str = "") -> list[Any]:
    """Return the route of all pages: one word, and no ending, as files have it."""
    from starlette.convertors import StringConvertor, register_url_convertor
    from starlette.requests import Request
    from starlette.responses import HTMLResponse, PlainTextResponse, Response
    from starlette.routing import Route

    class Word(StringConvertor):
        regex = "[A-Za-z0-9_-]*"

    async def front(request: Request) -> Response:
        if gate.sessions.full(address_of(request.scope)):
            return PlainTextResponse(FULL, 503, {"retry-after": "60"})
        answer = HTMLResponse(front_page(base), headers={"cache-control": "no-cache"})
        return with_phone(request, answer, base) if request.path_params["page"] == JOIN else answer

    register_url_convertor("word", Word())
    below = f"/{base.strip('/')}".rstrip("/")
    return [Route(f"{below}/{{page:word}}", front, methods=["GET"])]
