"""``middleman fit`` and ``middleman decide``: from two files to an answer, and every way in which they refuse."""

from __future__ import annotations

import json

import pytest

import sim
from benchmarks.odd_markets import Kind, believed, history, truth
from sim.scenario.writing import scenario_to_toml


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A small market as it is believed, and its weeks as a spreadsheet writes them."""
    folder = tmp_path_factory.mktemp("mine")
    market = truth(1, products=4, people=0.15)
    weeks = history(market, Kind(weeks=10, promoted=0.25), 1, world_seed=3)
    weeks.drop(columns="stockout").rename(columns={"sku": "SKU"}).to_csv(folder / "weeks.csv", index=False, sep=";")
    (folder / "mine.toml").write_text(scenario_to_toml(believed(market)), encoding="utf-8")
    return folder


@pytest.fixture
def fitted(files, middleman, tmp_path):
    weeks = str(files / "weeks.csv")
    asked = ("--to", weeks, "-o", "mine.fitted.toml", "--members", "12")
    answer = middleman("fit", str(files / "mine.toml"), *asked)
    assert answer.code == 0, answer.err
    assert "price sensitivity" in answer.out
    assert "middleman decide mine.fitted.toml" in answer.err
    assert (tmp_path / "mine.fitted.ensemble.json").is_file()
    return "mine.fitted.toml"


def test_from_two_files_to_an_answer(fitted, middleman, tmp_path):
    routes = ("--options", "direct", "--confirm", "0")
    told = middleman("decide", fitted, *routes, "--report", "slide.html")
    assert told.code == 0, told.err
    data = middleman("decide", fitted, *routes, "--json").content
    assert data["members"] == 12
    assert " ".join(told.out.split()).startswith(data["headline"])
    assert data["headline"] in (tmp_path / "slide.html").read_text(encoding="utf-8").replace("&#39;", "'")
    best = middleman("decide", fitted, *routes, "--ensemble", "0", "--json").content
    assert best["members"] == 1
    few = middleman("decide", fitted, *routes, "--ensemble", "5", "--report", "answer.xlsx")
    assert few.code == 0
    assert (tmp_path / "answer.xlsx").is_file()


def test_the_verbs_in_python_find_what_the_commands_find(files, fitted, middleman, tmp_path):
    made = sim.fit(str(files / "mine.toml"), files / "weeks.csv", members=12)
    assert made.scenario == sim.load_scenario(str(tmp_path / fitted))
    told = middleman("decide", fitted, "--options", "direct", "--confirm", "0", "--json").content
    beside = sim.decide(str(tmp_path / fitted), routes=["direct"], confirm=0).to_dict()
    given = sim.decide(made.scenario, made.ensemble, routes=["direct"], confirm=0).to_dict()
    assert beside == given == {key: told[key] for key in beside}
    assert sim.decide(str(tmp_path / fitted), 5, routes=["direct"], confirm=0).members == 5
    assert sim.decide(str(tmp_path / fitted), 0, routes=["direct"], confirm=0).members == 1


def test_other_commands_run_over_the_ensemble(fitted, middleman):
    """Each replication takes the next set of parameters, so that intervals are wider than chance alone."""
    asked = (
        "compare",
        fitted,
        "--regimes",
        "traditional,direct",
        "-n",
        "6",
        "--days",
        "40",
        "--workers",
        "1",
        "--json",
    )
    known, unknown = middleman(*asked, "--ensemble", "0").content, middleman(*asked).content
    name = "quantity"
    width = {
        key: found["regimes"]["direct"]["figures"][name]["high"] - found["regimes"]["direct"]["figures"][name]["low"]
        for key, found in {"known": known, "unknown": unknown}.items()
    }
    assert width["unknown"] > width["known"]


def test_the_fitted_market_is_named_after_the_file_it_came_from(files, middleman, tmp_path):
    answer = middleman("fit", str(files / "mine.toml"), "--to", str(files / "weeks.csv"), "--members", "4")
    assert answer.code == 0, answer.err
    assert {path.name for path in tmp_path.glob("mine.*")} >= {"mine.fitted.toml", "mine.fitted.ensemble.json"}


def test_what_has_no_effect_is_refused(fitted, middleman):
    answer = middleman("decide", fitted, "--set", "customers.scale=3")
    assert answer.code == 2
    assert "no effect" in answer.err
    assert "--ensemble 0" in answer.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--as", "makr"), "did you mean maker"),
        (("--rivals", "hlod"), "did you mean hold"),
        (("--options", "drect"), "did you mean"),
        (("--firm", "nobody"), "own brand"),
        (("--ensemble", "3"), "middleman fit"),
        (("--report", "slide.pdf"), ".html"),
    ],
)
def test_decide_refuses_what_it_does_not_know(files, middleman, arguments, said):
    answer = middleman("decide", str(files / "mine.toml"), *arguments)
    assert answer.code == 2
    assert said in answer.err
    assert answer.out == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--to", "nothing.csv"), "cannot be read"),
        (("--to", "WEEKS", "-o", "mine.txt"), ".toml"),
        (("--to", "WEEKS", "--prior", "customers.hassle"), "PATH=SD"),
        (("--to", "WEEKS", "--prior", "customers.breadth=0.2"), "customers.scale"),
        (("--to", "WEEKS", "--regime", "tradtional"), "traditional"),
        (("--to", "MARKET"), "a scenario, not a table"),
    ],
)
def test_fit_refuses_what_it_cannot_use(files, middleman, arguments, said):
    places = {"WEEKS": str(files / "weeks.csv"), "MARKET": str(files / "mine.toml")}
    answer = middleman("fit", str(files / "mine.toml"), *(places.get(each, each) for each in arguments))
    assert answer.code == 2
    assert said in answer.err
    assert answer.out == ""


def test_a_fitted_market_is_not_overwritten_unasked(files, fitted, middleman):
    answer = middleman("fit", str(files / "mine.toml"), "--to", str(files / "weeks.csv"), "-o", fitted)
    assert answer.code == 2
    assert "--overwrite" in answer.err


def test_a_changed_market_is_told_from_the_one_that_was_fitted(fitted, middleman, tmp_path):
    file = tmp_path / fitted
    file.write_text(file.read_text(encoding="utf-8").replace('name = "odd"', 'name = "even"'), encoding="utf-8")
    answer = middleman("decide", fitted)
    assert answer.code == 2
    assert "another market" in answer.err
    content = json.loads((tmp_path / "mine.fitted.ensemble.json").read_text(encoding="utf-8"))
    assert content["kind"] == "middleman ensemble"


def test_weeks_of_products_that_a_scenario_lists_leave_them_as_they_are(files, middleman, tmp_path):
    """Rivals stay rivals: the weeks alone do not say who makes what."""
    answer = middleman("import", str(files / "weeks.csv"), "--over", str(files / "mine.toml"), "-o", "same.toml")
    assert answer.code == 0, answer.err
    assert (
        sim.load_scenario(str(tmp_path / "same.toml")).products == sim.load_scenario(str(files / "mine.toml")).products
    )
