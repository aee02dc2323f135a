"""Which versions of what a result was made with."""

from __future__ import annotations

import platform
from functools import cache
from importlib import metadata
from pathlib import Path

from sim.common.hashing import sha256_of, sha256_of_file

PACKAGES = ("middleman", "mesa", "numpy", "numba")
"""What decides results, next to Python itself."""

NOT_INSTALLED = "0+unknown"


@cache
def version_of(package: str) -> str:
    """Return the version of a package, or ``NOT_INSTALLED`` where it is on the path only."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return NOT_INSTALLED


def versions() -> dict[str, str]:
    """Return the versions of everything that decides results, by name."""
    return {package: version_of(package) for package in PACKAGES} | {"python": platform.python_version()}


@cache
def sources_sha256() -> str:
    """Return a hash of all sources of ``sim``, by their names and contents. Equal ones give equal results."""
    root = Path(__file__).resolve().parents[1]
    files = sorted(root.rglob("*.py"))
    return sha256_of(*(f"{path.relative_to(root).as_posix()} {sha256_of_file(path)}" for path in files), "")
