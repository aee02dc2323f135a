"""A view that is pinned: what a move changes is what the command line says of the two markets."""

from __future__ import annotations

import pytest

from sim.experiments.two_markets import compare_markets
from sim.report.text.two_markets import figures_grid
from sim.runs.options import RunOptions
from sim.scenario import load_scenario
from tests.dashboards.test_pages import VILLAGE, no_trouble, words

pytestmark = pytest.mark.usefixtures("at_once")
MOVED = "customers.travel_cost=0.9"


def test_a_pin_is_kept_in_the_link_and_taken_back(shown):
    test = no_trouble(shown("compare", **VILLAGE))
    [pin] = [each for each in test.button if each.label == "Pin this view"]
    test = no_trouble(pin.click().run())
    assert test.query_params["pin"] in ("village", ["village"])
    assert "Pinned. Move a parameter" in words(test)
    [unpin] = [each for each in test.button if each.label == "Unpin"]
    test = no_trouble(unpin.click().run())
    assert "pin" not in test.query_params


def test_what_a_move_changes_is_what_the_command_line_says(shown):
    from board.text import plain

    test = no_trouble(shown("compare", **VILLAGE, set=MOVED, pin="village"))
    assert "What has changed since you pinned" in words(test)
    first = load_scenario("village", {"name": "pinned"})
    second = load_scenario("village", {"name": "now", "customers.travel_cost": 0.9})
    found = compare_markets(first, second, options=RunOptions(2))
    shown_tables = [each.value for each in test.table]
    for regime in found.regimes:
        grid = figures_grid(found, regime)
        rows = [[plain(cell) for cell in row] for row in grid.rows if not isinstance(row, str)]
        assert any(
            [[name, *values] for name, values in zip(table.index, table.to_numpy().tolist(), strict=True)] == rows
            for table in shown_tables
        ), regime
    assert any("travel" in str(table.index.tolist()) for table in shown_tables)


def test_a_pin_of_nothing_is_said_and_changes_nothing(shown):
    test = no_trouble(shown("compare", **VILLAGE, pin="village;customers.travel_cost"))
    assert "pin of this link cannot be shown" in words(test)
    assert test.title[0].value.startswith("Direct selling is")
    test = shown("compare", **VILLAGE, pin="nowhere")
    assert "the scenarios are" in words(test)
