"""A market small enough to be compared in a second."""

import pytest

from sim.scenario import load_scenario


@pytest.fixture(scope="session")
def small():
    changed = {
        "geography.customers": 300,
        "geography.town_count": 2,
        "time.days": 12,
        "time.warm_up": 2,
        "time.cool_down": 2,
    }
    return load_scenario("classroom_set_margins", changed)
