"""Exploring with the runs that are there: with all of them, the answer of the functions that run by themselves."""

from __future__ import annotations

import pytest

from sim.experiments import exploring
from sim.experiments.discovering import discover
from sim.experiments.exploring import Ground
from sim.experiments.frontier import find_frontier
from sim.experiments.sensitivity import find_sensitivity
from sim.runs.design import span
from sim.scenario import load_scenario

SHORT = {"time.days": 4, "time.warm_up": 0, "time.cool_down": 0}
PAIR = ("traditional", "direct")


@pytest.fixture(scope="module")
def village():
    return load_scenario("village", SHORT)


@pytest.fixture
def travel(village):
    return span("customers.travel_cost", 0.1, 2.0, village, levels=3)


@pytest.fixture
def hassle(village):
    return span("customers.hassle", 0.5, 6.0, village, levels=2)


class Kept:
    """Results of tasks that were done."""

    def __init__(self):
        self.of = {}

    def __call__(self, tasks):
        return [self.of.get(task.key) for task in tasks]

    def do(self, tasks):
        self.of |= {task.key: task.do(lambda: False) for task in tasks}


def to_the_end(look):
    """Do what is needed until the answer is whole; return all answers on the way."""
    kept, answers = Kept(), []
    for _ in range(20):
        answers.append(look(kept))
        if not answers[-1].needed:
            return answers
        kept.do(answers[-1].needed)
    raise AssertionError("it never ends")


def test_a_sweep_shows_the_first_run_everywhere_before_the_second(village, travel):
    kept, ground = Kept(), Ground(village, PAIR, 2)
    first = exploring.along(ground, travel, kept)
    assert first.answer is None
    assert [task.seed for task in first.needed] == [first.needed[0].seed] * 3 + [first.needed[3].seed] * 3
    kept.do(first.needed[:3])
    partly = exploring.along(ground, travel, kept)
    assert [value for value, _ in partly.answer] == list(travel.grid())
    assert (partly.done, partly.total) == (3, 6)
    kept.do(partly.needed)
    whole = exploring.along(ground, travel, kept)
    assert not whole.needed
    assert {each.replications for _, each in whole.answer} == {2}


def test_a_frontier_narrows_step_by_step_to_that_of_the_function(village, travel, hassle):
    ground = Ground(village, PAIR, 1)
    answers = to_the_end(lambda kept: exploring.frontier(ground, travel, hassle, ("customers", "everybody"), 2, kept))
    expected = find_frontier(village, travel, hassle, PAIR, ("customers", "everybody"), 1, steps=2, workers=1)
    assert answers[-1].answer == expected
    assert [each.done for each in answers] == sorted(each.done for each in answers)


def test_walks_give_the_sensitivity_of_the_function(village, travel, hassle):
    ground = Ground(village, PAIR, 1)
    answers = to_the_end(lambda kept: exploring.sensitivity(ground, [travel, hassle], "welfare", 3, kept))
    expected = find_sensitivity(village, [travel, hassle], "welfare", PAIR, points=3, workers=1)
    assert answers[-1].answer == expected
    assert answers[0].answer is None


def test_two_walks_of_three_say_something_already(village, travel, hassle):
    kept, ground = Kept(), Ground(village, PAIR, 1)
    first = exploring.sensitivity(ground, [travel, hassle], "welfare", 3, kept)
    kept.do(first.needed[:7])
    partly = exploring.sensitivity(ground, [travel, hassle], "welfare", 3, kept)
    assert partly.answer.runs == 6
    assert partly.done == 7


def test_failures_are_those_of_the_function(village, travel, hassle):
    ground = Ground(village, PAIR, 1)
    answers = to_the_end(lambda kept: exploring.failures(ground, [travel, hassle], "retailers", 8, kept))
    expected = discover(village, [travel, hassle], "retailers", PAIR, points=8, workers=1)
    assert answers[-1].answer == expected
