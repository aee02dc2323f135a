"""``middleman audit``: who would gain by other prices, and how the command ends."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from pathlib import Path

import pandas as pd
import pytest

from sim.engine.demand_estimation import competition
from sim.experiments import auditing
from sim.experiments.auditing import AuditRun
from sim.experiments.gains import ALL, Change
from sim.runs.jobs import Watch
from sim.runs.seeds import replication_seeds
from sim.scenario import load_scenario
from sim.scenario.writing import scenario_to_toml
from sim.validation.equilibrium_markets import best_reply
from sim.validation.multiproduct_markets import alike, sold_by

SHORT = ("-r", "traditional", "-n", "2", "--workers", "1")


@pytest.fixture
def two_goods(middleman) -> str:
    """Write a market of a wholesaler and a shop with two goods, and return its file."""
    rules = {"wholesaler": best_reply("margin"), "shop": best_reply("margin")}
    tables = sold_by(alike(30.0, 2, 10.0, heads=300), (10.0, 10.0), rules, wholesalers=1)
    tables["time"] = {"days": 30, "warm_up": 15, "cool_down": 0}
    Path("two_goods.toml").write_text(scenario_to_toml(load_scenario(tables)), encoding="utf-8")
    return "two_goods.toml"


def test_a_market_in_which_nobody_gains_ends_well(middleman, two_goods):
    answer = middleman("audit", two_goods, *SHORT)
    assert answer.code == 0, answer.err
    assert "store chain: about 50 runs, then the runs that test gains again on fresh seeds." in answer.err
    said = " ".join(answer.out.split())
    assert "who would gain by charging other prices in the store chain" in said
    assert "(maker 0)" in said
    assert "None of 2 firms that choose their best prices gains more than 1 % of its earnings" in said
    found = middleman("audit", two_goods, *SHORT, "--json", "--firms", "wholesaler").content
    assert found["clean"] is True
    assert found["fresh_seeds"] == []
    assert {(each["fresh"], each["confirmed"]) for each in found["firms"][0]["deviations"]} == {(None, None)}
    assert found["sentences"][0].startswith("wholesaler, which chooses its best prices, does not gain")
    (wholesaler,) = found["firms"]
    assert [each["step"] for each in wholesaler["deviations"]] == [-0.2, -0.05, 0.05, 0.2] * 2
    assert all(each["gain"]["low"] <= each["gain"]["mean"] <= each["gain"]["high"] for each in wholesaler["deviations"])
    page = middleman("audit", two_goods, *SHORT, "--firms", "wholesaler", "--report", "audit.html")
    assert page.code == 0, page.err
    told = unescape(Path("audit.html").read_text(encoding="utf-8"))
    assert "holesaler, which chooses its best prices, does not gain more than" in told
    assert "middleman audit two_goods.toml" in told


def test_every_deviation_is_a_row_of_a_table(middleman):
    command = ("audit", "village", "--days", "6", "-n", "2", "--workers", "1", "--firms", "farm")
    assert middleman(*command, "--report", "audit.xlsx").code == 0
    assert middleman(*command, "--report", "audit.csv").code == 0
    (name, rows), *_ = pd.read_excel("audit.xlsx", sheet_name=None, engine="openpyxl").items()
    assert (name, len(rows)) == ("deviations", 8)
    pd.testing.assert_frame_equal(rows, pd.read_csv("audit.csv"), check_dtype=False)
    assert rows["firm"].unique().tolist() == ["farm"]


def test_a_firm_that_would_gain_ends_with_a_code_of_its_own(middleman, two_goods, monkeypatch):
    terms = competition.sale_terms

    def dear(*given):
        sales = terms(*given)
        return sales._replace(cost=sales.cost + 1000.0)

    monkeypatch.setattr(competition, "sale_terms", dear)
    answer = middleman("audit", two_goods, *SHORT, "-n", "3", "--firms", "retailer 0")
    assert answer.code == 1, answer.err
    said = " ".join(answer.out.split())
    assert "retailer 0 would gain" in said
    assert "a day by charging" in said
    assert "confirmed on 3 fresh seeds." in said
    assert "on the first seeds" not in said
    assert " *" in said


CHANGE = Change(0.05, ALL)


def plant_gain(monkeypatch, *, of_fresh: Callable[[AuditRun], float]) -> None:
    """Have the wholesaler gain a tenth by one deviation on the first seeds, and lose by all others everywhere."""
    lived = AuditRun.do

    def do(task: AuditRun, watch: Watch) -> object:
        if task.record is None:
            return lived(task, watch)
        if task.change != CHANGE:
            return -1.0
        earned = task.record.earned["wholesaler"].contribution
        return 0.1 * earned if task.seed in replication_seeds(0, 2) else of_fresh(task)

    monkeypatch.setattr(AuditRun, "do", do)


def test_a_gain_that_does_not_come_back_is_named_and_does_not_count(middleman, two_goods, monkeypatch):
    plant_gain(monkeypatch, of_fresh=lambda task: -1.0)
    answer = middleman("audit", two_goods, *SHORT, "--firms", "wholesaler")
    assert answer.code == 0, answer.err
    said = " ".join(answer.out.split())
    assert "wholesaler, which chooses its best prices, does not gain more than 1 %" in said
    again = "1 gain on the first seeds did not appear again on 2 fresh seeds"
    named = f"{again}: wholesaler, +5 % on all goods (fresh seeds: -0.07 "
    assert named in said
    assert "[+10.0 %]" in said
    assert "would gain" not in said.split("judged.")[1]
    found = middleman("audit", two_goods, *SHORT, "--firms", "wholesaler", "--json").content
    assert found["clean"] is True
    assert found["fresh_seeds"] == list(replication_seeds(0, 4)[2:])
    (tried,) = [each for each in found["firms"][0]["deviations"] if each["worth_while"]]
    assert tried["confirmed"] is False
    assert tried["fresh"]["mean"] < 0.0 < tried["gain"]["mean"]
    assert middleman("audit", two_goods, *SHORT, "--firms", "wholesaler", "--report", "audit.csv").code == 0
    rows = pd.read_csv("audit.csv").query("worth_while")
    assert rows[["goods", "step", "confirmed"]].to_numpy().tolist() == [[ALL, 0.05, False]]
    assert (rows["fresh_gain"] < 0.0).all()


def test_a_gain_that_could_not_be_tried_again_is_neither_counted_nor_dropped(middleman, two_goods, monkeypatch):
    plant_gain(monkeypatch, of_fresh=lambda task: 1 / 0)
    answer = middleman("audit", two_goods, *SHORT, "--firms", "wholesaler")
    assert answer.code == 3, answer.err
    said = " ".join(answer.out.split())
    assert (
        "1 gain on the first seeds could not be tested again, because too few runs on 2 fresh seeds finished: " in said
    )
    assert "does not gain" not in said
    assert f"Not run: wholesaler asks 5 % more for all goods, seed {replication_seeds(0, 4)[2]}" in said


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
