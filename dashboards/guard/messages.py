"""Which messages of a browser reach the dashboard, and what they count.

Streamlit's own protocol lets any visitor empty everybody's caches, change how the server runs, ask where its sources
are, or have files installed on its machine. The pages need four kinds of message; no other passes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from guard.limits import LARGEST_MESSAGE, MOST_NAMES

COSTS = {"rerun_script": 1.0, "stop_script": 1.0, "file_urls_request": 1.0, "backend_operation_request": 10.0}
"""What passes, and how many reruns it counts as: a download is made when it is asked for."""
DOWNLOAD = "deferred_file"
REFUSED = 1.0
"""What a message counts that does not pass, so that nobody is asked to read a thousand of them."""
TOO_LARGE, NOT_OURS = 1009, 1002
"""Codes with which a connection is closed (RFC 6455): a message too big, and none of the protocol."""


TOO_MANY_FILES = "There are too many uploaded files on this server. Remove some, or try again in some minutes."
TOO_MANY_NAMES = f"Choose up to {MOST_NAMES} files at a time."


class MessageVerdict(NamedTuple):
    """What becomes of a message: whether it passes, what it counts, and what is answered in place of Streamlit."""

    passes: bool
    cost: float = REFUSED
    answer: bytes | None = None


class BadMessageError(Exception):
    """A message that no browser with the dashboard's page sends; the connection is closed.

    Attributes:
        code: with which.
    """

    def __init__(self, code: int):
        super().__init__(f"closed with {code}")
        self.code = code


def message_verdict(data: bytes | None, no_room: Callable[[str], bool] | None = None) -> MessageVerdict:
    """Return what becomes of a message.

    Args:
        data: its bytes; None where it is text, which the protocol does not have.
        no_room: tells whether a session may not upload anything more; None: all may.

    Raises:
        BadMessageError: where the connection is to be closed.
    """
    if data is None:
        raise BadMessageError(NOT_OURS)
    if len(data) > LARGEST_MESSAGE:
        raise BadMessageError(TOO_LARGE)
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except DecodeError:
        raise BadMessageError(NOT_OURS) from None
    kind = message.WhichOneof("type") or ""
    if kind not in COSTS:
        return MessageVerdict(False)
    if kind == "backend_operation_request" and message.backend_operation_request.WhichOneof("payload") != DOWNLOAD:
        return MessageVerdict(False)
    if kind == "file_urls_request":
        asked = message.file_urls_request
        if len(asked.file_names) > MOST_NAMES:
            return MessageVerdict(False, answer=_no_place(asked.request_id, TOO_MANY_NAMES))
        if no_room is not None and no_room(asked.session_id):
            return MessageVerdict(False, answer=_no_place(asked.request_id, TOO_MANY_FILES))
    return MessageVerdict(True, COSTS[kind])


def _no_place(request: str, words: str) -> bytes:
    """Return the answer to a browser that asks where to put files: the upload form shows the words beside them."""
    answer = ForwardMsg()
    answer.file_urls_response.response_id = request
    answer.file_urls_response.error_msg = words
    return answer.SerializeToString()
