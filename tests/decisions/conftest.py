"""A fitted market in which one of two brands decides, as in ``tests/fitting``."""

import pytest

from benchmarks.odd_markets import OWN
from sim.decisions import decide
from sim.decisions.deciding import open_routes, prepared
from tests.fitting.conftest import SEED, fitted, prior_market, true_market, weeks, without_variation

__all__ = ["fitted", "prior_market", "true_market", "weeks", "without_variation"]


@pytest.fixture(scope="session")
def weighing(fitted):
    return prepared(fitted.scenario, fitted.ensemble.first(20), "maker", OWN, None, SEED)


@pytest.fixture(scope="session")
def routes(weighing):
    return open_routes(weighing, None)


@pytest.fixture(scope="session")
def decision(fitted):
    return decide(fitted.scenario, fitted.ensemble.first(30), firm=OWN, routes=["direct", "direct_only"], confirm=1)
