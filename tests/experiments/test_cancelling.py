"""Work that nobody waits for is left: between days, and within the opening of a market; never with half a result."""

from __future__ import annotations

from threading import Thread

import pytest

from sim.common.stopping import StoppedError, stop_if_asked, stoppable
from sim.engine.demand_estimation.equilibrium import PriceSearch
from sim.experiments.jobs import look_at, replications_of
from sim.experiments.preview import staged_comparison
from sim.experiments.single_run_views import PricesView, staged_views
from sim.market import Market
from sim.runs.equal_prices import mean_prices
from sim.runs.jobs import UNWATCHED, Unfinished, Watch, attempted
from sim.scenario import load_scenario
from sim.world.world import make_world

SMALL = {"geography.customers": 600, "time.days": 60, "time.warm_up": 10, "time.cool_down": 4}
GOOD_BY_GOOD = {"customers.scale": 0.0, "geography.customers": 300, "time.days": 20, "time.warm_up": 3}


class Asked:
    """Says stop when it is asked for so many times; counts how often it was asked."""

    def __init__(self, after=None):
        self.after, self.times = after, 0

    def __call__(self):
        self.times += 1
        return self.times == self.after

    is_set = __call__


def questions(work):
    """Return how often something asks whether it shall stop when nobody stops it."""
    asked = Asked()
    with stoppable(asked):
        work()
    return asked.times


@pytest.fixture
def passes(monkeypatch):
    """Count the passes of searches for prices."""
    done, respond = [], PriceSearch.sums

    def counted(search, price, landed):
        found = respond(search, price, landed)
        done.append(search.passes)
        return found

    monkeypatch.setattr(PriceSearch, "sums", counted)
    return done


@pytest.mark.parametrize("regime", ["traditional", "hybrid"])
def test_the_opening_of_a_market_asks_before_each_pass_of_its_price_search(regime, passes):
    scenario = load_scenario("classroom", SMALL)
    asked = questions(lambda: Market(scenario, regime, 0))
    assert asked > len(passes) > 8
    for after in (1, asked // 3, asked - 2):
        passes.clear()
        stop = Asked(after)
        with stoppable(stop), pytest.raises(StoppedError):
            Market(scenario, regime, 0)
        assert stop.times == after  # it was left at once
        assert len(passes) < after  # and no pass was begun after it


def test_prices_that_are_found_good_by_good_are_left_in_the_middle_too():
    scenario = load_scenario("classroom", GOOD_BY_GOOD)
    asked = questions(lambda: Market(scenario, "direct", 0))
    assert asked > 20
    stop = Asked(asked // 2)
    with stoppable(stop), pytest.raises(StoppedError):
        Market(scenario, "direct", 0)
    assert stop.times == asked // 2


def jobs_of(days):
    village = load_scenario("village", {"time.days": days, "time.warm_up": 1, "time.cool_down": 1})
    [[view]] = staged_views(PricesView, village, ["traditional"], 0).stages
    return [*replications_of(village, ["traditional"], 1, 0), look_at(village, ["traditional"], 0), view]


def test_every_day_of_every_kind_of_job_asks_once():
    for longer, shorter in zip(jobs_of(9), jobs_of(7), strict=True):
        assert questions(longer.do) == questions(shorter.do) + 2


def test_a_job_that_is_told_to_stop_is_left_wherever_it_is():
    [job, *_] = jobs_of(9)
    for after in range(1, questions(job.do) + 1):
        stop = Asked(after)
        assert attempted(job, Watch(stop)) is Unfinished.LEFT
        assert stop.times == after


def test_runs_that_find_mean_prices_are_left_too():
    village = load_scenario("village")
    world = make_world(village, 0)
    with stoppable(Asked(5)), pytest.raises(StoppedError):
        mean_prices(village, "traditional", world)


def test_what_was_left_before_changes_nothing_of_what_is_done_afterwards():
    """A worker opens one market, is stopped, and makes another: to the bit as if it had made nothing before."""
    staged = staged_comparison(load_scenario("classroom", SMALL), ["traditional", "hybrid"], 1, 0)
    moved = staged_comparison(load_scenario("classroom", {**SMALL, "customers.hassle": 9.3}), ["hybrid"], 1, 0)
    wanted = staged.preview[1]
    alone = wanted.do()
    for after in (4, 12, 25):
        assert attempted(moved.first[0], Watch(Asked(after))) is Unfinished.LEFT
        again = attempted(wanted, UNWATCHED)
        assert (again.figures, again.halves) == (alone.figures, alone.halves)


def test_only_what_is_within_is_stopped_and_only_in_its_own_thread():
    stop_if_asked()
    found = []
    with stoppable(lambda: True):
        with pytest.raises(StoppedError):
            stop_if_asked()
        with stoppable(lambda: False):
            stop_if_asked()
        other = Thread(target=lambda: found.append(stop_if_asked()))
        other.start()
        other.join()
    assert found == [None]
    stop_if_asked()
