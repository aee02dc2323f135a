"""Files and folders of results: they appear whole or not at all, and never replace somebody else's files."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sim.common.found_files import json_in, read_found, refuse_special
from sim.common.orphans import held, hidden_name, put_back, remove_orphans

MANIFEST = "manifest.json"
FORMAT = 1
"""Grows when an older program could no longer read what this one writes."""


class FolderError(ValueError):
    """A folder that cannot be written or read as asked; the message says which, why, and what to do."""


@contextmanager
def whole_file(file: str | Path, *, follow: bool = True, private: bool = False) -> Iterator[Path]:
    """Yield a path to write to, which takes the place of ``file`` at the end; nobody ever sees half of it.

    Afterwards the file survives a power cut. After an exception, Ctrl-C included, it is as it was.

    Args:
        file: where it shall be.
        follow: whether a link there leads to what is replaced; else the link is. So a store that somebody else filled
            cannot make a program write outside of it.
        private: whether nobody else may read it.

    Raises:
        UnfitFileError: when a device or anything else that is no file stands there, which is never replaced.
    """
    target = resolved_folder(file) if follow else resolved_folder(Path(file).parent) / Path(file).name
    refuse_special(target, but=() if follow else (stat.S_ISLNK, stat.S_ISFIFO))
    partial = hidden_name(target, secrets.token_hex(4), "partial")
    try:
        partial.touch(0o600 if private else 0o666, exist_ok=False)
        with held(partial):
            yield partial
            _flush(partial)
            partial.replace(target)
        sync_folder(target.parent)
    except BaseException:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise


def write_text(file: str | Path, content: str, *, follow: bool = True) -> None:
    """Write a text file, whole or not at all; see ``whole_file``."""
    remove_orphans(resolved_folder(file) if follow else Path(file))
    with whole_file(file, follow=follow) as partial:
        partial.write_text(content, encoding="utf-8", newline="\n")


def make_folder(folder: Path, *, private: bool = False) -> None:
    """Make a folder if need be, and what is missing above it, so that it survives a power cut.

    Nobody else may look into folders that are ``private``.
    """
    if not folder.is_dir():
        make_folder(folder.parent, private=private)
        folder.mkdir(0o700 if private else 0o777, exist_ok=True)
        sync_folder(folder.parent)


def keep_newest(folder: Path, pattern: str, most: int) -> None:
    """Delete the oldest files of a folder whose names match, until there are no more than ``most``."""
    found = []
    for path in folder.glob(pattern):
        with suppress(OSError):  # another process deleted it meanwhile
            found.append((path.lstat().st_mtime_ns, path))
    for _, path in sorted(found)[: max(len(found) - most, 0)]:
        with suppress(OSError):
            path.unlink()


def sync_folder(folder: Path) -> None:
    """Have a folder's list of names written to the disk, where the system can."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def whole_folder(folder: str | Path, kind: str, *, overwrite: bool = False) -> Iterator[Path]:
    """Yield an empty folder to write into, which becomes ``folder`` at the end, in one step.

    It stands beside its final place, under a hidden name. After an exception, Ctrl-C included, it is taken
    away again and ``folder`` is as it was.

    Args:
        folder: where the results shall be; what is missing above it is made.
        kind: what is written, as its manifest will say.
        overwrite: whether earlier results of the same kind may be replaced.

    Raises:
        FolderError: when ``folder`` is taken; see ``check_free``.
    """
    target = resolved_folder(folder)
    remove_orphans(target)
    check_free(target, kind, overwrite=overwrite)
    missing = [place for place in target.parents if not place.exists()]
    mark = secrets.token_hex(4)
    partial, aside = (hidden_name(target, mark, ending) for ending in ("partial", "replaced"))
    try:
        partial.mkdir(parents=True)
        with held(partial):
            yield partial
            for file in partial.iterdir():
                _flush(file)
            sync_folder(partial)
            _put_in_place(partial, target, aside)
        sync_folder(target.parent)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        for place in missing:
            with suppress(OSError):
                place.rmdir()
        raise


