"""Interpreters with a peer installed: this one where it is, else one made for it, outside the checkout, and kept."""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

REQUIREMENTS = {"mesa": ("mesa",), "agentpy": ("agentpy==0.1.5",), "mesa_frames": ("mesa-frames==0.1.0a0",)}
"""What pip is asked for. mesa-frames wants an older numpy than Middleman, so the two cannot share an interpreter."""


class NoEnvironmentError(Exception):
    """A peer could not be installed; the text says why."""


def cache() -> Path:
    """Return the folder where interpreters are kept: in XDG_CACHE_HOME, else in ~/.cache."""
    chosen = os.environ.get("XDG_CACHE_HOME")
    return (Path(chosen) if chosen else Path("~/.cache").expanduser()) / "middleman" / "peers"


def imports(python: Path | str, package: str) -> bool:
    """Tell whether an interpreter finds a package."""
    command = [str(python), "-c", f"import {package}"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def run(command: list[str]) -> None:
    """Run a command. Raises NoEnvironmentError with the last of what it said where it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise NoEnvironmentError(said[-1] if said else f"{command[0]} ended with {done.returncode}")


@functools.cache
def interpreter_for(package: str) -> str:
    """Return an interpreter that has the package. Raises NoEnvironmentError where it cannot be installed."""
    if package not in REQUIREMENTS or imports(sys.executable, package):
        return sys.executable
    wanted = REQUIREMENTS[package]
    mark = hashlib.sha256(" ".join((sys.version, *wanted)).encode()).hexdigest()[:12]
    folder = cache() / f"{package}-{mark}"
    python = folder / "bin" / "python"
    if not (python.exists() and imports(python, package)):
        shutil.rmtree(folder, ignore_errors=True)
        print(f"installing {', '.join(wanted)} into {folder} ...", file=sys.stderr)
        run([sys.executable, "-m", "venv", str(folder)])
        run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted])
        if not imports(python, package):
            raise NoEnvironmentError(f"{', '.join(wanted)} was installed and cannot be imported")
    return str(python)
