"""Walk through all points of a story, with one kind of fault at each in turn, and say where it was mishandled."""

from __future__ import annotations

import gc
import os
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.disk import ENDINGS, Disk, Fault, Killed
from tests.faults.stories import REFUSED, Story, temporary_below

HOUR = 3600.0
LEFT_OVER = re.compile(r".*\.(partial|replaced)|middleman-locked-.*|tmp.*")
ONLY_LOOKED_AT = ("set-aside",)
"""Folders whose content may differ afterwards: what was found damaged."""


@dataclass
class Walked:
    """What came of a walk.

    Attributes:
        story, kind: what was done, and which fault was in it.
        points: how many operations there were, each of which had the fault.
        operations: how many of each kind.
        mishandled: number of the operation, its kind, and what was wrong.
    """

    story: str
    kind: str
    points: int = 0
    operations: Counter[str] = field(default_factory=Counter)
    mishandled: list[tuple[int, str, str]] = field(default_factory=list)


def walk(story: Story, kind: str, *, every: int = 1) -> Walked:
    """Play a story with a fault at its first, second, ... last operation, or at each ``every``-th."""
    found = Walked(story.name, kind)
    with new_folder() as place, _little_to_collect():
        (place / "before").mkdir()
        with temporary_below(place / "before"):
            story.prepare(place / "before")
        _age(place / "before")
        raised, disk, whole = played(story, place, Fault())
        assert raised is None, f"it fails without a fault: {raised!r}"
        right = tree(disk.root)
        found.operations = Counter(disk.done)
        for number in range(0, len(disk.done), every):
            found.points += 1
            wrong = _wrong_at(story, place, kind, number, whole, right)
            if wrong:
                found.mishandled.append((number, disk.done[number], wrong))
    return found


@contextmanager
def new_folder() -> Iterator[Path]:
    """Yield a folder that is deleted afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder).resolve()


def played(story: Story, place: Path, fault: Fault) -> tuple[BaseException | None, Disk, Any]:
    """Play a story in a fresh copy of what was there before, with a fault in it."""
    root = place / "now"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(place / "before", root, symlinks=True)
    _age(root)
    disk, files, found, raised = Disk(root, fault), open_files(), None, None
    fault.meanwhile = lambda: story.play(root)
    with temporary_below(root), disk.between(), _nobody_listens():
        try:
            found = story.play(root)
        except (Exception, Killed) as error:
            raised = error.with_traceback(None)
            raised.__context__ = raised.__cause__ = None
        gc.collect()
    disk.unsynced.close()
    if disk.dead:
        found, raised = None, Killed()
        for handle in open_files() - files:
            with suppress(OSError):
                os.close(handle)
    return raised, disk, found


def _wrong_at(story: Story, place: Path, kind: str, number: int, whole: Any, right: dict[str, bytes]) -> str:
    """Play a story with a fault at one operation, and say what was wrong; empty where nothing was."""
    files = open_files()
    raised, disk, found = played(story, place, Fault(kind, number))
    root = disk.root
    try:
        expected = (*REFUSED, Killed, *([MemoryError] if kind == "memory" else []))
        assert raised is None or isinstance(raised, expected), f"internal error: {type(raised).__name__}: {raised}"
        assert (kind in ENDINGS) == isinstance(raised, Killed), "the fault did not happen"
        if raised is None:
            allowed = kind != "overtaken" and story.partly(found, whole)
            assert found == whole or allowed, f"a wrong result: {found}"
        if kind in ("full", "overtaken"):  # a single failure may be that of the deletion itself
            assert not left_over(root), f"left over: {left_over(root)}"
        assert open_files() <= files, "files stay open"
        corrupt = kind == "corrupt" or raised is not None
        with temporary_below(root):
            story.check(root, None if corrupt else found, whole)
            _age(root)
            again = story.play(root)
        assert again == whole, f"another result afterwards: {again}"
        gc.collect()
        assert not left_over(root), f"left over afterwards: {left_over(root)}"
        assert tree(root) == right, f"other files afterwards: {_difference(tree(root), right)}"
    except AssertionError as error:
        return str(error).partition("\nassert ")[0]
    except Exception as error:
        return f"a later command fails: {type(error).__name__}: {error}"
    return ""


def tree(root: Path) -> dict[str, bytes]:
    """Return the files below a folder, and what is in them."""
    found = {}
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root)
        if not set(name.parts).isdisjoint(ONLY_LOOKED_AT):
            continue
        own = b"drawn at random" if path.name == "token" else b"" if path.is_dir() else _content(path)
        found[str(name)] = own
    return found


def _content(path: Path) -> bytes:
    """Return what is in a file; of a workbook, which holds the time, its tables."""
    if path.suffix == ".xlsx":
        import pandas as pd

        return str(pd.read_excel(path, sheet_name=None, engine="openpyxl")).encode()
    return path.read_bytes()


def _difference(found: dict[str, bytes], right: dict[str, bytes]) -> list[str]:
    return sorted(name for name in found.keys() | right.keys() if found.get(name) != right.get(name))


def left_over(root: Path) -> list[str]:
    """Return the names of what nobody deleted."""
    return [path.name for path in root.rglob("*") if LEFT_OVER.fullmatch(path.name) and path.parent != root]


def open_files() -> set[int]:
    """Return the numbers of this process's open files; nothing where the system does not tell."""
    try:
        names = os.listdir("/proc/self/fd")
    except OSError:
        return set()
    return {int(name) for name in names if os.path.exists(f"/proc/self/fd/{name}")}


def _age(root: Path) -> None:
    """Let an hour pass."""
    then = time.time() - HOUR
    for path in (root, *root.rglob("*")):
        with suppress(OSError):
            os.utime(path, (then, then), follow_symlinks=False)


@contextmanager
def _nobody_listens() -> Iterator[None]:
    """Keep what a process that is held to be dead says in its finalizers to itself."""
    before, sys.unraisablehook = sys.unraisablehook, lambda about: None
    try:
        yield
    finally:
        sys.unraisablehook = before


@contextmanager
def _little_to_collect() -> Iterator[None]:
    """Let the garbage collector look only at what is made meanwhile, so that it may be called at every point."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def lines_of(walks: Iterable[Walked]) -> list[str]:
    """Return a table of walks in Markdown."""
    rows = [f"| {each.story} | {each.kind} | {each.points} | {len(each.mishandled)} |" for each in walks]
    return ["| what is done | fault | operations | mishandled |", "|---|---|---|---|", *rows]
