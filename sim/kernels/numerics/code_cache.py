"""The folder of compiled code: where it is, whose code is run, and how damage is noticed.

Loading compiled code is running it, and numba keeps it as pickles, which run on reading as well. So code is loaded only
from a folder that nobody else can write, and only if it is, to the last bit, what was once saved. Everything else is
compiled again; what is wrong with a folder of code is never a reason to stop.
"""

from __future__ import annotations

import functools
import hashlib
import os
import pickle
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from numba.core import caching

FOLDERS = "kernels-"
"""Begins the name of a folder of code; a fingerprint of the source follows."""
COMPILED = "compiled"
"""Name of the marker that says that the code of a whole day is there."""
MOST_FOLDERS, UNUSED = 32, 86_400.0
"""Folders kept, some 5 MB each. With more, those are deleted that nobody has used for so many seconds."""
CHECKSUM = hashlib.sha256().digest_size
NOBODY = 65_534
"""Owner shown inside a container for files of users that it does not know, such as root outside."""


def user_cache_folder() -> Path:
    """The user's folder for compiled code: NUMBA_CACHE_DIR, else XDG_CACHE_HOME, else ~/.cache."""
    chosen = os.environ.get("NUMBA_CACHE_DIR")
    if chosen:
        return Path(chosen)
    caches = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(caches) if caches else Path("~/.cache").expanduser()) / "middleman"
    except RuntimeError:  # a user without a home
        return Path("/nonexistent")


def chosen_folder(fingerprint: str) -> tuple[Path | None, str]:
    """Return the folder for the code of a source, and why it is not in the user's cache, empty if it is.

    A temporary folder takes its place if that cannot be used; None if there is no room for one either.
    """
    folder = user_cache_folder() / f"{FOLDERS}{fingerprint}"
    try:
        fresh = not folder.exists()
        why = unusable(folder)
        if not why:
            folder = folder.resolve()
            os.utime(folder)  # the day of its last use
            if fresh:
                remove_unused(folder.parent)
            return folder, ""
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: a link that leads to itself
        why = f"{folder.parent} cannot be used ({getattr(error, 'strerror', None) or error})"
    try:
        return Path(locked_folder().name) / folder.name, why
    except OSError:
        return None, why


def unusable(folder: Path) -> str:
    """Create a folder of code if necessary, and return why it cannot be used, empty if it can. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    real = folder.resolve()
    why = distrusted(real)
    with os.scandir(real) as entries:
        if not why and any(_is_out_of_place(entry) for entry in entries):
            why = f"{real} is damaged; delete it"
    if not why:
        with tempfile.TemporaryFile(dir=real):  # permissions alone do not tell for root or a read-only disk
            pass
    return why


def distrusted(folder: Path) -> str:
    """Return why others might have placed code in a folder, empty if they cannot have.

    All folders above it count up to the first that is not this user's: who can write one of them can exchange what is
    below. There, the system is trusted, and the rule of /tmp, by which nobody can rename what is not theirs.
    """
    if not hasattr(os, "geteuid"):
        return ""
    own = os.geteuid()
    for place in (folder, *folder.parents):
        status = place.stat()
        others_write = status.st_mode & stat.S_IWOTH or (
            status.st_mode & stat.S_IWGRP and status.st_gid != status.st_uid  # a group of one bears its user's number
        )
        if others_write and (place == folder or not status.st_mode & stat.S_ISVTX):
            return f"{place} can be written by others"
        if status.st_uid != own:
            known = place != folder and status.st_uid in (0, NOBODY)
            return "" if known else f"{place} belongs to another user"
    return ""


def _is_out_of_place(entry: os.DirEntry[str]) -> bool:
    """Tell whether an entry is neither the marker nor one of numba's folders."""
    expected = stat.S_ISREG if entry.name == COMPILED else stat.S_ISDIR
    return not expected(entry.stat(follow_symlinks=False).st_mode)


def remove_unused(folder: Path) -> None:
    """Delete folders of code that are many and were not used for long: every change of the source makes a new one."""
    with suppress(OSError):
        found = [(path.stat().st_mtime, path) for path in folder.glob(f"{FOLDERS}*")]
        for used, path in sorted(found, reverse=True)[MOST_FOLDERS:]:
            if time.time() - used > UNUSED:
                shutil.rmtree(path, ignore_errors=True)


@functools.cache
def locked_folder() -> tempfile.TemporaryDirectory[str]:
    """A temporary folder for this process. Its name cannot be guessed, so nobody else can place code in it."""
    folder = tempfile.TemporaryDirectory(prefix="middleman-locked-")
    with suppress(ImportError, OSError):
        import fcntl  # not on Windows

        # Held as long as this process lives: who finds the folder unlocked may delete it.
        fcntl.flock(os.open(folder.name, os.O_RDONLY), fcntl.LOCK_SH)
    return folder


class CheckedCache(caching.FunctionCache):
    """numba's cache of a function, which compiles again where it finds damage, and goes on where it cannot save."""

    def __init__(self, function: Any) -> None:
        super().__init__(function)
        stamp = self._impl.locator.get_source_stamp()
        self._cache_file = CheckedFiles(self._cache_path, self._impl.filename_base, stamp)

    @contextmanager
    def _guard_against_spurious_io_errors(self) -> Iterator[None]:
        with suppress(OSError):
            yield


class CheckedFiles(caching.IndexDataCacheFile):
    """numba's index and data files, each with a checksum in front, which is verified before anything is unpickled."""

    def _load_index(self) -> dict[Any, str]:
        found = self._load_data(self._index_path)
        known = found is not None and found[:2] == (self._version, self._source_stamp)
        return found[2] if known else {}

    def _save_index(self, overloads: dict[Any, str]) -> None:
        self._save_data(self._index_path, (self._version, self._source_stamp, overloads))

    def _load_data(self, name: str) -> Any:
        """Return what was saved under a name; None if that is not there, or is not what was saved."""
        try:
            content = Path(self._data_path(name)).read_bytes()
        except OSError:
            return None
        data = content[CHECKSUM:]
        return pickle.loads(data) if hashlib.sha256(data).digest() == content[:CHECKSUM] else None

    def _save_data(self, name: str, data: Any) -> None:
        pickled = self._dump(data)
        handle, partial = tempfile.mkstemp(suffix=".partial", dir=self._cache_path)  # for nobody else to read
        try:
            with open(handle, "wb") as file:
                file.write(hashlib.sha256(pickled).digest() + pickled)
            os.replace(partial, self._data_path(name))
        except BaseException:
            with suppress(OSError):
                os.unlink(partial)
            raise
