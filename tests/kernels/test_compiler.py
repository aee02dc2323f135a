"""The decorator: stale code is never run, and neither the compiler nor the processor changes a bit."""

import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import numba
import pytest

from sim.kernels.numerics import code_cache, compiler, elementary, randomness

KERNELS = Path(compiler.__file__).parents[1]
ROOT = KERNELS.parent.parent

# Everything elementary and random, on inputs that touch every branch; a digest each, to name what differs.
DIGESTS = """
import hashlib, json
import numpy as np
from sim.kernels.numerics import elementary, randomness
from sim.kernels.numerics.randomness import as_int64, draw, gamma_variate, stream, uniform, visiting_order

def digest(values):
    return hashlib.sha256(np.asarray(values).tobytes()).hexdigest()

shares = [uniform(as_int64(draw(77, i))) for i in range(400)]
wide = [(u - 0.5) * 1400 for u in shares]
base = np.array([0.2, 0.0, 0.5, 0.3])
rows = np.empty((30, 4))
for row in range(30):
    randomness.fill_dirichlet(-5, 1, row, base, 10.0 ** (row - 20), rows[row])
column, other = np.empty(700), np.empty(700)
randomness.fill_stratified(2**62, 4, column)
randomness.fill_uniform(-(2**63), 5, other)
print(json.dumps({
    "ln": digest([elementary.ln(x) for x in shares] + [elementary.ln(elementary.exp(x)) for x in wide]),
    "exp": digest([elementary.exp(x) for x in wide]),
    "power": digest([elementary.power(u, 3.7) for u in shares]),
    "normal": digest([elementary.normal_quantile(u ** k) for u in shares for k in (1, 30)]),
    "gumbel": digest([elementary.gumbel_quantile(u) for u in shares]),
    "streams": [str(stream(s, p, d)) for s in (-1, 0, 2**62) for p in (1, 23) for d in (-1, 0, 365)],
    "orders": [[int(part) for part in visiting_order(1, d, n)] for d in range(9) for n in (1, 2, 7, 10**9)],
    "gamma": digest([gamma_variate(k, shape) for k in range(60) for shape in (0.01, 0.5, 1.0, 9.0)]),
    "dirichlet": digest(rows), "stratified": digest(column), "uniform": digest(other),
}))
"""


def run_python(code, cache, folder=ROOT, **settings):
    """What `code` prints in a new process that sees `folder` as its project; warnings are errors there."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    environment |= {"PYTHONPATH": str(folder), "NUMBA_CACHE_DIR": str(cache)} | settings
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def compiled_digests(tmp_path_factory):
    return json.loads(run_python(DIGESTS, compiler.CACHE_FOLDER.parent))


def test_without_compiler_results_are_the_same_to_the_last_bit(compiled_digests, tmp_path):
    assert json.loads(run_python(DIGESTS, tmp_path, NUMBA_DISABLE_JIT="1")) == compiled_digests


def test_on_a_plain_processor_results_are_the_same_to_the_last_bit(compiled_digests):
    """Without the newer instructions of this machine: no fused multiply-add, no wide vectors."""
    code = DIGESTS + "import numba; assert numba.config.CPU_NAME == 'generic'"
    kept = compiler.CACHE_FOLDER.parent / "plain_processor"  # apart from this machine's own, and from run to run
    assert json.loads(run_python(code, kept, NUMBA_CPU_NAME="generic")) == compiled_digests


MULTIPLICATION = {"x86_64": "mulsd", "AMD64": "mulsd", "aarch64": "fmul", "arm64": "fmul"}
"""What processors call the multiplication of two float64; all of them call fused ones fmadd, fmsub or fmla."""


def test_no_multiplication_is_fused_with_an_addition():
    """A fused one rounds once instead of twice, on processors that have it: other bits than elsewhere."""
    for function in (elementary.normal_quantile, elementary.exp):
        # Compiled anew: numba does not show the instructions of code it loaded.
        compiled = numba.njit(**compiler.OPTIONS)(function.py_func)
        compiled(0.01)
        (assembly,) = compiled.inspect_asm().values()
        assert MULTIPLICATION[platform.machine()] in assembly  # there is something to fuse
        assert not [fused for fused in ("fmadd", "fmsub", "fmla") if fused in assembly]


def test_every_kernel_is_compiled_with_the_options_of_the_one_decorator():
    kernels = [value for value in vars(randomness).values() if isinstance(value, numba.core.registry.CPUDispatcher)]
    assert len(kernels) > 10
    for function in kernels:
        assert function.targetoptions["nogil"] is True
        assert function.targetoptions["fastmath"] is False
        assert function.targetoptions["error_model"] == "numpy"
        assert Path(function.stats.cache_path).is_relative_to(compiler.CACHE_FOLDER)


def test_numbas_own_setting_is_left_as_it_was():
    assert str(compiler.CACHE_FOLDER) != numba.config.CACHE_DIR
    assert os.environ.get("NUMBA_CACHE_DIR", "") == numba.config.CACHE_DIR


# --- No stale code ----------------------------------------------------------------------------------------

CALLEE = """
from sim.kernels.numerics.compiler import kernel

