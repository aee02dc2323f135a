"""Decide: from a firm's own tables to the slide, with the numbers of the command line."""

from __future__ import annotations

import json
import pickle
import shlex

import pytest
from typer.testing import CliRunner

from benchmarks.odd_markets import Kind, believed, history, truth
from sim.cli.app import app
from sim.decisions.answer import decision_report
from sim.decisions.slide import slide_of
from sim.scenario.writing import scenario_to_toml
from tests.dashboards.test_pages import no_trouble, words

pytestmark = pytest.mark.usefixtures("at_once")


@pytest.fixture(scope="module")
def sent():
    """A market as it is believed, and its weeks as a spreadsheet writes them."""
    market = truth(1, products=4, people=0.15)
    weeks = history(market, Kind(weeks=10, promoted=0.25), 1, world_seed=3)
    table = weeks.drop(columns="stockout").rename(columns={"sku": "SKU"}).to_csv(index=False, sep=";")
    return scenario_to_toml(believed(market)), table


@pytest.fixture
def looked(shown, sent):
    """The page once both files are sent and confirmed."""
    test = no_trouble(shown("decide"))
    for name, content in zip(("mine.toml", "weeks.csv"), sent, strict=True):
        test.file_uploader[0].upload(name, content.encode(), "text/plain")
    no_trouble(test.run())
    test.button(key="decide-use").click()
    return no_trouble(test.run())


def kept():
    """What the service holds of this page, by the kind of the result."""
    from guard import own

    found = [entry.result for entry in own.service()._entries.values()]
    return {type(each).__name__: each for each in found if each is not None}


def test_nothing_is_fitted_before_the_tables_are_confirmed(shown, sent):
    test = no_trouble(shown("decide"))
    test.file_uploader[0].upload("weeks.csv", sent[1].encode(), "text/plain")
    no_trouble(test.run())
    assert "3. What could you do?" not in words(test)
    assert not kept()


def test_from_two_files_to_a_slide_with_the_numbers_of_the_command_line(looked, sent, tmp_path, monkeypatch):
    assert "Does this look like your business?" in words(looked)
    anyway = [each for each in looked.toggle if each.label == "Show anyway"]
    if anyway:
        assert "3. What could you do?" not in words(looked)
        no_trouble(anyway[0].set_value(True).run())
    looked.get("button_group")[-1].set_value(["direct"]).run()
    looked.button(key="decide-weigh").click()
    test = no_trouble(looked.run())
    labels = [each.label for each in test.get("download_button")]
    assert labels[-5:] == ["Slide (HTML)", "Excel", "JSON", "Market (TOML)", "Its sets (JSON)"]
    (tmp_path / "mine.toml").write_text(sent[0], encoding="utf-8")
    (tmp_path / "weeks.csv").write_text(sent[1], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(app, ["fit", "mine.toml", "--to", "weeks.csv"]).exit_code == 0
    command = shlex.split(test.code[-1].value)[1:]
    asked = ["mine.fitted.toml" if word.endswith(".toml") else word for word in command]
    answer = CliRunner().invoke(app, [*asked, "--json"])
    told = json.loads(answer.stdout)
    found = kept()["Decision"]
    said = dict(decision_report(found).data)
    assert {key: told[key] for key in said} == said
    assert found.members == 200
    assert pickle.loads(pickle.dumps(found)).to_dict() == found.to_dict()


def test_a_market_without_weeks_is_held_back(shown, sent):
    test = no_trouble(shown("decide"))
    test.file_uploader[0].upload("mine.toml", sent[0].encode(), "text/plain")
    no_trouble(test.run())
    assert "nothing can be fitted" in words(test)
    assert "3. What could you do?" not in words(test)
    no_trouble(next(each for each in test.toggle if each.label == "Show anyway").set_value(True).run())
    assert "3. What could you do?" in words(test)


def test_more_products_than_a_server_fits_are_sent_to_the_command_line(sent):
    from sim.decisions.jobs import MOST_ON_A_PAGE, page_history
    from sim.scenario import ScenarioError, load_scenario

    few = load_scenario("classroom")
    assert page_history(few, None) is None
    many = load_scenario(few, {"products.count": MOST_ON_A_PAGE + 1})
    with pytest.raises(ScenarioError, match=r"up to 60 products can be decided on here; there are 61.*middleman fit"):
        page_history(many, None)


@pytest.mark.parametrize("name", ["own brand", "<b>x</b> [l](http://e/) :smile:"])
def test_a_firm_with_any_name_decides(shown, sent, name):
    test = no_trouble(shown("decide"))
    content = sent[0].replace('"own brand"', json.dumps(name))
    for file, text in (("mine.toml", content), ("weeks.csv", sent[1])):
        test.file_uploader[0].upload(file, text.encode(), "text/plain")
    no_trouble(test.run())
    test.button(key="decide-use").click()
    no_trouble(test.run())
    for each in test.toggle:
        no_trouble(each.set_value(True).run())
    assert test.selectbox(key="decide-firm-maker").value == name
    test.get("button_group")[-1].set_value(["direct"]).run()
    test.button(key="decide-weigh").click()
    no_trouble(test.run())
    assert kept()["Decision"].firm == name
    assert "<b>" not in slide_of(kept()["Decision"], ["decide", "--firm", name])
