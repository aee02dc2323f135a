"""Few rooms, one direction, no circles: what ``lint-imports`` keeps, and what it does not look at.

It leaves out imports under ``TYPE_CHECKING`` and circles of files within one room.
"""

from __future__ import annotations

import pytest

from tests.structure.source import ROOT, SOURCES, circles, contracts, import_graph, imports, modules, parsed, upward

MOST_LAYERS = 12
UPWARD: set[tuple[str, str]] = {
    ("sim.engine.accounting", "sim.market"),
    ("sim.engine.capacity", "sim.market"),
    ("sim.engine.data_collection", "sim.market"),
    ("sim.engine.entry_exit.channels", "sim.market"),
    ("sim.engine.entry_exit.profit_windows", "sim.market"),
    ("sim.engine.entry_exit.reviews", "sim.market"),
    ("sim.engine.entry_exit.store_exit", "sim.market"),
    ("sim.engine.firms.agents", "sim.market"),
    ("sim.results.recorder", "sim.market"),
}
"""Imports that still run up, all for types. It may only shrink."""

KNOTS: dict[str, set[str]] = {
    "sim": {
        "sim.cases.case",
        "sim.cases.plan",
        "sim.cases.runs",
        "sim.cli.answers",
        "sim.cli.pages.answered",
        "sim.engine.accounting",
        "sim.engine.capacity",
        "sim.engine.data_collection",
        "sim.engine.entry_exit",
        "sim.engine.entry_exit.channels",
        "sim.engine.entry_exit.profit_windows",
        "sim.engine.entry_exit.reviews",
        "sim.engine.entry_exit.store_exit",
        "sim.engine.firms",
        "sim.engine.firms.agents",
        "sim.engine.price_script",
        "sim.engine.pricing",
        "sim.market",
        "sim.results.archive",
        "sim.results.choice_data",
        "sim.results.figures",
        "sim.results.figures.availability",
        "sim.results.figures.flows",
        "sim.results.figures.groups",
        "sim.results.figures.margins",
        "sim.results.figures.opening_stock",
        "sim.results.figures.pairs",
        "sim.results.figures.prices",
        "sim.results.figures.structure",
        "sim.results.figures.times",
        "sim.results.figures.transport",
        "sim.results.figures.waterfall",
        "sim.results.figures.welfare",
        "sim.results.figures.window",
        "sim.results.frames",
        "sim.results.outcome",
        "sim.results.recorder",
    },
    "dashboards": {
        "board.argument",
        "board.pages",
    },
}
"""Modules that still lie in a circle, by the folder of source. It may only shrink."""


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
    assert [each["name"] for each in contracts() if each.get("ignore_imports")] == []
    assert all(each.get("exhaustive", True) for each in contracts())


def test_no_import_runs_up_not_even_for_types(graphs, layers):
    found = set(upward(graphs["sim"], layers))
    assert sorted(found - UPWARD) == []
    assert sorted(UPWARD - found) == [], "gone: take it out of UPWARD"


@pytest.mark.parametrize("folder", SOURCES)
def test_no_files_import_each_other_in_a_circle(graphs, folder):
    knots = KNOTS.get(folder, set())
    found = circles(graphs[folder])
    assert [circle for circle in found if not set(circle) <= knots] == []
    assert sorted(knots - {module for circle in found for module in circle}) == [], "gone: take it out of KNOTS"


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


def test_planted_circles_and_upward_imports_are_found(planted):
    graph = import_graph(planted)
    assert circles(graph) == [["sim.engine.day", "sim.engine.night", "sim.market"]]
    assert upward(graph, ["market", "engine", "rules | theory"]) == [
        ("sim.engine.day", "sim.market"),
        ("sim.theory", "sim.rules"),
    ]
    assert upward(graph, ["market", "engine", "theory", "rules"]) == [("sim.engine.day", "sim.market")]
