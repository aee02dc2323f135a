"""A market of odd parameters small enough to be lived through and fitted in a few seconds."""

import pytest

from benchmarks.odd_markets import Kind, believed, history, truth
from sim.fitting import fit_market, weekly_history_of

SEED = 7


def names(market):
    return [item.name for item in market.products.items]


@pytest.fixture(scope="session")
def true_market():
    return truth(1, products=6, people=0.25)


@pytest.fixture(scope="session")
def weeks(true_market):
    return history(true_market, Kind(weeks=20, promoted=0.2), 1, world_seed=SEED)


@pytest.fixture(scope="session")
def prior_market(true_market):
    return believed(true_market)


@pytest.fixture(scope="session")
def fitted(prior_market, weeks):
    return fit_market(prior_market, weekly_history_of(weeks, names(prior_market)), "traditional", seed=SEED, members=60)


@pytest.fixture(scope="session")
def without_variation(prior_market, true_market):
    data = history(true_market, Kind(weeks=8, promoted=0.0), 1, world_seed=SEED)
    return fit_market(prior_market, weekly_history_of(data, names(prior_market)), "traditional", seed=SEED, members=60)
