"""Few rooms and one direction, which ``lint-imports`` keeps; no circles of files, also within a room."""

from __future__ import annotations

import pytest

from tests.structure.source import ROOT, SOURCES, circles, contracts, import_graph, imports, modules, parsed, settings

MOST_LAYERS = 12


@pytest.fixture(scope="module")
def graphs():
    return {folder: import_graph(modules(folder, start)) for folder, start in SOURCES.items()}


@pytest.fixture(scope="module")
def layers():
    return next(each["layers"] for each in contracts() if each["type"] == "layers")


def test_there_are_few_layers_and_every_room_is_in_one(layers):
    assert len(layers) <= MOST_LAYERS
    rooms = {room.strip() for layer in layers for room in layer.split("|")}
    packages = {path.name for path in (ROOT / "sim").iterdir() if path.is_dir() and any(path.glob("*.py"))}
    assert rooms == packages | {"market"}
    assert {path.stem for path in (ROOT / "sim").glob("*.py")} <= {"__init__", "__main__", "market"}


def test_no_contract_looks_away():
    """Imports inside functions and under ``TYPE_CHECKING`` count."""
    assert not settings().get("exclude_type_checking_imports")
    for each in contracts():
        assert not each.get("ignore_imports"), each["name"]
        assert each["type"] != "layers" or each["exhaustive"], each["name"]


@pytest.mark.parametrize("folder", SOURCES)
def test_no_files_import_each_other_in_a_circle(graphs, folder):
    assert circles(graphs[folder]) == []


PLANTED = {
    "sim/__init__.py": "from sim.market import Market",
    "sim/market.py": "from sim.engine.day import step\nfrom sim import rules",
    "sim/engine/__init__.py": "",
    "sim/engine/day.py": """
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from sim.market import Market
def step():
    import sim.engine.night
""",
    "sim/engine/night.py": "from sim.engine import day, nothing_there",
    "sim/rules/__init__.py": "import numpy",
    "sim/theory/__init__.py": "import sim.rules",
}


@pytest.fixture
def planted(tmp_path):
    for name, text in PLANTED.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return modules("sim", tmp_path)


def test_planted_imports_are_read(planted):
    assert set(planted) == {
        "sim", "sim.market", "sim.engine", "sim.engine.day", "sim.engine.night", "sim.rules", "sim.theory",
    }  # fmt: skip
    read = {name: imports(parsed(file), planted) for name, file in planted.items()}
    assert read == {
        "sim": {"sim.market"},
        "sim.market": {"sim.engine.day", "sim.rules"},
        "sim.engine": set(),
        "sim.engine.day": {"sim.market", "sim.engine.night"},
        "sim.engine.night": {"sim.engine.day", "sim.engine"},
        "sim.rules": set(),
        "sim.theory": {"sim.rules"},
    }


def test_a_planted_circle_is_found(planted):
    assert circles(import_graph(planted)) == [["sim.engine.day", "sim.engine.night", "sim.market"]]
