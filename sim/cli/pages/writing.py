"""A page on disk: it appears whole or not at all, and takes no other file's place unasked."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from sim.cli.errors import refused
from sim.common.files import place_of


def check_file(file: Path | None, option: str, endings: tuple[str, ...], *, overwrite: bool) -> None:
    """Make sure, before a long run, that a file may be written. Raises ScenarioError or FolderError."""
    if file is None:
        return
    if file.suffix.lower() not in endings:
        allowed = f"the name of a file ending in {' or '.join(endings)}"
        raise refused(option, str(file), allowed, f"write, say, {option} {file.stem or 'out'}{endings[0]}")
    place = place_of(file)
    if place.is_dir():
        raise refused(option, str(file), "it is a folder", "give the name of a file")
    if place.exists() and not overwrite:
        raise refused(option, str(file), "it exists already", "give another name, or --overwrite")
    if not place.parent.is_dir():
        raise refused(option, str(file), "there is no such folder to put it in", "make it, or give another")


def write_whole(file: Path, content: str) -> None:
    """Write a file beside its place and rename it there, so that nobody ever sees half of it."""
    target = place_of(file)
    partial = target.with_name(f".{target.name[:60]}.{secrets.token_hex(4)}.partial")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as handle:
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
