"""Reading files that were found: nothing is known of them, not even that they are files.

A name may stand for a folder, a device that never ends, or a pipe that nobody writes to; a file may be larger than
memory, or nested so deeply that a reader gives up. All of that is an error like any other of the system's.
"""

from __future__ import annotations

import errno
import json
import os
import stat
from collections.abc import Callable, Iterable
from io import BufferedReader
from pathlib import Path
from typing import Any

LARGEST_TEXT = 64_000_000
"""Bytes of the largest JSON file that is read: the plan of a sweep of a million points."""
WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


class UnfitFileError(OSError):
    """Something that is no regular file, or a file that is too large."""


def open_found(path: str | Path, most: int | None = None) -> BufferedReader:
    """Open a regular file to read, of ``most`` bytes if that is said; links are followed. Raises OSError."""
    _refuse_unfit(os.stat(path), path, most)  # first, because to open some devices is to change them
    handle = os.open(path, os.O_RDONLY | WITHOUT_WAITING)
    try:
        _refuse_unfit(os.fstat(handle), path, most)
    except OSError:
        os.close(handle)
        raise
    return os.fdopen(handle, "rb")


def read_found(path: str | Path, most: int = LARGEST_TEXT) -> bytes:
    """Return the content of a regular file of ``most`` bytes. Raises OSError."""
    with open_found(path, most) as file:
        content = file.read(most + 1)
    if len(content) > most:  # it has grown meanwhile
        raise _too_large(path, most)
    return content


def json_in(content: bytes | str) -> Any:
    """Return what JSON says. Raises ValueError where it is none, or is nested deeper than it can be read."""
    try:
        return json.loads(content)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def refuse_special(path: Path, but: Iterable[Callable[[int], bool]] = ()) -> None:
    """Make sure that there is a regular file or nothing, so that it may be replaced; ``but`` says what else may be.

    Raises UnfitFileError: replacing /dev/null as the superuser would break the system.
    """
    try:
        mode = path.lstat().st_mode
    except OSError:
        return
    if not any(is_so(mode) for is_so in (stat.S_ISREG, *but)):
        raise UnfitFileError(errno.EINVAL, "what is there is not a regular file", str(path))


def _refuse_unfit(status: os.stat_result, path: str | Path, most: int | None) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise UnfitFileError(errno.EISDIR, "it is a folder", str(path))
    if not stat.S_ISREG(status.st_mode):
        raise UnfitFileError(errno.EINVAL, "it is not a regular file", str(path))
    if most is not None and status.st_size > most:
        raise _too_large(path, most)


def _too_large(path: str | Path, most: int) -> UnfitFileError:
    return UnfitFileError(errno.EFBIG, f"it is larger than {most / 1e6:g} MB", str(path))
