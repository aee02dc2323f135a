"""``./run`` sets up with one line of progress; what pip said is kept, and shown where it failed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FAKE = r"""#!/bin/sh
# Answers as Python would: is new enough, has venv, makes one with itself inside, and installs with many words.
case "$*" in
    *"-m venv"*) for last; do :; done; mkdir -p "$last/bin"; cp "$0" "$last/bin/python" ;;
    *"pip install"*) for n in 1 2 3; do echo "Collecting package $n"; done; echo "broken wheel" >&2; exit FAILS ;;
    -V) echo "Python 3.13.0" ;;
    *--marked*) echo "it ran" ;;
esac
"""


def set_up(folder: Path, fails: int) -> subprocess.CompletedProcess[str]:
    for name in ("run", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder / name)
    python = folder / "fake_python"
    python.write_text(FAKE.replace("FAILS", str(fails)), encoding="utf-8")
    python.chmod(0o755)
    environment = {**os.environ, "PYTHON": str(python)}
    return started(folder, environment)


def started(folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = ["sh", str(folder / "run"), "python", "--marked"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def test_one_line_of_progress_and_none_of_pips(folder: Path) -> None:
    done = set_up(folder, 0)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "it ran\n"
    assert "Collecting" not in done.stderr
    assert done.stderr.count("Installing into .venv") == 1
    assert "Collecting package 3" in (folder / ".venv" / "install.log").read_text(encoding="utf-8")
    again = started(folder, {**os.environ, "PYTHON": str(folder / "fake_python")})
    assert (again.stdout, again.stderr) == ("it ran\n", "")


def test_where_it_fails_the_output_is_shown_and_named(folder: Path) -> None:
    done = set_up(folder, 1)
    assert done.returncode == 1
    assert "broken wheel" in done.stderr
    assert "Collecting package 1" in done.stderr
    assert str(folder / ".venv" / "install.log") in done.stderr
    assert not (folder / ".venv" / "has-run").exists()