def resolved_folder(folder: str | Path) -> Path:
    """Return where a folder lies, ``~`` and links followed. Raises FolderError when that leads nowhere."""
    if not str(folder):
        raise FolderError("no folder is named; name one")
    try:
        place = Path(folder).expanduser().resolve()
        # From Python 3.13 on, a link that leads to itself is left standing instead of refused.
        in_a_circle = any(part.is_symlink() for part in (place, *place.parents))
    except (RuntimeError, OSError, ValueError) as error:  # an unknown user, a link to itself, a character of no name
        raise FolderError(f"{folder}: there is no such place ({error}); name another folder") from None
    if in_a_circle:
        raise FolderError(f"{folder}: there is no such place (a link leads to itself); name another folder")
    return place


def reason_of(error: OSError) -> str:
    """Return what the system says, without what a library has put around it."""
    return os.strerror(error.errno) if error.errno else error.strerror or str(error)


def check_free(folder: str | Path, kind: str, *, overwrite: bool = False) -> None:
    """Make sure that results may be written to a folder; worth asking before a long computation.

    Raises:
        FolderError: when it is a file, or holds anything but earlier results of this kind, or holds those and
            ``overwrite`` is not given.
    """
    target = resolved_folder(folder)
    if target.exists() and not target.is_dir():
        raise FolderError(f"{target} is a file; give the name of a folder")
    if not target.exists() or not any(target.iterdir()):
        return
    try:
        manifest = read_manifest(target, kind)
    except FolderError:
        raise FolderError(f"{target} holds something else than {_one(kind)}; give a new or an empty folder") from None
    files = manifest.get("files", ())
    ours = {MANIFEST, *(name for name in (files if isinstance(files, list) else ()) if isinstance(name, str))}
    foreign = sorted(path.name for path in target.iterdir() if path.name not in ours)
    if foreign:
        raise FolderError(
            f"{target} holds files that are no part of {_one(kind)}: {', '.join(foreign[:5])}; "
            "move them away, or give another folder"
        )
    if not overwrite:
        raise FolderError(
            f"{target} holds {_one(kind, 'earlier ')}; give another folder, or overwrite=True to replace it"
        )


def _one(kind: str, how: str = "") -> str:
    """Return a kind of results with its article: a comparison, but tables."""
    if kind.endswith("s"):
        return f"{how}{kind}"
    return f"{'an' if how else 'a'} {how}{kind}"


def _flush(file: Path) -> None:
    """Have a file written to the disk itself, so that its name never outlives its content in a power cut."""
    with file.open("rb") as handle:
        os.fsync(handle.fileno())


def _put_in_place(partial: Path, target: Path, aside: Path) -> None:
    """Rename the finished folder to its final name, and only then delete what stood there."""
    if not target.exists():
        partial.rename(target)
        return
    with held(target):  # under its other name as well: nobody else puts it back meanwhile
        target.rename(aside)
        try:
            partial.rename(target)
        except BaseException:
            aside.rename(target)
            raise
        shutil.rmtree(aside)


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write JSON for people and programs alike. Raises ValueError for a NaN, which JSON does not have."""
    text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def read_manifest(folder: Path, kind: str) -> dict[str, Any]:
    """Return the manifest of a folder of results.

    Raises:
        FolderError: when there is none, or it is of another kind or of a newer format.
    """
    put_back(folder)
    if not folder.is_dir():
        raise FolderError(f"{folder}: there is no such folder; give one that a {kind} was saved to")
    path = folder / MANIFEST
    try:
        manifest = json_in(read_found(path))
    except FileNotFoundError:
        raise FolderError(f"{folder} has no {MANIFEST}, so it is no {kind}") from None
    except OSError as error:
        raise FolderError(f"{path} cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        raise FolderError(f"{path} cannot be read: {error}") from None
    found = manifest.get("kind") if isinstance(manifest, dict) else None
    if found != kind:
        raise FolderError(f"{path} is not that of a {kind}" + (f" but of a {found}" if found else ""))
    if manifest.get("format") != FORMAT:
        raise FolderError(
            f"{path} is of format {manifest.get('format')}, and this version reads format {FORMAT}; "
            "read it with the version of middleman that it names"
        )
    return manifest
