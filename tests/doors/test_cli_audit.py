"""``middleman audit``: who would gain by other prices, and how the command ends."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pandas as pd
import pytest

from sim.engine.demand_estimation import competition
from sim.experiments import auditing
from sim.scenario import load_scenario
from sim.scenario.writing import scenario_to_toml
from sim.validation.equilibrium_markets import best
from sim.validation.multiproduct_markets import alike, sold_by

SHORT = ("-r", "traditional", "-n", "2", "--workers", "1")


@pytest.fixture
def two_goods(middleman) -> str:
    """Write a market of a wholesaler and a shop with two goods, and return its file."""
    rules = {"wholesaler": best("margin"), "shop": best("margin")}
    tables = sold_by(alike(30.0, 2, 10.0, heads=300), (10.0, 10.0), rules, wholesalers=1)
    tables["time"] = {"days": 30, "warm_up": 15, "cool_down": 0}
    Path("two_goods.toml").write_text(scenario_to_toml(load_scenario(tables)), encoding="utf-8")
    return "two_goods.toml"


def test_a_market_in_which_nobody_gains_ends_well(middleman, two_goods):
    answer = middleman("audit", two_goods, *SHORT)
    assert answer.code == 0, answer.err
    assert "traditional: at most 50 runs." in answer.err
    said = " ".join(answer.out.split())
    assert "who would gain by other prices, traditional" in said
    assert "(maker 0)" in said
    assert "None of 2 firms that look for their best prices gains by more than 1 % of what it earns" in said
    found = middleman("audit", two_goods, *SHORT, "--json", "--firms", "wholesaler").content
    assert found["clean"] is True
    assert found["sentences"][0].startswith("wholesaler, which looks for its best prices, does not gain")
    (wholesaler,) = found["firms"]
    assert [each["step"] for each in wholesaler["deviations"]] == [-0.2, -0.05, 0.05, 0.2] * 2
    assert all(each["gain"]["low"] <= each["gain"]["mean"] <= each["gain"]["high"] for each in wholesaler["deviations"])
    page = middleman("audit", two_goods, *SHORT, "--firms", "wholesaler", "--report", "audit.html")
    assert page.code == 0, page.err
    told = unescape(Path("audit.html").read_text(encoding="utf-8"))
    assert "holesaler, which looks for its best prices, does not gain by more than" in told
    assert "middleman audit two_goods.toml" in told


def test_every_deviation_is_a_row_of_a_table(middleman):
    command = ("audit", "village", "--days", "6", "-n", "2", "--workers", "1", "--firms", "farm")
    assert middleman(*command, "--report", "audit.xlsx").code == 0
    assert middleman(*command, "--report", "audit.csv").code == 0
    (name, rows), *_ = pd.read_excel("audit.xlsx", sheet_name=None).items()
    assert (name, len(rows)) == ("deviations", 8)
    pd.testing.assert_frame_equal(rows, pd.read_csv("audit.csv"), check_dtype=False)
    assert rows["firm"].unique().tolist() == ["farm"]


def test_a_firm_that_would_gain_ends_with_a_code_of_its_own(middleman, two_goods, monkeypatch):
    terms = competition.sale_terms

    def dear(*given):
        sales = terms(*given)
        return sales._replace(cost=sales.cost + 1000.0)

    monkeypatch.setattr(competition, "sale_terms", dear)
    answer = middleman("audit", two_goods, *SHORT, "--firms", "retailer 0")
    assert answer.code == 1, answer.err
    said = " ".join(answer.out.split())
    assert "retailer 0 would gain" in said
    assert "a day by asking" in said
    assert " *" in said


def test_runs_that_fail_are_told_with_a_code_of_their_own(middleman, two_goods, monkeypatch):
    def broken(*given):
        raise ArithmeticError("the books do not balance")

    monkeypatch.setattr(auditing, "live_deviating", broken)
    answer = middleman("audit", two_goods, *SHORT, "--firms", "wholesaler")
    assert answer.code == 3
    assert "Not run: wholesaler asks 20 % less for all goods, seed 0: ArithmeticError" in " ".join(answer.out.split())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("village", "--firms", "farmer"), "firms that set prices under traditional are"),
        (("village", "-n", "1"), "--replications"),
        (("village", "-r", "tradtional"), "did you mean traditional"),
        (("classroom", "-r", "planner"), "nobody sets prices under planner"),
    ],
)
def test_bad_input_is_explained(middleman, arguments, said):
    answer = middleman("audit", *arguments)
    assert answer.code == 2
    assert said in answer.err
    assert answer.out == ""
