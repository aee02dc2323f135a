"""What is left behind by processes that were killed: found by its lock, which the system takes away with its holder.

A file or folder that is being made is locked as long as its maker lives. Whoever makes one of the same name, or opens
the same store, deletes those that nobody holds any more.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

UNLOCKABLE = 86_400.0
"""Seconds after which something is taken to be left behind where the system has no locks."""
JUST_MADE = 10.0
"""Seconds for which something may be there and not yet be locked."""
TEMPORARY = "middleman-locked-"
"""Begins the names of temporary folders that are locked while they are in use."""


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a file or folder, so that nobody takes it for left behind."""
    handle = _lock(path)
    try:
        yield
    finally:
        if handle is not None:
            os.close(handle)


def _lock(path: Path) -> int | None:
    """Return the open file that holds a lock; None where there are none: there, age tells."""
    try:
        import fcntl
    except ImportError:  # Windows
        return None
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    with suppress(OSError):
        fcntl.flock(handle, fcntl.LOCK_SH)
    return handle


def is_abandoned(path: Path) -> bool:
    """Tell whether nobody holds a file or folder any more."""
    try:
        import fcntl

        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except ImportError:
        return _is_old(path)
    except OSError:  # it is gone, a link, or somebody else's
        return False
    try:
        if time.time() - os.fstat(handle).st_mtime < JUST_MADE:
            return False
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False
    except OSError:  # a disk without locks
        return _is_old(path)
    finally:
        os.close(handle)


def _is_old(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime > UNLOCKABLE
    except OSError:
        return False


def hidden_name(target: Path, mark: str, ending: str) -> Path:
    """Return the name beside ``target`` of what will take its place (``partial``) or had it (``replaced``)."""
    return target.with_name(f".{target.name[:60]}.{mark}.{ending}")


def remove_orphans(target: Path) -> None:
    """Delete what earlier makers of ``target`` left beside it when they were killed.

    A maker killed between putting the old folder aside and the new one in its place leaves neither there: then the old
    one is put back.
    """
    put_back(target)
    for path in _left_beside(target.parent, re.escape(target.name[:60])):
        _remove(path)


def put_back(target: Path) -> None:
    """Give a folder its name back if the process replacing it was killed between the two steps."""
    if os.path.lexists(target):
        return
    for path in _left_beside(target.parent, re.escape(target.name[:60])):
        if path.name.endswith(".replaced"):
            with suppress(OSError):
                path.rename(target)
                return


def remove_orphans_in(folders: Iterable[Path]) -> None:
    """Delete everything that killed makers left in some folders."""
    for folder in folders:
        for path in _left_beside(folder, ".*"):
            _remove(path)


def _left_beside(folder: Path, name: str) -> list[Path]:
    """Return what lies in a folder under a hidden name for ``name``, a pattern, and is held by nobody."""
    pattern = re.compile(rf"\.{name}\.[0-9a-f]{{8}}\.(partial|replaced)")
    try:
        found = [folder / name for name in os.listdir(folder) if pattern.fullmatch(name)]
    except OSError:
        return []
    return [path for path in found if is_abandoned(path)]


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def temporary_folder() -> tuple[Path, Callable[[], None]]:
    """Return a new folder for this user alone, and what deletes it in the end.

    Folders of processes that were killed are deleted on the way.
    """
    remove_abandoned_folders()
    folder = Path(tempfile.mkdtemp(prefix=TEMPORARY))
    return folder, partial(_end, folder, _lock(folder))


def _end(folder: Path, handle: int | None) -> None:
    try:
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        if handle is not None:
            os.close(handle)


def remove_abandoned_folders() -> None:
    """Delete this user's temporary folders that nobody holds any more."""
    with suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for entry in entries:
            with suppress(OSError):  # somebody else was faster
                _remove_if_abandoned(entry)


def _remove_if_abandoned(entry: os.DirEntry[str]) -> None:
    if entry.name.startswith(TEMPORARY) and entry.is_dir(follow_symlinks=False):
        own = not hasattr(os, "geteuid") or entry.stat(follow_symlinks=False).st_uid == os.geteuid()
        if own and is_abandoned(Path(entry.path)):
            shutil.rmtree(entry.path, ignore_errors=True)
