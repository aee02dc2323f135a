"""A problem says where, what was given, what is allowed and what to do; an error carries all of them."""

from __future__ import annotations

import pickle

import pytest

from sim.scenario import Problem, ScenarioError, load_scenario
from sim.scenario.problems import shown


def test_problem_reads_as_one_sentence_in_the_order_where_what_allowed_remedy() -> None:
    problem = Problem("dense_city.toml", "retailers.stores[2].slots", "-3", "a whole number of at least 0", "raise it")
    assert str(problem) == (
        "dense_city.toml, retailers.stores[2].slots: -3 is not allowed: a whole number of at least 0; raise it"
    )


def test_parts_of_a_problem_may_be_missing() -> None:
    assert str(Problem(file="a.toml", allowed="the file is empty")) == "a.toml: the file is empty"
    assert str(Problem(key="time.days", value="0", remedy="raise it")) == "time.days: 0 is not allowed; raise it"


def test_error_lists_every_problem_on_a_line_of_its_own() -> None:
    error = ScenarioError([Problem(key="a", allowed="x"), Problem(key="b", allowed="y")])
    assert str(error).splitlines() == ["a: x", "b: y"]


def test_error_survives_being_sent_to_another_process() -> None:
    error = ScenarioError([Problem("f", "k", "v", "a", "r")])
    assert pickle.loads(pickle.dumps(error)).problems == error.problems


@pytest.mark.parametrize(
    ("value", "text"),
    [(-3, "-3"), (True, "true"), (None, "nothing"), ("x", '"x"'), (0.5, "0.5"), ("\x1b[2J", '"\\x1b[2J"')],
)
def test_values_are_shown_as_they_are_written(value: object, text: str) -> None:
    assert shown(value) == text


@pytest.mark.parametrize("value", ["x" * 10_000, list(range(10_000)), {str(i): i for i in range(10_000)}, 10**4000])
def test_long_values_are_cut_short(value: object) -> None:
    assert len(shown(value)) <= 60


@pytest.mark.parametrize("wrap", [lambda value: value, lambda value: [value]], ids=["alone", "listed"])
def test_numbers_that_python_refuses_to_write_are_shown(wrap) -> None:
    assert "digits" in shown(wrap(16**5000))


def test_a_long_value_does_not_flood_the_report() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenario({"customers": {"need_rate": ["x" * 1000] * 1000}})
    assert len(str(caught.value)) < 300


def test_a_problem_is_one_line_whatever_its_names_hold() -> None:
    line = str(Problem("market.toml", "compare[0]", '"x"', "there are: a\nb, \x1b[31mc", "choose"))
    assert line.isprintable()
    assert "a?b" in line


def test_of_many_problems_the_first_are_told_and_the_others_counted() -> None:
    error = ScenarioError(Problem(key=f"key{number}", remedy="mend it") for number in range(20_000))
    assert len(error.problems) == 20_000
    assert len(error.lines()) == 51
    assert error.lines()[0] == "key0; mend it"
    assert error.lines()[-1] == "... and 19950 more"
