"""Prices that were looked for and not found: every command that shows a market says so in a line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.engine.demand_estimation import equilibrium
from sim.report.text.settling import prices_not_found
from sim.scenario import load_scenario
from sim.scenario.writing import scenario_to_toml
from sim.validation.equilibrium_markets import best_reply
from sim.validation.multiproduct_markets import of_goods, sold_by

SAID = "Prices not settled in the store chain (on 100.0 % of the days counted): the search for best prices ended"


@pytest.fixture
def three_goods(middleman) -> str:
    """Write a market of a wholesaler and a shop with three goods, and return its file."""
    rules = {"wholesaler": best_reply("margin"), "shop": best_reply("margin")}
    tables = sold_by(of_goods((44.0, 52.5, 31.0), 7.5, heads=100), (12.0, 23.0, 4.5), rules, wholesalers=1)
    tables["time"] = {"days": 12, "warm_up": 4, "cool_down": 0}
    Path("three_goods.toml").write_text(scenario_to_toml(load_scenario(tables)), encoding="utf-8")
    return "three_goods.toml"


@pytest.fixture
def hurried(monkeypatch) -> None:
    """Stop every search after a few passes."""
    monkeypatch.setattr(equilibrium, "MOST_PASSES", 4)


COMMANDS = {
    "run": ("run", "three_goods.toml", "--regime", "traditional"),
    "compare": ("compare", "three_goods.toml", "--regimes", "traditional", "-n", "2"),
    "audit": ("audit", "three_goods.toml", "-r", "traditional", "-n", "2", "--workers", "1"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_it_says_so_in_a_line(command, middleman, three_goods, hurried):
    answer = middleman(*COMMANDS[command], "--full", "--report", "page.html", columns=200)
    assert answer.code in (0, 1), answer.err
    assert " ".join(answer.out.split()).count(SAID) == 1
    assert Path("page.html").read_text(encoding="utf-8").replace("&nbsp;", " ").count(SAID) == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_it_says_nothing_of_prices_that_were_found(command, middleman, three_goods):
    answer = middleman(*COMMANDS[command], "--report", "page.html", columns=200)
    assert "Prices not settled" not in answer.out + Path("page.html").read_text(encoding="utf-8")


def test_json_has_the_share_of_days(middleman, three_goods, hurried):
    ran = json.loads(middleman(*COMMANDS["run"], "--json").out)
    assert ran["figures"]["unsettled_prices"] == 1.0
    compared = json.loads(middleman(*COMMANDS["compare"], "--json").out)
    assert compared["regimes"]["traditional"]["figures"]["unsettled_prices"]["mean"] == 1.0
    assert json.loads(middleman(*COMMANDS["audit"], "--json").out)["unsettled_prices"] == 1.0


def test_only_regimes_with_such_prices_are_named():
    said = prices_not_found({"store chain": 0.0, "direct": 0.255, "benchmark (planner)": None, "O2O": 0.04})
    assert said.startswith(
        "Prices not settled with direct selling (on 25.5 % of the days counted) and with O2O (on 4.00 %"
    )
    assert prices_not_found({"store chain": 0.0, "direct": None}) == ""
