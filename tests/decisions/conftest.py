"""A fitted market in which one of two brands decides, as in ``tests/fitting``."""

import pytest

from benchmarks.odd_markets import OWN
from sim.decisions import weigh_routes
from sim.decisions.weighing import open_routes, prepare_weighing
from tests.fitting.conftest import SEED, fitted, prior_market, true_market, weeks, without_variation

__all__ = ["fitted", "prior_market", "true_market", "weeks", "without_variation"]


@pytest.fixture(scope="session")
def weighing(fitted):
    return prepare_weighing(fitted.scenario, fitted.ensemble.first(20), "maker", OWN, None, SEED)


@pytest.fixture(scope="session")
def routes(weighing):
    return open_routes(weighing, None)


@pytest.fixture(scope="session")
def decision(fitted):
    return weigh_routes(
        fitted.scenario, fitted.ensemble.first(30), firm=OWN, routes=["direct", "direct_only"], confirm=1
    )
