"""The gate: every request and every message passes it before Streamlit sees it (ASGI middleware)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any, TypeAlias

from starlette.websockets import WebSocketDisconnected

from guard.limits import (
    ARRIVALS,
    LARGEST_BODY,
    MESSAGES,
    MESSAGES_OF_ADDRESS,
    MESSAGES_OF_ALL,
    REQUEST_PATIENCE,
    SESSIONS,
    UPLOAD_PATIENCE,
    UPLOADING,
)
from guard.messages import TOO_MANY_FILES, BadMessageError, message_verdict
from guard.tally import Pace, Paces, Tally, network_of
from guard.uploaded import Uploaded, in_streamlit

Message: TypeAlias = MutableMapping[str, Any]
Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]

STREAM, UPLOAD = "_stcore/stream", "_stcore/upload_file/"
OPEN = ("_stcore/health", "_stcore/host-config")
"""What browsers ask of Streamlit's own addresses, besides the stream and uploads."""
CLOSED = ("_stcore/", "component/", "auth/", "oauth2callback", "app/static/")
"""Streamlit's addresses for what the dashboard does not have: figures on the server, scripted visitors, logins."""
HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        b"img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; object-src 'none'; "
        b"base-uri 'self'; form-action 'self'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
"""A browser then loads nothing from anywhere else, whatever a page says."""
CLOSE = (b"connection", b"close")
FULL = "The server is full. Try again in a minute."
TOO_LARGE = f"The file is too large: at most {LARGEST_BODY} bytes are read."


class Gate:
    """What is counted of all who are there.

    Args:
        base: the path under which the dashboard is served; usually empty.
    """

    def __init__(self, base: str = ""):
        self._base = f"/{base.strip('/')}".rstrip("/")
        self.sessions, self.uploading = Tally(SESSIONS), Tally(UPLOADING)
        self.uploaded = Uploaded(in_streamlit)
        self.pace, self.paces, self.arrivals = Pace(MESSAGES_OF_ALL), Paces(MESSAGES_OF_ADDRESS), Paces(ARRIVALS)

    def path(self, scope: Scope) -> str:
        """Return the path of a request below the dashboard's own, without a slash before it."""
        path: str = scope["path"]
        return path.removeprefix(self._base).lstrip("/")

    async def turn(self, own: Pace, address: str, cost: float) -> None:
        """Wait until a message may pass: the session's turn, then the address's, then everybody's."""
        for pace in (own, self.paces.of(address), self.pace):
            delay = pace.wait(cost)
            if delay > 0:
                await asyncio.sleep(delay)


class Guard:
    """The middleware.

    Args:
        app: what it guards.
        gate: what is counted; the same for all requests.
    """

    def __init__(self, app: App, gate: Gate):
        self._app, self._gate = app, gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass, or answer it."""
        if scope["type"] == "websocket":
            await self._stream(scope, receive, send)
        elif scope["type"] == "http":
            await self._request(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a browser in, if there is a place, and watch what it says."""
        address = address_of(scope)
        if self._gate.path(scope) != STREAM:
            await _turn_away(send, 404, "There is nothing here.")
            return
        with self._gate.sessions.one(address) as room:
            if not room:
                await _turn_away(send, 503, FULL)
                return
            delay = self._gate.arrivals.of(address).wait()
            if delay > 0:
                await asyncio.sleep(delay)
            session = Session(self._gate, address, receive, send)
            with suppress(WebSocketDisconnected):  # it left while it was answered: nothing for the teacher's screen
                await self._app(scope, session.receive, session.send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that is not allowed; let the others pass, for as long as they may take."""
        path, method = self._gate.path(scope), scope["method"]
        async with asyncio.timeout(REQUEST_PATIENCE):
            if path.startswith(UPLOAD) and method in ("PUT", "DELETE", "OPTIONS"):
                await self._upload(scope, receive, send)
            elif method not in ("GET", "HEAD"):
                await _say(send, 405, "There is nothing to be sent here.")
            elif path.startswith(CLOSED) and path not in OPEN:
                await _say(send, 404, "There is nothing here.")
            else:
                await self._app(scope, receive, _with_headers(send))

    async def _upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Read an upload if there is room for it, no further than it may go."""
        if scope["method"] != "PUT":
            await self._app(scope, receive, send)
            return
        session, _, name = self._gate.path(scope).removeprefix(UPLOAD).partition("/")
        address = address_of(scope)
        with self._gate.uploading.one(address, session) as room:
            if not room or self._gate.uploaded.no_room(session, address):
                await _say(send, 429, TOO_MANY_FILES)
            elif _announced(scope) > LARGEST_BODY:
                await _say(send, 413, TOO_LARGE)
            else:
                self._gate.uploaded.sent(session, name, address)
                async with asyncio.timeout(UPLOAD_PATIENCE):
                    await self._app(scope, _no_longer_than(LARGEST_BODY, receive), _closing_where_refused(send))


class Session:
    """One browser's connection: what it may say, and when."""

    def __init__(self, gate: Gate, address: str, receive: Receive, send: Send):
        self._gate, self._address, self._receive, self._send = gate, address, receive, send
        self._pace = Pace(MESSAGES)
        self._taken = asyncio.Event()
        self._taken.set()

    async def receive(self) -> Message:
        """Return the next message that passes.

        While it waits its turn, and while the browser does not take what it was sent before, nothing more is read:
        the network holds the rest back.
        """
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive":
                return message
            try:
                verdict = message_verdict(message.get("bytes"), self._no_room)
            except BadMessageError as error:
                await self._send({"type": "websocket.close", "code": error.code})
                return {"type": "websocket.disconnect", "code": error.code}
            await self._gate.turn(self._pace, self._address, verdict.cost)
            while not self._taken.is_set():
                await self._taken.wait()
            if verdict.passes:
                return message
            if verdict.answer is not None:
                await self.send({"type": "websocket.send", "bytes": verdict.answer})

    def _no_room(self, session: str) -> bool:
        return self._gate.uploaded.no_room(session, self._address)

    async def send(self, message: Message) -> None:
        """Send a message, and remember while it is not taken."""
        self._taken.clear()
        try:
            await self._send(message)
        finally:
            self._taken.set()


def address_of(scope: Scope) -> str:
    """Return the network address that a request came from."""
    client = scope.get("client")
    return network_of(client[0]) if client else ""


def _announced(scope: Scope) -> int:
    """Return how long the body of a request says it is; 0 where it does not, or says nonsense."""
    said = dict(scope["headers"]).get(b"content-length", b"")
    return int(said[:12]) if said.isdigit() else 0


def _no_longer_than(most: int, receive: Receive) -> Receive:
    """Return a way to read the body of a request that ends where it gets too long."""
    from starlette.exceptions import HTTPException

    read = 0

    async def receive_more() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        if read > most:
            raise HTTPException(413, TOO_LARGE)
        return message

    return receive_more


def _with_headers(send: Send) -> Send:
    """Return a way to answer with the headers that keep a browser here."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *HEADERS]
        await send(message)

    return send_with_headers


def _closing_where_refused(send: Send) -> Send:
    """Return a way to answer that closes the connection with a refusal, so that the rest is not even read."""

    async def send_and_close(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] >= 400:
            message["headers"] = [*message.get("headers", ()), CLOSE]
        await send(message)

    return send_and_close


async def _say(send: Send, status: int, words: str) -> None:
    """Answer a request in words, and read nothing of it."""
    body = words.encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, CLOSE]})
    await send({"type": "http.response.body", "body": body})


async def _turn_away(send: Send, status: int, words: str) -> None:
    """Answer a browser that asks for a connection, without opening one."""
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": words.encode()})
