"""Every page, its empty, waiting, failing and hostile states."""

from __future__ import annotations

import json
import re
from concurrent.futures import Future
from urllib.parse import parse_qsl

import pytest

from sim.experiments.views import made_by

PAGES = ["argument", "compare", "purchase", "map", "explore", "prices"]
DOWNLOADS = ["CSV", "Excel", "Parquet", "JSON", "Scenario", "Python"]
VILLAGE = {"scenario": "village", "runs": "2"}
NOW = {**VILLAGE, "live": "1"}
"""As the argument asks for runs in place of the answers that are kept."""


def words(test):
    kinds = (test.title, test.subheader, test.markdown, test.caption, test.info, test.warning, test.error)
    return "\n".join(str(element.value) for kind in kinds for element in kind).replace("\\", "")


def no_trouble(test):
    assert not test.exception, [each.value for each in test.exception]
    return test


@pytest.mark.usefixtures("at_once")
def test_compare_says_the_finding_and_draws_it(shown):
    test = no_trouble(shown("compare", **VILLAGE))
    assert test.title[0].value.startswith("Direct selling is")
    assert "95 % intervals" in words(test)
    assert len(test.get("plotly_chart")) == 7
    findings = words(test)
    for said in ("between the", "before their own costs", "at an empty shelf", "From the store chain to direct"):
        assert said in findings
    assert {"Every table", "Download and reproduce"} <= {each.label for each in test.expander}


@pytest.mark.usefixtures("at_once")
def test_tables_and_files_are_there_when_they_are_opened(shown):
    closed = no_trouble(shown("compare", **VILLAGE))
    assert not closed.code
    assert not closed.get("download_button")
    test = no_trouble(shown("compare", opened=("tables", "download"), **VILLAGE))
    assert [button.label for button in test.get("download_button")] == DOWNLOADS
    assert len(test.code) > 8, "each table of the command line"
    assert len(test.get("plotly_chart")) == 7


@pytest.mark.usefixtures("at_once")
def test_one_run_is_labelled_so(shown):
    test = no_trouble(shown("compare", scenario="village", runs="1"))
    assert "one run, so no intervals" in words(test)
    assert "±" not in words(test).replace("± is", "")


@pytest.mark.usefixtures("at_once")
def test_compare_shows_at_most_seven_knobs_and_moves_them_by_the_link(shown):
    test = no_trouble(shown("compare", **VILLAGE))
    assert 1 <= len([each for each in test.sidebar.slider if each.key.startswith("village ")]) <= 7
    knob = next(each for each in test.sidebar.slider if each.key == "village customers.travel_cost")
    assert "km" in knob.label
    assert "Allowed" in knob.help
    no_trouble(knob.set_value(1.0).run())
    assert test.query_params["set"] in ("customers.travel_cost=1.0", ["customers.travel_cost=1.0"])
    assert next(each for each in test.sidebar.slider if each.key == knob.key).value == 1.0


@pytest.mark.usefixtures("never")
def test_where_a_set_share_decides_who_keeps_the_saving_its_knob_comes_first(shown):
    test = no_trouble(shown("compare", scenario="classroom_set_margins"))
    first = next(each for each in test.sidebar.slider if each.key.startswith("classroom_set_margins "))
    assert first.key == "classroom_set_margins suppliers.direct_pricing.gap_share"
    assert first.value == 0.75


@pytest.mark.usefixtures("at_once")
def test_compare_says_how_prices_come_about(shown):
    test = no_trouble(shown("compare", **VILLAGE))
    said = " ".join(each.value.replace("\\", "") for each in test.caption)
    assert "direct prices are set so that makers keep 50 % of the gap between wholesale and the chain's price" in said


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(("name", "given"), [("explore", {}), ("prices", {})])
def test_other_pages_say_how_prices_come_about_too(shown, name, given, monkeypatch):
    monkeypatch.setattr("board.explore.LEVELS", 3)
    test = no_trouble(shown(name, **FEW, **given))
    said = " ".join(each.value.replace("\\", "") for each in test.caption)
    assert "How prices come about: Store chain" in said
    assert "Who keeps the saving with direct selling" in said


@pytest.mark.usefixtures("never")
def test_a_share_close_to_its_limit_has_a_slider(shown):
    test = no_trouble(shown("compare", scenario="village", set=["platform.commission=0.995"]))
    knob = next(each for each in test.sidebar.slider if each.key == "village platform.commission")
    assert knob.value == knob.max == 0.995


