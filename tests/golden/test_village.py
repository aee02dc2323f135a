"""The same scenario and seed leave the same columns, to the last bit: on every Python, compiled or not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.kernels.numerics.compiler import CACHE_FOLDER
from tests.golden.refresh import FILE, village

REPOSITORY = Path(__file__).parents[2]


def test_village_leaves_what_the_golden_file_says():
    # Every version of Python that runs the tests reads the same file: so they agree with one another, too.
    # After a change that is meant: python -m tests.golden.refresh
    assert village() == json.loads(FILE.read_text())


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({"NUMBA_DISABLE_JIT": "1"}, id="plain Python"),
        # Without the newer instructions of this machine: no fused multiply-add, no wide vectors.
        pytest.param({"NUMBA_CPU_NAME": "generic"}, id="plain processor"),
    ],
)
def test_neither_compiler_nor_processor_changes_a_bit(settings):
    # Kept between runs, apart from this machine's own: compiling a day takes longer than all else here.
    cache = str(CACHE_FOLDER.parent / "plain_processor")
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "NUMBA_CACHE_DIR": cache, **settings}
    command = [sys.executable, "-m", "tests.golden.refresh", "--show"]
    other = subprocess.run(command, env=environment, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert other.returncode == 0, other.stderr
    assert json.loads(other.stdout) == village()
