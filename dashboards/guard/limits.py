"""How much one visitor, one network address and all together may cost the server.

A visitor is a session: one tab of a browser. A whole class may sit behind one address, so an address may have most of
what there is, but never all: some is left for those who come from elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.tables.uploads import LARGEST_UPLOAD, MOST_FILES


@dataclass(frozen=True)
class Limit:
    """How much of something there may be at a time.

    Attributes:
        visitor: for one session; 0: not counted.
        address: for one network address.
        everybody: in all.
    """

    visitor: int
    address: int
    everybody: int


@dataclass(frozen=True)
class Rate:
    """How often something may happen.

    Attributes:
        often: times a second, for as long as anybody likes.
        at_once: times without waiting, after a rest.
    """

    often: float
    at_once: float


SESSIONS = Limit(visitor=0, address=250, everybody=400)
"""Open tabs: two for each of a class of 100, and some."""
CONNECTIONS = Limit(visitor=0, address=1000, everybody=1600)
"""Open connections: a browser opens six to load a page, and one for each tab."""
UPLOADING = Limit(visitor=4, address=40, everybody=60)
"""Uploads under way."""
FILES = Limit(visitor=4 * MOST_FILES, address=1500, everybody=2000)
"""Uploaded files that sessions hold."""
BYTES = Limit(visitor=8 * MOST_FILES * LARGEST_UPLOAD, address=60_000_000, everybody=100_000_000)
"""Bytes of those files."""
LARGEST_BODY = 1_100_000
"""Bytes of an upload. What is larger than ``LARGEST_UPLOAD``, and not larger than this, is refused in words."""

MESSAGES = Rate(often=15, at_once=60)
"""Messages of one session. A page that waits asks four times a second; a slider that is dragged, as often again."""
MESSAGES_OF_ADDRESS = Rate(often=60, at_once=400)
MESSAGES_OF_ALL = Rate(often=80, at_once=600)
"""A page takes 10 to 30 ms of one core, so the server cannot serve more than these anyway."""
ARRIVALS = Rate(often=10, at_once=150)
"""New sessions of one address: a class may come in at once, and again after a break."""
LARGEST_MESSAGE = 200_000
"""Bytes of a message; a long link, with every part of a page that a browser holds, has 30 000."""
MOST_NAMES = 10
"""Files that a message may announce."""

REQUEST_PATIENCE, UPLOAD_PATIENCE, FIRST_PATIENCE = 60.0, 30.0, 10.0
"""Seconds that an answer, an upload, and the first line of a request may take."""
