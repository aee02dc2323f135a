"""A student without a browser: what a page of the dashboard says over its websocket, and what one may answer.

Speaks the protocol of Streamlit's own browser side (BackMsg and ForwardMsg), so that a hundred fit on one machine.
"""

from __future__ import annotations

import asyncio
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlparse

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

TEXTS = ("markdown", "heading", "alert", "text", "progress")


@dataclass
class Student:
    """One visitor.

    Attributes:
        address: of the server: ``http://localhost:8501``.
        elements: what the page shows, by its place on the page.
        runs: how many times the whole page was drawn.
        trouble: messages of the server that a student should never see.
        cookie: that the browser has.
    """

    address: str
    elements: dict[tuple[int, ...], Any] = field(default_factory=dict)
    runs: int = 0
    trouble: list[str] = field(default_factory=list)
    query: str = ""
    page: str = ""
    finished: bool = True
    bytes: int = 0
    session: str = ""
    cookie: str = ""

    async def open(self, path: str, query: str) -> None:
        """Open a page by its link."""
        url = urlparse(self.address)
        self._socket = await websockets.connect(
            f"ws://{url.netloc}/_stcore/stream",
            subprotocols=["streamlit"],
            additional_headers={"Cookie": self.cookie} if self.cookie else None,
            max_size=None,
            open_timeout=60,
        )
        self._changed = asyncio.Event()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._drawn: dict[tuple[int, ...], Any] = {}
        self._asked: set[str] = set()
        self._hash = ""
        self._kept: dict[str, tuple[Any, int]] = {}
        self._oldest = 0
        self._places: list[Any] = []
        self._reader = asyncio.create_task(self._read())
        self.page, self.query = path, query
        await self.rerun()

    async def close(self) -> None:
        """Leave without a word, as one who closes the lid."""
        for task in [self._reader, *self._tasks.values()]:
            task.cancel()
        await self._socket.close()

    async def rerun(self, fragment: str = "", **widget: Any) -> None:
        """Ask for the page, or a part of it, again; ``widget``: its id, and its value under the protocol's name."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string = self.query
        state.page_name = self.page
        state.page_script_hash = self._hash
        state.cached_message_hashes.extend(self._kept)
        if fragment:
            state.fragment_id, state.is_auto_rerun = fragment, True
        else:
            self.finished = False
        if widget:
            changed = state.widget_states.widgets.add(id=widget.pop("id"))
            for name, value in widget.items():
                if isinstance(value, list):
                    getattr(changed, name).data.extend(value)
                else:
                    setattr(changed, name, value)
        await self._socket.send(message.SerializeToString())

    async def say(self, message: BackMsg) -> None:
        """Send any message."""
        await self._socket.send(message.SerializeToString())

    async def upload(self, label: str, name: str, content: bytes, patience: float = 30) -> None:
        """Choose a file in the upload form whose label begins so, as a browser does: ask where to, send it, say so."""
        message, self._places = BackMsg(), []
        message.file_urls_request.request_id = name
        message.file_urls_request.session_id = self.session
        message.file_urls_request.file_names.append(name)
        await self.say(message)
        await self.until(lambda seen: bool(seen._places), patience)
        (place,) = self._places
        status = await asyncio.to_thread(sent, self.address, place.upload_url, name, content)
        assert status == 204, status
        form, message = self.widget("file_uploader", label), BackMsg()
        state = message.rerun_script
        state.query_string, state.page_name, state.page_script_hash = self.query, self.page, self._hash
        changed = state.widget_states.widgets.add(id=form.id)
        info = changed.file_uploader_state_value.uploaded_file_info.add(
            name=name, size=len(content), file_id=place.file_id
        )
        info.file_urls.CopyFrom(place)
        self.finished = False
        await self.say(message)

    async def until(self, seen: Callable[[Student], bool], patience: float) -> float:
        """Wait until the page is as it should be, and return how many seconds that took."""
        begun = time.perf_counter()
        while not seen(self):
            left = patience - (time.perf_counter() - begun)
            if left <= 0:
                raise TimeoutError(f"after {patience:.0f} s the page says: {' | '.join(self.texts())[:400]}")
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), left)
            except TimeoutError:
                continue
        return time.perf_counter() - begun

    def texts(self) -> Iterator[str]:
        """Yield what the page says."""
        for element in list(self.elements.values()):
            kind = element.WhichOneof("type")
            if kind in TEXTS:
                found = getattr(element, kind)
                yield str(getattr(found, "body", "") or getattr(found, "text", "")).replace("\\", "")

    def says(self, words: str) -> bool:
        """Tell whether words stand on the page."""
        return any(words in text for text in self.texts())

    def count(self, kind: str) -> int:
        """Return how many elements of a kind the page has."""
        return sum(each.WhichOneof("type") == kind for each in list(self.elements.values()))

    def widget(self, kind: str, label: str) -> Any:
        """Return a widget by its kind and the beginning of its label."""
        for each in list(self.elements.values()):
            if each.WhichOneof("type") == kind:
                found = getattr(each, kind)
                if found.label.replace("\\", "").startswith(label):
                    return found
        raise LookupError(f"no {kind} {label}")

    async def _read(self) -> None:
        try:
            async for data in self._socket:
                self.bytes += len(data)
                self._take(self._whole(ForwardMsg.FromString(data)))
                self._changed.set()
        except websockets.ConnectionClosed as error:
            self.trouble.append(f"connection lost: {error}")
            self._changed.set()

    def _whole(self, message: ForwardMsg) -> ForwardMsg:
        """Return a message as it was sent first, where the server has sent its hash only; keep large ones a while.

        As a browser does, which names in each request what it still has.
        """
        if message.WhichOneof("type") == "ref_hash":
            told, (message, _) = message.metadata, self._kept[message.ref_hash]
            message.metadata.CopyFrom(told)
            self._kept[message.hash] = (message, self.runs)
        elif message.metadata.cacheable:
            self._kept.setdefault(message.hash, (message, self.runs))
        return message

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.session = message.new_session.initialize.session_id or self.session
            self._drawn, self._asked = {}, set()
            self._oldest = message.new_session.config.max_cached_message_age or self._oldest
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            self.elements[tuple(message.metadata.delta_path)] = element
            self._drawn[tuple(message.metadata.delta_path)] = element
            if element.WhichOneof("type") == "exception":
                self.trouble.append(element.exception.message)
        elif kind == "file_urls_response":
            self._places = list(message.file_urls_response.file_urls)
        elif kind == "navigation":
            self._hash = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "auto_rerun":
            self._ask_again(message.auto_rerun.fragment_id, message.auto_rerun.interval)
        elif kind == "page_not_found":
            self.trouble.append("page not found")
        elif kind == "script_finished" and message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
            self.elements = self._drawn  # what was there before and was not drawn again is gone
            for fragment in set(self._tasks) - self._asked:
                self._tasks.pop(fragment).cancel()
            self.runs += 1
            self._kept = {key: kept for key, kept in self._kept.items() if self.runs - kept[1] <= self._oldest}
            self.finished = True

    def _ask_again(self, fragment: str, interval: float) -> None:
        """Ask for a part of the page every so often, as the page has told to."""

        async def again() -> None:
            while True:
                await asyncio.sleep(interval)
                await self.rerun(fragment)

        self._asked.add(fragment)
        if fragment in self._tasks:
            self._tasks.pop(fragment).cancel()
        self._tasks[fragment] = asyncio.create_task(again())


def sent(address: str, path: str, name: str, content: bytes, method: str = "PUT") -> int:
    """Send a file as a browser's form does, and return the status of the answer."""
    with urllib.request.urlopen(f"{address}/_stcore/health", timeout=30) as answer:
        cookie = answer.headers["set-cookie"].partition(";")[0]
    mark = "end-of-part"
    head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    body = head.encode() + content + f"\r\n--{mark}--\r\n".encode()
    headers = {
        "Cookie": cookie,
        "X-Xsrftoken": cookie.partition("=")[2],
        "Content-Type": f"multipart/form-data; boundary={mark}",
    }
    request = urllib.request.Request(f"{address}{path}", body, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
