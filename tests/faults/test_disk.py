"""Whatever goes wrong on the disk: nothing acknowledged is lost or wrong, and the next command puts it right."""

from __future__ import annotations

import logging

import pytest

from tests.faults.disk import KINDS
from tests.faults.stories import OfASweep, OfTheStore, stories
from tests.faults.walk import walk

SHORT = 6
"""The fast suite walks through each such operation; ``-m slow`` and ``python -m tests.faults`` through all."""
STORIES = {story.name: story for story in stories()}


def cases():
    """Return all stories with all faults that they are to stand."""
    return [(name, kind) for name, story in STORIES.items() for kind in KINDS if story.checksums or kind != "corrupt"]


@pytest.fixture(autouse=True)
def _quiet(caplog):
    caplog.set_level(logging.CRITICAL)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "kind"), cases())
def test_a_fault_at_any_operation_is_survived(name, kind):
    found = walk(STORIES[name], kind)
    assert found.points > 10
    assert found.mishandled == []


@pytest.mark.parametrize("kind", ["fail", "kill", "power", "corrupt"])
def test_the_store_survives_faults(kind):
    found = walk(OfTheStore(), kind, every=2 * SHORT)
    assert found.points > 3
    assert found.mishandled == []


@pytest.mark.parametrize("name", [name for name in STORIES if not name.startswith("run store")])
@pytest.mark.parametrize("kind", ["full", "power"])
def test_stories_survive_faults(name, kind):
    found = walk(STORIES[name], kind, every=4 * SHORT)
    assert found.points > 0
    assert found.mishandled == []


def test_a_sweep_survives_another_that_overtakes_it():
    assert walk(OfASweep(), "overtaken", every=29).mishandled == []
