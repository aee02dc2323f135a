"""Writes a page to disk completely or not at all, and never replaces another file unasked."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from sim.cli.errors import refused
from sim.common.files import place_of


def check_file(file: Path | None, option: str, endings: tuple[str, ...], *, overwrite: bool) -> None:
    """Check, before a long run, that a file may be written. Raises ScenarioError or FolderError."""
    if file is None:
        return
    if file.suffix.lower() not in endings:
        allowed = f"a file name ending in {' or '.join(endings)}"
        raise refused(option, str(file), allowed, f"for example {option} {file.stem or 'out'}{endings[0]}")
    place = place_of(file)
    if place.is_dir():
        raise refused(option, str(file), "it is a folder", "give a file name")
    if place.exists() and not overwrite:
        raise refused(option, str(file), "it exists already", "choose another name, or use --overwrite")
    if not place.parent.is_dir():
        raise refused(option, str(file), "its folder does not exist", "create it, or choose another")


def write_whole(file: Path, content: str) -> None:
    """Write a file beside its place and rename it, so that nobody sees it half written."""
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
