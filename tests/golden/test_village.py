"""The same scenario and seed leave the same columns, to the last bit: on every Python, compiled or not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.golden.refresh import FILE, village

REPOSITORY = Path(__file__).parents[2]


def test_village_leaves_what_the_golden_file_says():
    # Every version of Python that runs the tests reads the same file: so they agree with one another, too.
    # After a change that is meant: python -m tests.golden.refresh
    assert village() == json.loads(FILE.read_text())


def test_compiled_kernels_leave_what_plain_python_leaves():
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(REPOSITORY)}
    command = [sys.executable, "-m", "tests.golden.refresh", "--show"]
    plain = subprocess.run(command, env=environment, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert plain.returncode == 0, plain.stderr
    assert json.loads(plain.stdout) == village()
