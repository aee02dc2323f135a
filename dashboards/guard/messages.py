"""Which messages of a browser reach the dashboard, and what they count.

Streamlit's own protocol lets any visitor empty everybody's caches, change how the server runs, ask where its sources
are, or have files installed on its machine. The pages need four kinds of message; no other passes.
"""

from __future__ import annotations

from google.protobuf.message import DecodeError
from streamlit.proto.BackMsg_pb2 import BackMsg

from guard.limits import LARGEST_MESSAGE, MOST_NAMES

COSTS = {"rerun_script": 1.0, "stop_script": 1.0, "file_urls_request": 1.0, "backend_operation_request": 10.0}
"""What passes, and how many reruns it counts as: a download is made when it is asked for."""
REFUSED = 1.0
"""What a message counts that does not pass, so that nobody is asked to read a thousand of them."""
TOO_LARGE, NOT_OURS = 1009, 1002
"""Codes with which a connection is closed (RFC 6455): a message too big, and none of the protocol."""


class BadMessageError(Exception):
    """A message that no browser with the dashboard's page sends; the connection is closed.

    Attributes:
        code: with which.
    """

    def __init__(self, code: int):
        super().__init__(f"closed with {code}")
        self.code = code


def message_verdict(data: bytes | None) -> tuple[bool, float]:
    """Return whether a message passes, and what it counts.

    Args:
        data: its bytes; None where it is text, which the protocol does not have.

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
    passes = kind in COSTS
    if kind == "backend_operation_request":
        passes = message.backend_operation_request.WhichOneof("payload") == "deferred_file"
    elif kind == "file_urls_request":
        passes = len(message.file_urls_request.file_names) <= MOST_NAMES
    return passes, COSTS[kind] if passes else REFUSED