@pytest.mark.usefixtures("never")
def test_a_parameter_without_a_value_changes_nothing_until_one_is_given(shown):
    from board.knobs import knobs_of

    path = next(p for p, k in knobs_of("village").items() if k.own is None and k.place.shape.plain is float)
    test = no_trouble(shown("compare", opened=("more",), scenario="village"))
    no_trouble(test.selectbox(key="another").set_value(path).run())
    assert "set" not in test.query_params
    knob = next(each for each in test.sidebar.number_input if each.key == f"village {path}")
    assert knob.value is None


@pytest.mark.usefixtures("never")
def test_every_way_to_sell_is_explained(shown):
    from sim.scenario import load_scenario

    help_text = shown("compare", scenario="village").sidebar.get("button_group")[0].proto.help.replace("\\", "")
    known = load_scenario("village")
    assert all(f"{known.regime_title(name)}: {known.regime(name).meaning}" in help_text for name in known.regime_names)


@pytest.mark.usefixtures("never")
def test_all_as_in_the_scenario_takes_back_changes_and_nothing_else(shown):
    link = {"runs": "3", "seed": "5", "regimes": "traditional,direct", "ask": "frontier"}
    test = no_trouble(shown("compare", scenario="village", set=["customers.hassle=2.0"], **link))
    no_trouble(next(each for each in test.button if each.label == "Reset to the scenario").click().run())
    left = {name: value if isinstance(value, str) else value[0] for name, value in test.query_params.items()}
    assert left == {"scenario": "village", "version": made_by(), **link}


@pytest.mark.usefixtures("at_once")
def test_the_same_link_gives_the_same_figures(shown):
    link = {**VILLAGE, "set": ["customers.travel_cost=1.0"]}
    one, two = (no_trouble(shown("compare", **link)) for _ in range(2))
    assert one.table[0].value.equals(two.table[0].value)
    other = no_trouble(shown("compare", **VILLAGE, seed="3"))
    assert not one.table[0].value.equals(other.table[0].value)


@pytest.mark.usefixtures("at_once")
def test_a_link_says_under_what_gains_are_shown_and_which_purchase_is_followed(shown):
    test = no_trouble(shown("compare", **VILLAGE, gains="o2o", why="direct", why_need="3"))
    assert any("to O2O" in each.value for each in test.subheader)
    assert test.toggle(key="follow").value
    assert (test.selectbox(key="why-regime").value, test.number_input(key="why-need").value) == ("direct", 3)
    test.selectbox(key="why-regime").set_value("o2o").run()
    assert test.query_params["why"] in ("o2o", ["o2o"])
    no_trouble(test.toggle(key="follow").set_value(False).run())
    assert {"why", "why_need"}.isdisjoint(test.query_params)
    assert "gains" in test.query_params
    strange = no_trouble(shown("compare", **VILLAGE, gains="<b>", why="nobody", why_need="-1"))
    assert strange.selectbox(key="why-regime").value == "traditional"


@pytest.mark.usefixtures("never")
def test_a_link_of_another_version_says_so(shown):
    assert "figures may differ" not in words(shown("compare", **VILLAGE, version=made_by()))
    told = words(no_trouble(shown("compare", **VILLAGE, version="<b>0.0.1")))
    assert f"This link was made with version <b>0.0.1, but this is {made_by()}: figures may differ." in told


@pytest.mark.usefixtures("at_once")
def test_why_follows_a_purchase(shown):
    test = no_trouble(shown("compare", **VILLAGE))
    test.toggle(key="follow").set_value(True)
    no_trouble(test.run())
    assert "customer" in words(test)
    assert any("kept" in table.value.columns for table in test.table)
    test.number_input(key="why-need").set_value(10**6)
    no_trouble(test.run())
    assert "Needs in this run are numbered" in words(test)


