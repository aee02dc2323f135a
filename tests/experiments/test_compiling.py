"""The first run ever: what is compiled beforehand is what markets use, and processes that die harm nobody."""

import os
import subprocess
import sys

import pytest

from sim.runs import compiling

FORESEEN = """
import sim.experiments
from sim.runs import compiling
from sim.kernels.numerics.compiler import KERNELS
from sim.market import Market
foreseen = {(call.module, call.name, call.arguments) for call in compiling.rehearsed_calls()}
assert all(call.__name__ == "fill_gumbel_quantiles" for call in KERNELS if call.overloads)
scenario = sim.load_scenario("classroom", {"time.days": 25, "time.warm_up": 0, "time.cool_down": 0, **SMALLER})
for regime in scenario.regime_names:
    dict(Market(scenario, regime, 0).run().figures)
called = {
    (kernel.__module__, kernel.__name__, arguments) for kernel in KERNELS for arguments in kernel.overloads
}
assert len(called) > 20
assert called <= foreseen, called - foreseen
"""


def test_a_rehearsal_foresees_all_that_markets_call():
    code = FORESEEN.replace("SMALLER", repr({"geography.customers": 2000}))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr


def test_processes_that_die_or_cannot_start_are_done_without(monkeypatch, tmp_path):
    calls = []

    def found():
        calls.append("asked")
        return [None] * 5

    for broken in ("/bin/false", str(tmp_path / "nothing")):
        monkeypatch.setattr(sys, "executable", broken)
        compiling.compile_side_by_side(found, 2)
    assert calls == ["asked"]  # there was nobody to ask for the second time


def test_it_is_told_how_many_kernels_are_done(monkeypatch, tmp_path):
    busy = tmp_path / "busy"
    busy.write_text("#!/bin/sh\nwhile true; do echo done; done\n")
    busy.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(busy))
    told = []
    compiling.compile_side_by_side(lambda: [None] * 5, 2, told.append)
    assert (told[-1].done, told[-1].total) == (5, 5)
    assert [each.done for each in told] == sorted(each.done for each in told)


def test_nothing_is_compiled_ahead_where_that_is_of_no_use(monkeypatch):
    monkeypatch.setattr(compiling, "compile_side_by_side", lambda calls, hands, progress: asked.append(hands))
    ways = {
        "cores": ("available_cores", lambda: 1),
        "there": ("compiled_before", lambda: True),
        "folder": ("kept_for_others", lambda: False),
    }
    asked = []
    for name, answer in (("available_cores", 9), ("compiled_before", False), ("kept_for_others", True)):
        monkeypatch.setattr(compiling, name, lambda answer=answer: answer)
    monkeypatch.setattr(compiling, "KERNELS", [])
    compiling.compile_first()
    assert asked == [compiling.MOST_HANDS]
    for name, answer in ways.values():
        with monkeypatch.context() as changed:
            changed.setattr(compiling, name, answer)
            compiling.compile_first()
    assert asked == [compiling.MOST_HANDS]


ASKED = """
import sim
from sim.runs import compiling
from sim.kernels.numerics.compiler import KERNELS
asked = []
def note(calls, hands, progress):
    asked.append([kernel for kernel in KERNELS if kernel.overloads])
for name, answer in (("available_cores", 2), ("compiled_before", False), ("kept_for_others", True)):
    setattr(compiling, name, lambda answer=answer: answer)
compiling.compile_side_by_side = note
ENTRY
assert asked == [[]], asked
assert any(kernel.overloads for kernel in KERNELS)
"""


@pytest.mark.parametrize("entry", ["sim.run('village', days=1)", "sim.compare('village', replications=1, days=1)"])
def test_whoever_runs_first_compiles_before_a_kernel_is_called(entry):
    command = [sys.executable, "-c", ASKED.replace("ENTRY", entry)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr


FIRST = """
import sim
from sim.kernels.numerics.compiler import KERNELS
found = sim.compare("village", replications=1, days=5)
missed = [kernel.__name__ for kernel in KERNELS if sum(kernel.stats.cache_misses.values())]
print(missed == ["fill_gumbel_quantiles"], found.to_dict())
"""


@pytest.mark.slow
def test_compiled_side_by_side_or_one_after_another_a_market_comes_to_the_same(tmp_path):
    """Twice from nothing: by several processes, after which the run itself has nothing to compile; and by one alone."""
    alone = "import sim.runs.compiling as c; c.available_cores = lambda: 1\n" + FIRST
    several = "import sim.runs.compiling as c; c.available_cores = lambda: 2\n" + FIRST
    told = {}
    for name, code in (("alone", alone), ("several", several)):
        environment = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / name)}
        done = subprocess.run(
            [sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True, timeout=600
        )
        told[name] = done.stdout.split(" ", 1)
    assert told["alone"][0] == "False"
    assert told["several"][0] == "True"
    assert told["alone"][1] == told["several"][1]
