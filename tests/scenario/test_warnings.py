"""What a check warns of: figures that begin too early."""

from __future__ import annotations

import pytest

from sim.scenario import load_scenario
from sim.scenario.warnings import warnings


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"time.warm_up": 4, "returns.days": 3}, ["suppliers.lead_time"]),
        ({"time.warm_up": 5, "returns.days": 9}, ["returns.days"]),
        ({"time.warm_up": 1}, ["suppliers.lead_time", "returns.days"]),
        ({"time.warm_up": 1, "time.steady": False}, []),
        ({"time.warm_up": 5, "returns.days": 9, "products.return_unseen": 0.0, "products.return_inspected": 0.0}, []),
        ({"time.warm_up": 9, "retailers.lead_time": 10}, ["retailers.lead_time"]),
        ({}, []),
    ],
)
def test_a_warm_up_shorter_than_what_is_under_way_warns(changes, named):
    said = warnings(load_scenario("classroom", changes))
    assert len(said) == len(named)
    for line, name in zip(said, named, strict=True):
        assert name in line
        assert "time.warm_up" in line