@pytest.mark.usefixtures("at_once")
def test_one_purchase_is_told_under_three_channels_side_by_side(shown):
    test = no_trouble(shown("purchase", **VILLAGE))
    assert test.title[0].value.replace("\\", "").startswith("The same customer, the same need: ")
    said = words(test)
    for name in ("Store chain", "Direct", "O2O"):
        assert f"**{name}**" in said
    assert len(test.get("plotly_chart")) == 1
    chart = json.loads(test.get("plotly_chart")[0].proto.spec)
    assert len(chart["frames"]) > 10
    need = test.number_input(key="purchase-need").value
    no_trouble(next(each for each in test.button if each.label == "The next need").click().run())
    assert test.query_params["need"] in (str(need + 1), [str(need + 1)])


@pytest.mark.usefixtures("at_once")
def test_a_need_that_is_not_there_is_said(shown):
    assert "There is no need called <b>" in words(no_trouble(shown("purchase", **VILLAGE, need="<b>")))
    far = no_trouble(shown("purchase", **VILLAGE, need="99999999"))
    assert "Needs in this run are numbered 0 to" in words(far)


@pytest.mark.usefixtures("at_once")
def test_prices_are_drawn_for_every_regime(shown):
    test = no_trouble(shown("prices", scenario="village"))
    assert len(test.get("plotly_chart")) == 5


@pytest.mark.usefixtures("never")
def test_prices_begin_where_they_move_and_theory_knows_where_they_rest(shown):
    from sim.scenario import load_scenario
    from sim.validation.theoretical_prices import resting_in_theory

    test = no_trouble(shown("prices"))
    name = test.selectbox(key="scenario").value
    rest = resting_in_theory(load_scenario(name), load_scenario(name).compare[0])
    assert rest.prices
    test.selectbox(key="scenario").set_value("village").run()
    assert test.query_params["scenario"] in ("village", ["village"])
    assert no_trouble(shown("map")).selectbox(key="scenario").value == "classroom"


CLASSROOM = {"scenario": "classroom", "regimes": "traditional,direct"}


@pytest.mark.parametrize(("page", "charts"), [("prices", 2), ("map", 1)])
def test_the_first_days_are_shown_first_and_labelled_so(shown, monkeypatch, page, charts):
    monkeypatch.setattr("board.work.MOMENT", 0.0)
    workers = First(charts)
    monkeypatch.setattr("sim.runs.backends.processes_apart", lambda *given: workers)
    test = no_trouble(shown(page, **CLASSROOM))
    assert len(test.get("plotly_chart")) == charts
    assert "preview: 24 of 180 days" in str([each.proto for each in test.get("markdown")] + [words(test)])
    assert len(test.get("progress")) == 1


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("page", ["prices", "map"])
def test_what_one_has_seen_is_there_for_all_also_after_a_new_start(shown, forget, monkeypatch, page):
    first = no_trouble(shown(page, **VILLAGE)).get("plotly_chart")[0].proto.spec
    forget()
    monkeypatch.setattr("sim.experiments.jobs.live_through", None)  # nothing can be run
    assert no_trouble(shown(page, **VILLAGE)).get("plotly_chart")[0].proto.spec == first


@pytest.mark.usefixtures("never")
@pytest.mark.parametrize("page", PAGES)
def test_while_nothing_is_there_the_page_says_how_far_it_is(shown, page):
    test = no_trouble(shown(page, **NOW))
    assert len(test.get("progress")) == 1
    assert test.title[0].value
    stop = next(button for button in test.button if button.label == "Stop")
    no_trouble(stop.click().run())
    assert "Stopped" in words(test)
    on = next(button for button in test.button if button.label == "Go on")
    no_trouble(on.click().run())
    assert len(test.get("progress")) == 1


@pytest.mark.usefixtures("never")
@pytest.mark.parametrize("page", PAGES)
def test_the_first_start_says_that_the_model_is_compiled(shown, page, monkeypatch):
    monkeypatch.setattr("board.work.is_compiled", lambda: True)
    assert "compiles" not in no_trouble(shown(page, **NOW)).get("progress")[0].proto.text
    monkeypatch.setattr("board.work.is_compiled", lambda: False)
    told = no_trouble(shown(page, **NOW)).get("progress")[0].proto.text
    assert told == "The first start compiles the model: about half a minute."


class First:
    """Workers of which the first tasks are done at once, the others never."""

    def __init__(self, most=1):
        self.given, self.most = 0, most

    def submit(self, work, *arguments):
        future = Future()
        self.given += 1
        if self.given <= 2 + self.most:  # compiling, for both kinds of workers, and so many tasks
            future.set_result(work(*arguments))
        return future

    def shutdown(self, **how):
        return


