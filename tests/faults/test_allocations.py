"""Whichever array there is no memory for: one line says so, nothing is answered, and what was kept before stays."""

from __future__ import annotations

import numpy as np
import pytest

from sim.cli import console
from tests.faults.allocations import COMMANDS, SAID, Allocations, walk_allocations

NAMED = {command.name: command for command in COMMANDS}


@pytest.fixture(autouse=True)
def _wide(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("MIDDLEMAN_DEBUG", raising=False)


@pytest.mark.parametrize(("name", "every"), [("run --out", 150), ("compare", 1_700), ("sweep", 2_500)])
def test_there_is_no_memory_for_one_array(tmp_path, name, every):
    points, mishandled = walk_allocations(NAMED[name], tmp_path, every)
    assert points > 2
    assert mishandled == []


@pytest.mark.slow
@pytest.mark.parametrize(("name", "every"), [("run --out", 1), ("compare", 29), ("sweep", 29)])
def test_there_is_no_memory_for_any_array(tmp_path, name, every):
    points, mishandled = walk_allocations(NAMED[name], tmp_path, every)
    assert points > 50
    assert mishandled == []


def test_an_error_that_is_said_in_other_words_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.cli.errors._say_mistake", lambda error: console.say(f"Internal error: {error}") or 1)
    _, mishandled = walk_allocations(NAMED["run --out"], tmp_path, every=400)
    assert any("Internal error" in wrong for _, _, wrong in mishandled)
    assert all(SAID not in wrong for _, _, wrong in mishandled)


def test_numpy_is_itself_again_afterwards():
    before = np.zeros
    with Allocations().in_place() as allocations:
        assert np.zeros is not before
        np.zeros(3)
    assert allocations.made == ["zeros"]
    assert np.zeros is before
