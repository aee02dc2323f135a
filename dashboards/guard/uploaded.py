"""What sessions have uploaded, and whether there is room for more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from guard.limits import BYTES, FILES, LARGEST_BODY

Stored = Mapping[str, Mapping[str, Any]]
"""Uploaded files by session and name; each has ``data``."""


class Uploaded:
    """Counts the files that sessions hold, as they are: a session that ends takes its files along.

    Args:
        stored: returns what is there.
    """

    def __init__(self, stored: Callable[[], Stored]):
        self._stored = stored
        self._from: dict[tuple[str, str], str] = {}

    def no_room(self, session: str, address: str) -> bool:
        """Tell whether one more file, as large as may be, could be too much."""
        stored = {each: dict(files) for each, files in list(self._stored().items())}
        self._from = {key: where for key, where in self._from.items() if key[1] in stored.get(key[0], {})}
        all_files = [(each, name, len(file.data)) for each, files in stored.items() for name, file in files.items()]
        own = [size for each, _, size in all_files if each == session]
        near = [size for each, name, size in all_files if self._from.get((each, name)) == address]
        everybody = [size for _, _, size in all_files]
        return any(
            len(sizes) >= files or sum(sizes) + LARGEST_BODY > most
            for sizes, files, most in (
                (own, FILES.visitor, BYTES.visitor),
                (near, FILES.address, BYTES.address),
                (everybody, FILES.everybody, BYTES.everybody),
            )
        )

    def sent(self, session: str, name: str, address: str) -> None:
        """Remember where a file came from."""
        self._from[session, name] = address


def in_streamlit() -> Stored:
    """Return the files that Streamlit holds."""
    from streamlit.runtime import get_instance

    stored: Stored = get_instance().uploaded_file_mgr.file_storage  # type: ignore[attr-defined]
    return stored