@pytest.mark.parametrize(("scenario", "jobs"), [("village", 1), ("classroom", 2)], ids=["a run", "a preview"])
def test_stop_keeps_what_is_there(shown, scenario, jobs, monkeypatch):
    monkeypatch.setattr("board.work.MOMENT", 0.0)
    workers = First(jobs)
    monkeypatch.setattr("sim.runs.backends.processes_apart", lambda *given: workers)
    link = {"scenario": scenario, "runs": "3", "regimes": "traditional,direct"}
    test = no_trouble(shown("compare", opened=("download",), **link))
    charts = len(test.get("plotly_chart"))
    assert charts
    assert not test.get("download_button"), "a file says as many runs as the link"
    if scenario == "village":
        assert "when all 3 runs have finished" in words(test)
    test = no_trouble(next(button for button in test.button if button.label == "Stop").click().run())
    assert "Stopped. The page shows the results so far." in words(test)
    assert len(test.get("plotly_chart")) == charts


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("page", PAGES)
def test_a_failure_is_told_without_a_traceback(shown, page, monkeypatch):
    def fails(*arguments, **named):
        raise RuntimeError("planted")

    monkeypatch.setattr("sim.experiments.jobs.replicate", fails)
    monkeypatch.setattr("sim.experiments.jobs.paired_runs", fails)
    monkeypatch.setattr("sim.experiments.jobs.live_through", fails)
    test = no_trouble(shown(page, **NOW))
    assert "could not be computed" in words(test)
    assert any("planted" in code.value for code in test.code)
    assert any(button.label == "Try again" for button in test.button)


HOSTILE = [
    {"scenario": "../../etc/passwd"},
    {"scenario": "<script>alert(1)</script>"},
    {"scenario": "village", "regimes": "nobody"},
    {"scenario": "village", "runs": "1e9"},
    {"scenario": "village", "seed": "-1"},
    {"scenario": "village", "set": ["no such thing"]},
    {"scenario": "village", "set": ["customers.travel_cost=-1"]},
    {"scenario": "village", "set": ["customers.travel_cost=[[[[[[[[[["]},
    {"scenario": "village", "set": ["name=5", "tiers.99.firms=2", "x" * 150 + "=1"]},
    {"scenario": "classroom", "set": ["time.days=9999"]},
    {"anything": "y" * 5000},
]
REFUSED = [
    *(("compare", link) for link in HOSTILE),
    # All pages read a link in two steps, which are the same for all: one that fails at either.
    *((page, HOSTILE[which]) for page in ("map", "explore", "prices") for which in (1, 6)),
]


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize(
    ("page", "link"), REFUSED, ids=[f"{page}-{next(iter(reversed(link.values())))[0][:24]}" for page, link in REFUSED]
)
def test_a_hostile_link_is_refused_in_words(shown, page, link):
    test = no_trouble(shown(page, **link))
    assert test.title[0].value == "This link cannot be shown"
    assert "allowed" in words(test) or "no such" in words(test) or "there are" in words(test)
    assert "<script>" not in "".join(str(each.value) for each in test.markdown)
    assert not test.get("plotly_chart")


def the_row(current, **link):
    from streamlit.testing.v1 import AppTest

    test = AppTest.from_string(f"from board.pages import links\nlinks({current!r})\n")
    for name, value in link.items():
        test.query_params[name] = value
    found = no_trouble(test.run()).get("page_link")
    return {each.proto.label: dict(parse_qsl(each.proto.query_string)) for each in found}


def test_what_is_looked_at_goes_along_to_every_page_that_shows_a_view():
    row = the_row("compare", scenario="village", set="customers.travel_cost=1.5")
    assert list(row) == ["The argument", "Compare", "One purchase", "Map", "Explore", "Prices", "Your data", "Decide"]
    assert row.pop("The argument") == row.pop("Decide") == {}
    taken = {"scenario": "village", "set": "customers.travel_cost=1.5", "version": made_by()}
    assert all(each == taken for each in row.values())


@pytest.mark.parametrize("link", [{"step": "chain", "guess": "5"}, {}])
def test_the_argument_takes_nothing_along(link):
    assert not any(the_row("argument", **link).values())


def test_a_link_that_cannot_be_is_left_behind():
    assert not any(the_row("compare", seed="-1").values())


