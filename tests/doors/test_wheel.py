"""The wheel is enough: built offline and installed elsewhere, it knows its scenarios and runs a market."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout. The backend comes from the test extra, so nothing is downloaded."""
    folder = tmp_path_factory.mktemp("wheel")
    _pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, CHECKOUT)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel unpacked as pip does it, and nothing of the checkout."""
    folder = tmp_path_factory.mktemp("installed")
    _pip("install", "--no-deps", "--target", folder, wheel)
    return folder


def test_wheel_adds_its_two_names_and_carries_the_folders(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    top = {name.split("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == {"sim", "middleman"}
    shipped = {path.name for path in (CHECKOUT / "scenarios").glob("*.toml")}
    assert shipped
    assert {f"sim/_shipped/scenarios/{name}" for name in shipped} <= set(names)
    dashboard = ("app.py", "board/compare.py", ".streamlit/config.toml")
    assert {f"sim/_shipped/dashboards/{name}" for name in dashboard} <= set(names)


def test_installed_package_is_the_one_that_runs(elsewhere: Path, tmp_path: Path) -> None:
    where = _python(elsewhere, tmp_path, "-c", "import sim; print(sim.__file__)").strip()
    assert Path(where).is_relative_to(elsewhere)
    same = _python(elsewhere, tmp_path, "-c", "import middleman, sim; print(middleman.Market is sim.Market)")
    assert same.strip() == "True"


def test_installed_command_lists_the_scenarios(elsewhere: Path, tmp_path: Path) -> None:
    [command] = (elsewhere / "bin").glob("middleman*")
    listed = _python(elsewhere, tmp_path, "-m", "sim.cli", "list")
    for name in ("classroom", "parable", "village"):
        assert name in listed
    assert _python(elsewhere, tmp_path, command, "list") == listed


@pytest.mark.parametrize(
    ("scenario", "more"),
    [
        ("village", {"NUMBA_DISABLE_JIT": "1"}),
        pytest.param("parable", {}, marks=pytest.mark.slow),  # compiles everything anew, at its new place
    ],
)
def test_installed_market_compares(elsewhere: Path, tmp_path: Path, scenario: str, more: dict[str, str]) -> None:
    command = ("-m", "sim.cli", "compare", scenario, "--replications", "1", "--json")
    answer = json.loads(_python(elsewhere, tmp_path, *command, **more))
    assert answer["replications"] == 1
    assert {"traditional", "o2o"} <= set(answer["regimes"])


def _pip(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "pip", "--no-input", "--disable-pip-version-check", *arguments]
    _finish(command, CHECKOUT.parent, dict(os.environ))


def _python(installed: Path, cwd: Path, *arguments: str | Path, **more: str) -> str:
    """Run Python in `cwd` with `installed` before everything else; -P and -s keep other folders out."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment["PYTHONPATH"] = str(installed)
    environment["PYTHONUTF8"] = "1"
    environment["COLUMNS"] = "200"
    environment |= more
    return _finish([sys.executable, "-P", "-s", *arguments], cwd, environment)


def _finish(command: list[str | Path], cwd: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done.stdout
