"""A decision: its numbers agree wherever they stand, its sentences are no firmer than they, bad input is refused."""

import json

import numpy as np
import pytest

from benchmarks.odd_markets import OWN
from sim.decisions import weigh_routes
from sim.decisions.answer import decision_report, frames_of
from sim.decisions.decision import BreakEven, Decision
from sim.decisions.routes import Situation, firm_of, sales_routes_of
from sim.decisions.slide import round_ticks, routes_chart, slide_of
from sim.decisions.turning import reversals
from sim.decisions.words import decision_headline, turning_phrase, weekly_amount
from sim.scenario import ScenarioError, load_scenario


def test_the_best_route_is_the_one_that_is_expected_to_earn_most(decision):
    means = {each.key: each.expected["hold"].mean() for each in decision.results}
    assert decision.best.key == max(means, key=means.get)
    assert sum(decision.best_shares().values()) == pytest.approx(1.0)


def test_gains_are_against_staying_member_by_member(decision):
    for each in decision.others:
        gain = decision.gain(each)
        assert gain.low < gain.mean < gain.high
        expected = each.expected["hold"] - decision.stay.expected["hold"]
        assert gain.mean == pytest.approx(expected.mean(), abs=0.5 * expected.std() + 30.0)


def test_intervals_hold_chance_and_not_knowing(decision):
    for each in decision.others:
        alone = np.std(each.expected["hold"] - decision.stay.expected["hold"])
        assert np.std(decision.gains(each)) > 0.9 * alone > 0


def test_a_full_simulation_confirms_the_gain(decision):
    (found,) = decision.confirmed
    assert found.simulated == pytest.approx(
        found.expected, rel=0.1, abs=0.02 * abs(decision.stay.expected["hold"].mean())
    )


def test_what_is_not_known_is_listed_with_its_cost(decision):
    known = {each.path: each for each in decision.unknowns}
    assert known["customers.hassle"].share > 0.05
    assert known["customers.hassle"].decided == pytest.approx(1.0, abs=1e-6)
    assert all(each.cost >= 0.0 for each in decision.unknowns)
    assert [each.cost for each in decision.unknowns] == sorted((each.cost for each in decision.unknowns), reverse=True)


def test_break_evens_hold(decision, fitted):
    """At the value that is said, the route earns what the other one does."""
    found = [each for each in decision.break_evens if each.at is not None and each.path.startswith("customers.")]
    for each in found[:1]:
        there = load_scenario(decision.scenario, {each.path: each.at})
        keys = [key for key in (each.key, each.other) if key != "stay"]
        again = weigh_routes(there, None, firm=OWN, routes=keys, confirm=0)
        assert len(again.results) >= 2


def test_every_number_of_the_slide_is_that_of_the_command_line(decision):
    page, data = slide_of(decision, ["decide", "mine.toml"]), decision_report(decision).data
    best = next(each for each in data["routes"] if each["key"] == data["recommendation"])
    assert best["key"] != "stay"
    assert f"{weekly_amount(best['gain']['hold']['mean'], plus=True)} a week" in page
    for name, asked in best["prices"].items():
        assert f"<td>{name}</td><td>{asked:.2f}</td>" in page
    assert data["headline"] in page.replace("&#39;", "'")
    assert "src=" not in page
    assert "://" not in page.replace("http://www.w3.org/2000/svg", "")


def test_names_never_reach_the_slide_as_markup(fitted):
    given = json.loads(json.dumps(fitted.scenario.model_dump()).replace('"own 1"', '"<b>tea</b>"'))
    market = load_scenario(given)
    page = slide_of(weigh_routes(market, None, firm=OWN, routes=["direct"], confirm=0))
    assert "<b>tea" not in page