def test_a_title_leaves_nothing_out():
    from board.compare import title_and_rest

    assert title_and_rest("They pay less (fee counted: more); firms lose 2.50. Both serve 1.") == (
        "They pay less", "Fee counted: more. Firms lose 2.50. Both serve 1.",
    )  # fmt: skip
    assert title_and_rest("Nobody buys.") == ("Nobody buys", "")


@pytest.mark.usefixtures("at_once")
def test_a_text_of_a_visitor_is_shown_as_letters():
    from board.text import plain

    assert plain("12 000.00 of 1 200 000, 2026 12") == "12\u202f000\\.00 of 1\u202f200\u202f000, 2026 12"
    assert plain("<b>**x**</b> [a](b) $y$ :red[z]") == (r"\<b\>\*\*x\*\*\</b\> \[a\]\(b\) \$y\$ \:red\[z\]")


def test_the_argument_types_no_number_that_the_model_computes():
    from sim.publishing.argument import STEPS

    for step in STEPS:
        for text in (step.title, step.story, step.question, step.because, step.but):
            typed = re.sub(r"\{\w+\}|[Oo]f 100|n 100", "", text)
            assert not re.search(r"\d", typed), (step.name, text)
            assert not re.search(r"\b(eight|forty|sixty|half a year|a fifth of the gap)\b", typed, re.IGNORECASE), (
                step.name
            )


@pytest.mark.parametrize(
    ("mean", "half", "said"),
    [
        (3.0, 1.0, "gain 3 EUR"), (-3.0, 1.0, "lose 3 EUR"), (0.001, 0.0, "neither"),
        (-3.0, 5.0, "lose 3 EUR (which may be chance)"), (-3.0, 0.0, "lose 3 EUR"),
    ],
)  # fmt: skip
def test_a_change_is_told_by_its_sign(mean, half, said):
    from sim.publishing.step import change_in_words
    from sim.report.comparison_protocol import Between

    assert change_in_words(Between(mean, mean - half, mean + half), 2, "gain # EUR", "lose # EUR", "neither") == said


def test_steps_have_names_of_their_own():
    from sim.publishing.argument import STEPS

    assert len({step.name for step in STEPS}) == len(STEPS)


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("name", ["chain", "hands", "offer", "leaving", "parcels", "shelves"])
def test_a_step_hides_its_answer_until_the_guess(shown, name):
    from sim.publishing.argument import STEPS

    step = next(each for each in STEPS if each.name == name)
    asked = no_trouble(shown("argument", step=name))
    assert not asked.get("plotly_chart")
    assert not asked.metric
    asked.button[0].click()
    told = no_trouble(asked.run())
    assert len(told.get("plotly_chart")) == 1
    assert told.metric[0].value.endswith(step.unit)
    assert "Why." in words(told)
    assert "But." in words(told)
    assert "{" not in words(told)
    assert told.query_params["guess"] in (f"{step.start:g}", [f"{step.start:g}"])


@pytest.mark.usefixtures("at_once")
def test_the_parable_is_told_to_the_cent(shown):
    assert shown("argument", step="chain", guess="9000").metric[1].value == "20 000 EUR"
    assert shown("argument", step="hands", guess="50").metric[1].value == "75 of 100"
    offer = shown("argument", step="offer", guess="9000")
    assert offer.metric[1].value == "8 000 EUR"
    told = "You save 12 000, the maker gets 3 000 more; the wholesaler loses 5 000, the shop loses 10 000."
    assert told in words(offer).replace("\u202f", " ")
    assert "In total, nothing is gained or lost." in words(offer)
    assert "±" not in words(offer)


def test_exact_answers_stand_beside_simulated_ones(shown):
    leaving = no_trouble(shown("argument", step="leaving", guess="40"))
    found = {each.label: each.value for each in leaving.metric}
    assert found["Exact, by hand"] == "60 of 100"
    assert "(20 000 − 5 000) / (30 000 − 5 000)" in words(leaving).replace("\u202f", " ")
    parcels = no_trouble(shown("argument", step="parcels", guess="15"))
    assert len(parcels.metric) == 2


def test_a_guess_is_scored_against_guesses_at_random(shown):
    assert "Closer than 98 of 100 random guesses." in words(shown("argument", step="hands", guess="74"))
    assert "No random guess comes closer." in words(shown("argument", step="hands", guess="75"))


