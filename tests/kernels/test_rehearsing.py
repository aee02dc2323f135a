"""Rehearsing: what a run will call is found without compiling, and what is compiled for it is what the run uses."""

import numpy as np
import pytest

from sim.kernels.numerics import randomness, signature_discovery
from tests.kernels.test_compiler import KERNELS, run_python

WRITTEN = """
import numpy as np
from sim.kernels.numerics.compiler import kernel

@kernel
def half(x):
    return x / np.uint64(2)

@kernel
def halves(x, out):
    for i in range(len(out)):
        out[i] = half(x)
    return np.uint64(len(out))
"""
REHEARSE = """
import numpy as np
from sim.kernels import written
from sim.kernels.numerics import compiler, signature_discovery
few, many = np.zeros(3), np.zeros(signature_discovery.MUCH + 1)
with signature_discovery.rehearsing() as rehearsal:
    found = written.halves(5, few), written.half(5)
    compiler.note_compiled()
    alike = written.halves(5, few)
assert found == (3, 2.5) and [type(each) for each in found] == [int, float], found
assert few.tolist() == [2.5] * 3
assert [call.name for call in rehearsal.calls] == ["halves", "half"]  # each once, and none from within
assert not written.halves.overloads and not written.half.overloads and not compiler.compiled_before()
with signature_discovery.rehearsing() as again:
    written.halves(5, many)
assert many.tolist() == [2.5] * len(many) and len(written.halves.overloads) == 1 and len(again.calls) == 1
print("all of it")
"""
USE = """
import numpy as np
from sim.kernels import written
assert written.halves(5, np.zeros(3)) == 3 and written.half(5) == 2.5
print(sum(written.halves.stats.cache_hits.values()), sum(written.halves.stats.cache_misses.values()))
print(sum(written.half.stats.cache_hits.values()), sum(written.half.stats.cache_misses.values()))
"""
HAND_OVER = """
import pickle, subprocess, sys
import numpy as np
from sim.kernels import written
from sim.kernels.numerics import signature_discovery
with signature_discovery.rehearsing() as rehearsal:
    written.halves(5, np.zeros(3)), written.half(5)
told = b"".join(pickle.dumps(call) for call in rehearsal.calls)
code = "from sim.kernels.numerics.signature_discovery import compile_what_comes; compile_what_comes()"
done = subprocess.run([sys.executable, "-c", code], input=told, check=True, stdout=subprocess.PIPE)
assert done.stdout.split() == [] and done.stdout.count(b"\\n") == 2, done.stdout
"""


@pytest.fixture
def project(tmp_path):
    """A project with our compiler and two kernels, one of which calls the other."""
    package = tmp_path / "project" / "sim" / "kernels"
    package.mkdir(parents=True)
    (package.parent / "__init__.py").touch()
    (package / "numerics").mkdir()
    for name in (
        "__init__.py",
        "numerics/__init__.py",
        "numerics/code_cache.py",
        "numerics/compiler.py",
        "numerics/signature_discovery.py",
    ):
        (package / name).write_bytes((KERNELS / name).read_bytes())
    (package / "written.py").write_text(WRITTEN)
    return tmp_path / "project"


def test_a_rehearsal_finds_calls_from_outside_and_compiles_only_where_there_is_much_to_do(project, tmp_path):
    assert run_python(REHEARSE, tmp_path / "cache", folder=project).strip() == "all of it"


def test_a_process_compiles_what_comes_in_and_the_run_only_loads_it(project, tmp_path):
    """On disk there are the two that were called, and not what one of them calls: others who call it write it, too."""
    cache = tmp_path / "cache"
    run_python(HAND_OVER, cache, folder=project)
    assert sorted(file.name.split("-")[0] for file in cache.rglob("*.nbi")) == ["written.half", "written.halves"]
    assert run_python(USE, cache, folder=project).split() == ["1", "0", "1", "0"]


def test_longer_is_what_calls_more():
    mix, draw = randomness.mix, randomness.draw
    assert signature_discovery.length(mix) >= len(mix.py_func.__code__.co_code)
    assert signature_discovery.length(draw) >= signature_discovery.length(mix) + len(draw.py_func.__code__.co_code)


@pytest.mark.parametrize(
    ("given", "expected"),
    [(np.float64(0.5), 0.5), (np.uint64(2**63), 2**63), ((np.bool_(True), None), (True, None)), ([1], [1])],
)
def test_results_are_those_python_gets_from_compiled_code(given, expected):
    found = signature_discovery.as_if_compiled(given)
    assert found == expected
    assert type(found) is type(expected)
    if isinstance(found, tuple):
        assert [type(each) for each in found] == [type(each) for each in expected]
