"""Kernels are compiled without checks of their indices; here they are compiled with them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["directions", "golden", "kernels", "demand"])
def test_no_kernel_reads_or_writes_beside_its_arrays(folder, tmp_path):
    checked = {**os.environ, "NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", f"tests/{folder}"]
    done = subprocess.run(command, check=False, cwd=ROOT, env=checked, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-2000:]


def test_an_index_out_of_bounds_is_noticed(tmp_path):
    planted = "import numpy as np, numba\n@numba.njit\ndef last(x): return x[len(x)]\nlast(np.zeros(3))"
    checked = {**os.environ, "NUMBA_BOUNDSCHECK": "1", "NUMBA_CACHE_DIR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", planted], check=False, env=checked, capture_output=True, text=True)
    assert "IndexError" in done.stderr