def test_a_guess_is_drawn_where_it_was_made(shown):
    chart = json.loads(shown("argument", step="hands", guess="40").get("plotly_chart")[0].proto.spec)
    line = chart["layout"]["shapes"][-1]
    assert (line["x0"], line["x1"], line["xref"]) == (40, 40, "x")
    assert sum(bar["x"][0] for bar in chart["data"]) == 100
    assert [bar["text"][0] for bar in chart["data"]] == [
        "wholesaler<br><b>25</b>", "shop<br><b>50</b>", "maker<br><b>25</b>",
    ]  # fmt: skip


def test_the_way_back_brings_back_step_and_guess(shown):
    first = no_trouble(shown("argument", step="chain"))
    first.slider[0].set_value(9000)
    no_trouble(next(each for each in first.button if each.label == "Show me").click().run())
    no_trouble(next(each for each in first.button if each.label.endswith("→")).click().run())
    assert first.query_params["step"] in ("hands", ["hands"])
    assert first.query_params["guesses"] in ("chain:9000", ["chain:9000"])
    no_trouble(next(each for each in first.button if each.label.startswith("←")).click().run())
    assert first.query_params["step"] in ("chain", ["chain"])
    assert first.metric[0].value.startswith("9")


@pytest.mark.usefixtures("never")
def test_the_argument_waits_for_no_run_unless_it_is_asked_to(shown):
    told = no_trouble(shown("argument", step="tastes", guess="20"))
    assert not told.get("progress")
    assert len(told.metric) == 2
    live = no_trouble(shown("argument", step="tastes", guess="20", live="1"))
    assert len(live.get("progress")) == 1
    assert not live.metric


@pytest.mark.usefixtures("at_once")
def test_answers_asked_for_now_are_those_that_are_kept(shown):
    kept, live = (no_trouble(shown("argument", step="leaving", guess="40", **more)) for more in ({}, {"live": "1"}))
    assert [each.value for each in kept.metric] == [each.value for each in live.metric]
    assert "Run now" in words(live)


def test_the_verdict_shows_every_guess_and_moves_with_its_sliders(shown):
    link = {"step": "verdict", "guesses": "chain:8000,hands:40,nowhere:3,offer:1e9", "helped": "parcels are **cheap**"}
    test = no_trouble(shown("argument", **link))
    dots, strip = (json.loads(each.proto.spec) for each in test.get("plotly_chart"))
    assert len(dots["data"][1]["x"]) == 2, "guesses that can be"
    assert len(dots["data"][2]["x"]) == 8
    said = words(test)
    assert "Cutting out the middleman helped customers when parcels are **cheap** and hurt them when" in said
    cheap = no_trouble(shown("argument", **link, parcel="12", share="1"))
    moved = json.loads(cheap.get("plotly_chart")[1].proto.spec)
    assert moved["layout"]["xaxis"]["range"] == strip["layout"]["xaxis"]["range"]
    assert moved["data"] != strip["data"]


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("guess", ["nan", "inf", "-1", "<b>", "", "9" * 400])
def test_a_guess_that_cannot_be_is_asked_anew(shown, guess):
    test = no_trouble(shown("argument", step="chain", guess=guess))
    assert "A guess must be between" in words(test)
    assert not test.metric


@pytest.mark.usefixtures("at_once")
def test_an_unknown_step_is_the_first(shown):
    assert "There is no step called" in words(no_trouble(shown("argument", step="**nowhere**")))


FEW = {"scenario": "village", "runs": "2", "set": ["time.days=4", "time.warm_up=0", "time.cool_down=0"]}


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("question", ["sweep", "frontier", "tornado"])
def test_explore_answers_with_a_chart(shown, question, monkeypatch):
    for name, few in (("LEVELS", 3), ("ROWS", 2), ("STEPS", 1), ("WALKS", 2)):
        monkeypatch.setattr(f"board.explore.{name}", few)
    test = shown("explore", ask=question, **FEW)
    for _ in range(8):
        if not test.get("progress"):
            break
        test = no_trouble(test.run())
    assert len(test.get("plotly_chart")) == 1
    assert not test.get("progress")
    runs = "1 run " if question == "tornado" else "2 runs"
    assert f"Each point: {runs}" in words(test)
    assert ("marks the current settings" in words(test)) == (question != "tornado")


