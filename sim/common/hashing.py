"""Hashes: of texts that decide a result, and of files."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sim.common.found_files import open_found


def sha256_of(*parts: str | bytes) -> str:
    """Return the SHA-256 of parts, one a line, in hexadecimal digits."""
    lines = (part.encode() if isinstance(part, str) else part for part in parts)
    return hashlib.sha256(b"\n".join(lines)).hexdigest()


def sha256_of_file(path: Path) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal digits."""
    with open_found(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