def test_the_workbook_opens_on_a_summary_and_keeps_raw_rows(decision):
    tables = frames_of(decision)
    assert next(iter(tables)) == "summary"
    assert decision_headline(decision) in tables["summary"].to_csv()
    assert len(tables["members"]) == decision.members
    direct = tables["routes"].query("route == 'direct' and rivals == 'hold'")
    assert direct["gain"].iloc[0] == pytest.approx(decision.to_dict()["routes"][1]["gain"]["hold"]["mean"])


def test_a_decision_is_plain_json(decision):
    assert json.loads(json.dumps(decision_report(decision).data, allow_nan=False))["members"] == 30


def test_without_a_fit_there_is_no_interval(fitted):
    found = weigh_routes(fitted.scenario, None, firm=OWN, routes=["direct"], confirm=0)
    assert found.members == 1
    assert "No fit" in found.notes[0]
    assert "(" not in decision_headline(found).split(":")[-1]
    assert "of 100 cases" not in decision_headline(found)


def test_a_refused_fit_gives_no_intervals(fitted):
    from dataclasses import replace

    refused = replace(fitted.ensemble.first(5), refused="tastes are wrong")
    found = weigh_routes(fitted.scenario, refused, firm=OWN, routes=["direct"], confirm=0)
    said = decision_report(found)
    assert "cannot be said" in said.heading
    assert said.sentences[0] == "Intervals are refused: tastes are wrong."
    assert all(each["marks"][0]["low"] is None for each in routes_chart(found)["rows"])


def test_where_sensitivity_is_assumed_the_answer_stands_at_three_values(without_variation):
    found = weigh_routes(without_variation.scenario, without_variation.ensemble, firm=OWN, routes=["direct"], confirm=0)
    assert set(found.three) == {0.5, 1.0, 2.0}
    assert any("Price sensitivity is assumed" in said for said in decision_report(found).sentences)


def test_only_what_the_data_leave_open_turns_the_answer(decision):
    from dataclasses import replace

    def at(path, value):
        return BreakEven("direct", path, "x", 1.0, value, (0.1, 6.0), wins_below=True, now_wins=True)

    changed = replace(
        decision,
        break_evens=(
            at("customers.scale", 1.1),
            at("customers.hassle", 2.0),
            at("delivery.parcel.cost_per_parcel", 1.5),
            at("customers.waiting_cost", None),
        ),
    )
    assert [each.path for each in reversals(changed)] == ["delivery.parcel.cost_per_parcel", "customers.hassle"]
    assert turning_phrase(changed.break_evens[1]) == "x is twice what is assumed"
    assert turning_phrase(changed.break_evens[2]) == "a parcel costs more than 1.50"


@pytest.mark.parametrize("role", ["retailer", "marketplace"])
def test_others_decide_too(fitted, role):
    found = weigh_routes(fitted.scenario, fitted.ensemble.first(5), role=role, confirm=0)
    assert isinstance(found, Decision)
    assert len(found.results) >= 3
    assert decision_headline(found)


def test_bad_input_is_refused(fitted):
    market = fitted.scenario
    with pytest.raises(ScenarioError, match="own brand"):
        firm_of(market, "maker", "own brnd")
    with pytest.raises(ScenarioError, match="routes of a maker"):
        sales_routes_of(Situation(market, "traditional", "maker", OWN), ["drect"])
    with pytest.raises(ScenarioError, match="at least one other"):
        sales_routes_of(Situation(market, "traditional", "maker", OWN), ["stay"])
    with pytest.raises(ScenarioError, match="taste shocks"):
        weigh_routes(load_scenario(market, {"customers.scale": 0.0}), None, firm=OWN)


@pytest.mark.parametrize(("low", "high"), [(0.0, 2903.0), (-120.0, 15.0), (-0.03, 0.002), (0.0, 0.0)])
def test_ticks_are_round_and_span_the_axis(low, high):
    ticks = round_ticks(low, high)
    assert ticks[0] <= low
    assert ticks[-1] >= high
    assert 0.0 in ticks
    assert len(ticks) <= 9