@pytest.mark.usefixtures("at_once")
def test_whole_numbers_can_be_swept_and_axes_have_words_and_units(shown, monkeypatch):
    monkeypatch.setattr("board.explore.LEVELS", 3)
    monkeypatch.setattr("board.knobs.IN_SIGHT", ("tiers[0].firms", "customers.travel_cost"))
    test = shown("explore", ask="sweep", x="tiers[0].firms", figure="consumer_price", **FEW)
    test = no_trouble(test.run())
    chart = json.loads(test.get("plotly_chart")[0].proto.spec)
    lines = [trace for trace in chart["data"] if trace["mode"] == "lines+markers"]
    assert all(float(value).is_integer() for line in lines for value in line["x"])
    axes = [chart["layout"][axis]["title"]["text"] for axis in ("xaxis", "yaxis")]
    assert axes == [
        "Intermediaries' firms, firms<br><span style='font-size:11px'>Number of firms in the tier</span>",
        "Price paid, EUR per unit",
    ]


@pytest.mark.usefixtures("at_once")
def test_a_whole_answer_is_looked_up_and_not_worked_out_again(shown, monkeypatch):
    monkeypatch.setattr("board.explore.LEVELS", 3)
    test = shown("explore", ask="sweep", **FEW)
    no_trouble(test.run())
    monkeypatch.setattr("board.explore.along_question", None)
    assert len(no_trouble(shown("explore", ask="sweep", **FEW)).get("plotly_chart")) == 1


@pytest.mark.usefixtures("never")
def test_explore_says_what_is_missing(shown, monkeypatch):
    assert "Choose two channels" in words(shown("explore", regimes="direct", **FEW))
    monkeypatch.setattr("board.knobs.IN_SIGHT", ("customers.hassle",))
    assert "fewer than two parameters" in words(no_trouble(shown("explore", **FEW)))


@pytest.mark.usefixtures("never")
def test_explore_opens_on_the_band_in_which_customers_and_makers_both_gain(shown):
    test = no_trouble(shown("explore"))
    assert not test.get("progress"), "it is kept"
    assert test.selectbox(key="scenario").value == "classroom_set_margins"
    assert "while makers keep between 17 and 55 % of the saving" in words(test)
    assert "In total: the sum over customers and all firms." in words(test)
    band = json.loads(test.get("plotly_chart")[0].proto.spec)["layout"]["shapes"][0]
    assert 16 < band["x0"] < 18 < band["x1"] < 56


@pytest.mark.usefixtures("at_once")
def test_who_keeps_the_saving_is_asked_of_other_markets_too(shown, monkeypatch):
    monkeypatch.setattr("board.saving.SHARES", (0.0, 0.5, 1.0))
    test = shown("explore", **FEW)
    for _ in range(8):
        if not test.get("progress"):
            break
        test = no_trouble(test.run())
    chart = json.loads(test.get("plotly_chart")[0].proto.spec)
    assert [trace["x"] for trace in chart["data"] if trace["mode"] == "lines+markers"] == [[0, 50, 100]] * 3


@pytest.mark.usefixtures("never")
def test_a_name_in_a_link_that_is_none_is_said(shown):
    found = words(no_trouble(shown("explore", scenario="classroom", ask="saving")))
    assert "which is no question here" in found, "prices are found, so no share decides"
    told = words(no_trouble(shown("compare", **VILLAGE, regime="direct", **{"<b>": "1"})))
    assert "The link says regime, which no page knows, so it changes nothing. Did you mean regimes?" in told
    assert "The link says <b>, which no page knows" in told
    assert "which is no question here" in words(no_trouble(shown("explore", **FEW, ask="<b>nothing")))
    assert "which cannot be chosen here" in words(no_trouble(shown("explore", **FEW, ask="sweep", x="no.such")))


@pytest.mark.usefixtures("at_once")
def test_explore_says_in_words_when_it_fails(shown, monkeypatch):
    monkeypatch.setattr("board.explore.MARKETS", 8)
    test = no_trouble(shown("explore", ask="fails", party="retailers", **FEW))
    test = no_trouble(test.run())
    assert "leaves retailers worse off" in words(test)
    assert not [path for path in ("customers.", "tiers[0]", "retailers.") if path in test.markdown[-1].value]
    assert "8 markets tried" in words(test)
