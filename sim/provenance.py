"""Which versions of what a result was made with."""

from __future__ import annotations

import platform
from importlib import metadata

PACKAGES = ("middleman", "mesa", "numpy", "numba")
"""What decides results, next to Python itself."""

NOT_INSTALLED = "0+unknown"


def version_of(package: str) -> str:
    """Return the version of a package, or ``NOT_INSTALLED`` where it is on the path only."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return NOT_INSTALLED


def versions() -> dict[str, str]:
    """Return the versions of everything that decides results, by name."""
    return {package: version_of(package) for package in PACKAGES} | {"python": platform.python_version()}
