"""Plants every fault in a copy of the repository and runs the tests that should notice: `python -m tests.mutants`.

Faults are planted one after another, never in the repository itself. Where the tests named let one pass, the rest of
their folder is run. What came of each is kept in found.json, and written to docs/background/mutants.md.
"""

from __future__ import annotations

import argparse
import importlib
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numba
import pytest

from tests.mutants.catalogue import MUTANTS
from tests.mutants.mutant import ROOT, Mutant
from tests.mutants.page import Verdict, read, write

COPIED = ("sim", "tests", "scenarios", "docs", "benchmarks", "dashboards")
FILES = ("pyproject.toml", "README.md", "CONTRIBUTING.md", "CHANGELOG.md")
LARGE = ("mesa", "numpy", "pandas", "pyarrow", "pydantic", "SALib.sample.sobol", "scipy.optimize",
         "scipy.special", "scipy.stats.qmc", "typer")  # fmt: skip
MOST_SECONDS = 1200
PASSED, FAILED, BROKEN = 0, 1, 9
"""What pytest ends with; all else means that tests could not be run."""


def run_tests(copy: Path, tests: Sequence[str], *, plain: bool, without: Sequence[str] = ()) -> tuple[int, str]:
    """Run tests of the copy up to the first that fails. Returns pytest's exit code and the last it said.

    In a process forked from this one, which has the large packages in memory already: most of a short test's time.
    """
    said = copy / "said.txt"
    process = os.fork()
    if process == 0:
        code = BROKEN
        try:
            code = _in_the_copy(copy, said, tests, without, plain=plain)
        except BaseException:  # whatever it is, this process must not go on as the one it was forked from
            traceback.print_exc()
        finally:
            os._exit(code)
    begun = time.monotonic()
    while (ended := os.waitpid(process, os.WNOHANG)) == (0, 0):
        if time.monotonic() - begun > MOST_SECONDS:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            return FAILED, f"not done after {MOST_SECONDS} seconds"  # a loop that never ends is noticed as well
        time.sleep(0.05)
    lines = said.read_text(encoding="utf-8", errors="replace").splitlines() if said.exists() else []
    failed = [line.partition(" ")[2] for line in lines if line.startswith(("FAILED ", "ERROR "))]
    said.unlink(missing_ok=True)
    return os.waitstatus_to_exitcode(ended[1]), ([*failed[:1], *lines[-1:], ""])[0].split(" - ")[0]


def _in_the_copy(copy: Path, said: Path, tests: Sequence[str], without: Sequence[str], *, plain: bool) -> int:
    """Run tests in this process as if it had been started in the copy. Returns pytest's exit code."""
    os.environ |= {
        "PYTHONPATH": str(copy),
        "NUMBA_CACHE_DIR": str(copy / ".numba"),
        "CI": "",
        "PYTHONDONTWRITEBYTECODE": "1",  # a change within the same second and of the same length would go unseen
    } | ({"NUMBA_DISABLE_JIT": "1"} if plain else {})
    numba.config.DISABLE_JIT = int(plain)
    os.chdir(copy)
    sys.dont_write_bytecode = True
    sys.path[:] = [str(copy), *(path for path in sys.path if path not in ("", str(ROOT), str(copy)))]
    for name in [name for name in sys.modules if name.split(".")[0] in COPIED]:
        del sys.modules[name]
    written = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(written, 1)
    os.dup2(written, 2)
    skipped = [f"--deselect={each}" for each in without]
    code = int(pytest.main(["-q", "-x", "-p", "no:cacheprovider", "--tb=line", *skipped, *tests]))
    sys.stdout.flush()
    return code


def warm() -> None:
    """Import what tests will import, but nothing of the repository's own."""
    for name in LARGE:
        importlib.import_module(name)
    numba.njit(lambda x: x + 1)(1)


@contextmanager
def planted(mutant: Mutant, copy: Path) -> Iterator[None]:
    """Plant a fault in the copy for as long as this lasts."""
    file = copy / mutant.file
    source = file.read_text(encoding="utf-8")
    file.write_text(mutant.applied(source), encoding="utf-8")
    try:
        yield
    finally:
        file.write_text(source, encoding="utf-8")


def rest_of(tests: Sequence[str]) -> list[str]:
    """Return the folders of tests, of those right under ``tests/`` the files there."""
    folders = dict.fromkeys(Path(each.split("::")[0]).parent if each.endswith(".py") or "::" in each else Path(each)
                            for each in tests)  # fmt: skip
    rest: list[str] = []
    for folder in folders:
        top = folder == Path("tests")
        rest += sorted(f"tests/{file.name}" for file in (ROOT / folder).glob("test_*.py")) if top else [str(folder)]
    return rest


def judged(mutant: Mutant, copy: Path, *, rest: bool) -> Verdict:
    """Plant a fault and tell who noticed. Raises RuntimeError where tests could not be run."""
    with planted(mutant, copy):
        code, said = run_tests(copy, mutant.tests, plain=mutant.is_kernel)
        if code == PASSED and rest and not mutant.survives:
            code, said = run_tests(copy, rest_of(mutant.tests), plain=False, without=mutant.tests)
    if code not in (PASSED, FAILED):
        raise RuntimeError(f"{mutant.name}: pytest ended with {code}: {said}")
    return Verdict(mutant, said if code == FAILED else "")


def sound(copy: Path, mutants: Sequence[Mutant]) -> bool:
    """Tell whether the tests named pass without any fault: else they would notice anything."""
    for plain in (False, True):
        tests = list(dict.fromkeys(each for one in mutants if one.is_kernel is plain for each in one.tests))
        code, said = run_tests(copy, tests, plain=plain) if tests else (PASSED, "")
        if code != PASSED:
            print(f"without any fault: pytest ended with {code}: {said}")
            return False
    return True


@contextmanager
def copied() -> Iterator[Path]:
    """Hold a copy of the repository, gone at the end."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copy = Path(folder)
        ignored = shutil.ignore_patterns("__pycache__", ".hypothesis", "*.pyc")
        for name in COPIED:
            shutil.copytree(ROOT / name, copy / name, ignore=ignored)
        for name in FILES:
            shutil.copy(ROOT / name, copy / name)
        yield copy


def main(arguments: Sequence[str] | None = None) -> int:
    """Plant all faults, or those in files whose path holds one of some words. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("words", nargs="*", metavar="WORD", help="only faults whose file or description holds it")
    parser.add_argument("--new", action="store_true", help="only faults that were never planted")
    parser.add_argument("--no-rest", action="store_true", help="leave out the rest of the folder")
    parser.add_argument("--unchecked", action="store_true", help="do not run the tests without any fault first")
    given = parser.parse_args(arguments)
    found = read()
    chosen = [one for one in MUTANTS if not given.words or any(word in one.name for word in given.words)]
    chosen = [one for one in chosen if not given.new or one.name not in found]
    warm()
    verdicts = []
    with copied() as copy:
        if not given.unchecked and not sound(copy, chosen):
            return 2
        for number, mutant in enumerate(chosen, start=1):
            begun = time.monotonic()
            verdicts.append(judged(mutant, copy, rest=not given.no_rest))
            found[mutant.name] = verdicts[-1].noticed_by
            write(found)
            print(f"{number}/{len(chosen)} {verdicts[-1]} ({time.monotonic() - begun:.0f} s)", flush=True)
    missed = [each for each in verdicts if each.is_missed]
    print(f"{sum(bool(each.noticed_by) for each in verdicts)} of {len(verdicts)} noticed, {len(missed)} missed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
