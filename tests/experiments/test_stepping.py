"""Questions stepped with the runs that are there: with all of them, the answer of the functions that run them."""

from __future__ import annotations

import pytest

import sim
from sim.experiments.discovering import discover, discovery_question
from sim.experiments.frontier import frontier, frontier_question
from sim.experiments.optimising import optimise, optimum_question
from sim.experiments.questions import Setting
from sim.experiments.sensitivity import sensitivity, sensitivity_question
from sim.experiments.stepping import PointJobs, step
from sim.experiments.sweeping import along_question
from sim.experiments.worth import worth, worth_question
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


class Ready:
    """Results of jobs that were done."""

    def __init__(self):
        self.of = {}

    def __call__(self, jobs):
        return [self.of.get(job.key) for job in jobs]

    def do(self, jobs):
        self.of |= {job.key: job.do() for job in jobs}


def to_the_end(setting, question, *arguments):
    """Do what is needed until the answer is whole; return all answers on the way."""
    jobs, ready, answers = PointJobs(setting), Ready(), []
    for _ in range(60):
        answers.append(step(jobs, question(setting, *arguments), ready))
        if not answers[-1].needed:
            return answers
        ready.do(answers[-1].needed)
    raise AssertionError("it never ends")


def test_a_sweep_shows_the_first_run_everywhere_before_the_second(village, travel):
    ready, setting = Ready(), Setting(village, PAIR, 2)
    jobs = PointJobs(setting)

    def along():
        return step(jobs, along_question(setting, travel, ["welfare"]), ready)

    first = along()
    assert not first.answer
    assert [job.seed for job in first.needed] == [first.needed[0].seed] * 3 + [first.needed[3].seed] * 3
    ready.do(first.needed[:3])
    partly = along()
    assert [value for value, _ in partly.answer] == list(travel.grid())
    assert {each.replications for _, each in partly.answer} == {1}
    assert (partly.done, partly.total) == (3, 6)
    ready.do(partly.needed)
    whole = along()
    assert not whole.needed
    assert {each.replications for _, each in whole.answer} == {2}
    compared = sim.compare("village", PAIR, replications=2, overrides={**SHORT, "customers.travel_cost": 2.0})
    assert whole.answer[-1][1].differences["direct"]["welfare"] == compared.differences["direct"]["welfare"]


def test_a_frontier_narrows_step_by_step_to_that_of_the_function(village, travel, hassle):
    parties = ("customers", "everybody")
    answers = to_the_end(Setting(village, PAIR, 1), frontier_question, travel, hassle, parties, 3)
    expected = frontier(village, travel, hassle, PAIR, parties, steps=3, replications=1, workers=1)
    assert answers[-1].answer == expected
    assert answers[0].answer is None
    assert answers[1].answer is not None
    assert [each.done for each in answers] == sorted(each.done for each in answers)


def test_walks_give_the_sensitivity_of_the_function(village, travel, hassle):
    answers = to_the_end(Setting(village, PAIR, 1), sensitivity_question, [travel, hassle], "welfare", "morris", 3)
    expected = sensitivity(village, [travel, hassle], "welfare", PAIR, points=3, workers=1)
    assert answers[-1].answer == expected
    assert answers[0].answer is None


def test_two_walks_of_three_say_something_already(village, travel, hassle):
    ready, setting = Ready(), Setting(village, PAIR, 1)
    jobs = PointJobs(setting)

    def screened():
        return step(jobs, sensitivity_question(setting, [travel, hassle], "welfare", "morris", 3), ready)

    ready.do(screened().needed[:7])
    partly = screened()
    assert partly.answer.runs == 6
    assert (partly.done, partly.total, partly.share(1.0)) == (7, 9, 1.0)


def test_failures_are_those_of_the_function(village, travel, hassle):
    answers = to_the_end(Setting(village, PAIR, 1), discovery_question, [travel, hassle], "retailers", 8)
    expected = discover(village, [travel, hassle], "retailers", PAIR, points=8, workers=1)
    assert answers[-1].answer == expected


def test_a_search_is_stepped_to_the_best_value_of_the_function(village, travel):
    one = ("traditional",)
    answers = to_the_end(Setting(village, one, 1), optimum_question, [travel], "consumer_surplus", "highest")
    assert answers[-1].answer == optimise(village, [travel], "consumer_surplus", *one, replications=1, workers=1)


def test_services_are_worth_what_the_function_says(village):
    answers = to_the_end(Setting(village, ("traditional",), 2), worth_question, ("stock",))
    assert answers[-1].answer == worth(village, services=["stock"], replications=2, workers=1)
