"""What a power cut takes: content that was not flushed, and names in folders that were not.

The worst a disk may do within POSIX: nothing reaches it before ``fsync`` of the file, no name before ``fsync`` of its
folder. What is deleted or renamed over is kept aside until then, so that it can come back.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import NamedTuple, TypeAlias

Identity: TypeAlias = tuple[int, int]
"""Device and number of a file: it keeps them when it gets another name."""


class Change(NamedTuple):
    """A change of names that no disk knows yet.

    Attributes:
        kind: create, mkdir, delete or move.
        folders: whose lists of names it changes, and which are not flushed, as ``_identity`` knows them.
        place: what was made, deleted or moved to.
        old: where it was, if it was moved.
        aside: what was there before, kept; None where nothing was.
    """

    kind: str
    folders: set[Identity]
    place: Path
    old: Path | None = None
    aside: Path | None = None


class Unsynced:
    """Changes below a folder that a power cut would take back."""

    def __init__(self, root: Path):
        self._root = root
        self._dirty: set[Identity] = set()
        self._changes: list[Change] = []
        self._limbo = Path(tempfile.mkdtemp(prefix="power-cut-", dir=root.parent))

    def close(self) -> None:
        """Delete what was kept aside."""
        shutil.rmtree(self._limbo, ignore_errors=True)

    def create(self, place: Path) -> None:
        """Note that a file is opened to write; whether it is new is seen here."""
        if not os.path.lexists(place):
            self._changes.append(Change("create", _folders(place), place))

    def write(self, place: Path) -> None:
        """Note that a file has content that no disk knows."""
        self._dirty.add(_identity(place))

    def change(self, kind: str, place: Path) -> None:
        """Note that a folder is made, or something is deleted."""
        self._changes.append(
            Change(kind, _folders(place), place, None, self._kept(place) if kind == "delete" else None)
        )

    def move(self, old: Path, place: Path) -> None:
        """Note that something gets another name."""
        self._changes.append(Change("move", _folders(old, place), place, old, self._kept(place)))

    def synced(self, place: Path) -> None:
        """Note that a file's content, or a folder's list of names, is on the disk."""
        if not place.is_dir():
            self._dirty.discard(_identity(place))
            return
        for change in self._changes:
            change.folders.discard(_identity(place))
        known = [change for change in self._changes if not change.folders]
        self._changes = [change for change in self._changes if change.folders]
        for moved in known:
            if moved.old is not None:
                self._changes = [_elsewhere(change, moved.old, moved.place) for change in self._changes]

    def lose(self, *, names: bool) -> None:
        """Take back what no disk knows: content first, then ``names``, the latest first."""
        for path in [self._root, *self._root.rglob("*"), *self._limbo.rglob("*")]:
            if path.is_file() and not path.is_symlink() and _identity(path) in self._dirty:
                os.truncate(path, path.stat().st_size // 2)
        for change in reversed(self._changes if names else []):
            self._undo(change)

    def _undo(self, change: Change) -> None:
        if change.kind in ("create", "mkdir") and change.place.exists():
            _delete(change.place)
        elif change.kind == "delete" and change.aside is not None and not change.place.exists():
            _put_back(change.aside, change.place)
        elif change.kind == "move" and change.old is not None and change.place.exists():
            change.place.rename(change.old)
            if change.aside is not None:
                _put_back(change.aside, change.place)

    def _kept(self, place: Path) -> Path | None:
        """Keep what is at a place under another name."""
        if not os.path.lexists(place):
            return None
        aside = self._limbo / str(len(list(self._limbo.iterdir())))
        if place.is_dir():
            aside.mkdir()
        else:
            os.link(place, aside, follow_symlinks=False)
        return aside


def _identity(path: Path) -> Identity:
    status = path.stat()
    return status.st_dev, status.st_ino


def _folders(*places: Path) -> set[Identity]:
    """Return the folders that list some places."""
    return {_identity(place.parent) for place in places if place.parent.exists()}


def _elsewhere(change: Change, old: Path, new: Path) -> Change:
    """Return a change below a folder that has another name now."""
    if not change.place.is_relative_to(old):
        return change
    return change._replace(place=new / change.place.relative_to(old))


def _delete(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()


def _put_back(aside: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    aside.rename(place)
