"""Expected demand: what another kernel expects, smooth with right slopes, and what full simulations sell."""

import numpy as np
import pytest

from benchmarks.odd_markets import Kind, history
from benchmarks.recovery import with_shelf_prices
from sim.engine.initial_state import expected_purchases
from sim.fitting import weekly_history_of
from sim.fitting.estimation import make_problem
from sim.fitting.expected_demand import make_demand, opened, posted_of
from sim.fitting.parameters import make_space
from sim.kernels.expected_sales import add_expected_sales, add_slopes
from sim.kernels.numerics.compiler import plain_python
from tests.fitting.conftest import SEED, names


@pytest.fixture(scope="module")
def problem(prior_market, weeks):
    history = weekly_history_of(weeks, names(prior_market))
    return make_problem(make_demand(make_space(prior_market, history), "traditional", SEED), history)


def test_it_is_what_the_market_itself_expects_at_opening(prior_market, weeks):
    """Two kernels: one fills opening stock, the other is fitted."""
    space = make_space(prior_market, weekly_history_of(weeks, names(prior_market)))
    state = opened(space.scenario, "traditional", SEED)
    model = make_demand(space, "traditional", SEED, state)
    stores = state.world.places.stores
    expected, _ = expected_purchases(state.world, state.prices.snapshot, state.shelves, state.call)
    price = model.posted[: len(model.posted) - space.products].reshape(-1, space.products)[0]
    units = model.by_series(model.choice(np.zeros(len(space.sd))), posted_of(price))
    assert units == pytest.approx(7.0 * expected[stores].sum(axis=0), rel=1e-9)


def test_slopes_are_those_of_small_steps(problem):
    rng = np.random.default_rng(3)
    at = 0.3 * rng.normal(size=len(problem.all_sd)) * problem.all_sd
    found = problem.expected(at, slopes=True).slopes
    for number in range(problem.parameters):
        step = 1e-4 * problem.sd[number]
        up, down = at.copy(), at.copy()
        up[number] += step
        down[number] -= step
        numeric = (problem.expected(up).mean - problem.expected(down).mean) / (2.0 * step)
        assert found[:, :, number] == pytest.approx(numeric, rel=2e-3, abs=1e-6 * np.abs(found).max()), number


def test_compiled_equals_plain_python(problem):
    model = problem.model
    short = model.choice(np.zeros(problem.parameters))
    few = 20
    choice = short._replace(first=short.first[: few + 1], weight=short.weight[:few])
    posted, pull = posted_of(np.full(model.space.products, 2900.0)), model.pull(np.zeros(problem.parameters))
    compiled, plain = np.zeros((2, model.space.products))
    add_expected_sales(choice, posted, np.zeros(99), compiled)
    plain_python(add_expected_sales)(choice, posted, np.zeros(99), plain)
    assert compiled.tolist() == plain.tolist()
    found = [model.slopes(choice, pull, posted)]
    assert found[0][0] == pytest.approx(compiled)
    assert add_slopes is not None


def test_an_empty_shelf_sends_customers_to_rivals(problem):
    choice = problem.model.choice(np.zeros(problem.parameters))
    price, there = np.full(6, 3000.0), np.ones(6)
    full = problem.model.by_series(choice, posted_of(price, there))
    there[0] = 0.0
    without = problem.model.by_series(choice, posted_of(price, there))
    assert without[0] == 0.0
    assert (without[1:] > full[1:]).all()
    assert without.sum() < full.sum()


def test_full_simulations_sell_what_is_expected(true_market):
    """With full shelves nothing but chance is between the two; needs are drawn, so the whole is within 4 sd."""
    priced = with_shelf_prices(true_market)
    data = history(true_market, Kind(weeks=20, promoted=0.0), 5, world_seed=SEED)
    told = weekly_history_of(data, names(priced))
    space = make_space(priced, told)
    truth = space.scenario.model_copy(update={"customers": priced.customers, "products": priced.products})
    model = make_demand(type(space)(truth, space.priors, space.quality_sd), "traditional", SEED)
    expected = model.by_series(model.choice(np.zeros(len(space.sd))), posted_of(told.usual_price * 100.0))
    sold = told.units.mean(axis=0)
    sd = np.sqrt(expected / len(told.weeks))
    assert np.abs((sold - expected) / sd).max() < 4.0
    assert sold.sum() == pytest.approx(expected.sum(), rel=4.0 / np.sqrt(20 * expected.sum()))