@kernel
def number(x):
    return x + {step}
"""
CALLER = """
from sim.kernels.callee import number
from sim.kernels.numerics.compiler import kernel

@kernel
def answer(x):
    return 10 * number(x)
"""
ASK = """
from sim.kernels import caller
from sim.kernels.numerics import compiler
before, answer = compiler.compiled_before(), caller.answer(1)
compiler.note_compiled()
print(answer, before, compiler.compiled_before(), compiler.CACHE_FOLDER)
"""


@pytest.fixture
def copy_of_the_package(tmp_path):
    """A project with our compiler.py and two kernels, one of which calls the other from another file."""
    package = tmp_path / "project" / "sim" / "kernels"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").touch()  # else a `sim` that is installed would be found first
    (package / "numerics").mkdir()
    for name in ("__init__.py", "numerics/__init__.py", "numerics/compiler.py", "numerics/code_cache.py"):
        shutil.copy(KERNELS / name, package / name)
    (package / "callee.py").write_text(CALLEE.format(step=1))
    (package / "caller.py").write_text(CALLER)
    return package


def test_an_edited_function_is_used_by_its_callers_in_other_files(copy_of_the_package, tmp_path):
    def ask():
        return run_python(ASK, tmp_path / "cache", folder=copy_of_the_package.parent.parent).split()

    first = ask()
    assert first[:3] == ["20", "False", "True"]
    again = ask()
    assert again[:3] == ["20", "True", "True"]
    assert again[-1] == first[-1]
    (copy_of_the_package / "callee.py").write_text(CALLEE.format(step=5))  # caller.py is not touched
    edited = ask()
    assert edited[:3] == ["60", "False", "True"]
    assert edited[-1] != first[-1]


def test_the_second_process_loads_instead_of_compiling(copy_of_the_package, tmp_path):
    code = "from sim.kernels.caller import answer; answer(1); print(sum(answer.stats.cache_hits.values()))"
    folder = copy_of_the_package.parent.parent
    assert run_python(code, tmp_path / "cache", folder=folder) == "0"
    assert run_python(code, tmp_path / "cache", folder=folder) == "1"


def test_fingerprint_sees_every_source_file(tmp_path):
    (tmp_path / "deeper").mkdir()
    (tmp_path / "one.py").write_text("a = 1")
    (tmp_path / "deeper" / "two.py").write_text("b = 1")
    seen = {compiler.fingerprint(tmp_path)}
    (tmp_path / "deeper" / "two.py").write_text("b = 2")
    seen.add(compiler.fingerprint(tmp_path))
    (tmp_path / "one.py").rename(tmp_path / "three.py")
    seen.add(compiler.fingerprint(tmp_path))
    (tmp_path / "four.py").write_text("")
    seen.add(compiler.fingerprint(tmp_path))
    assert len(seen) == 4
    (tmp_path / "notes.txt").write_text("not code")
    assert compiler.fingerprint(tmp_path) in seen


def test_fingerprint_changes_with_the_versions_of_the_tools(tmp_path, monkeypatch):
    (tmp_path / "one.py").write_text("a = 1")
    now = compiler.fingerprint(tmp_path)
    monkeypatch.setattr(numba, "__version__", "999.0")
    assert compiler.fingerprint(tmp_path) != now


# --- Where compiled code is kept --------------------------------------------------------------------------


def test_users_choose_the_folder(monkeypatch, tmp_path):
    monkeypatch.delenv("NUMBA_CACHE_DIR", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert code_cache.user_cache_folder() == tmp_path / ".cache" / "middleman"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    assert code_cache.user_cache_folder() == tmp_path / "caches" / "middleman"
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "mine"))
    assert code_cache.user_cache_folder() == tmp_path / "mine"


def test_a_folder_that_cannot_be_written_is_replaced_by_one_that_ends_with_the_process(copy_of_the_package, tmp_path):
    (tmp_path / "a file").write_text("in the way, for root too")
    told = run_python(ASK, tmp_path / "a file", folder=copy_of_the_package.parent.parent)
    assert told.startswith("20 False True")
    folder = Path(told.split()[-1])
    assert "middleman-" in str(folder)
    assert not folder.exists()


def test_importing_compiles_nothing(tmp_path):
    code = "from sim.kernels.numerics import compiler, elementary, randomness; print(compiler.compiled_before())"
    assert run_python(code, tmp_path) == "False"


def test_without_compiler_nothing_needs_compiling_and_the_source_is_at_hand(tmp_path):
    code = """
from sim.kernels.numerics import compiler, randomness
mix = randomness.mix
print(compiler.compiled_before(), mix.py_func is not mix, mix(1) == {expected})
"""
    expected = randomness.mix(1)
    told = run_python(code.format(expected=expected), tmp_path, NUMBA_DISABLE_JIT="1")
    assert told == "True True True"
    assert compiler.plain_python(randomness.mix)(1) == expected
