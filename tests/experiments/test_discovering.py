"""Discovery: the market in which a parcel costs more than it saves is found, and told."""

from __future__ import annotations

import pytest

from sim.experiments.design import Factor, parse_factor
from sim.experiments.discovering import discover
from sim.scenario import ScenarioError, load_scenario

VILLAGE = load_scenario("village")
PARCEL = parse_factor("delivery.parcel.cost_per_parcel=0..12", VILLAGE)
RENT = parse_factor("retailers.rent=0..3", VILLAGE)


def test_customers_lose_where_parcels_are_dear_whatever_the_rent(tmp_path):
    found = discover(VILLAGE, [PARCEL, RENT], points=24, days=8, store=tmp_path, workers=1)
    assert 0 < found.failing < found.markets == 24
    (region,) = found.regions
    (bound,) = region.bounds
    assert (bound.parameter, bound.side) == ("delivery.parcel.cost_per_parcel", "above")
    told = found.to_frame()
    assert list(told.columns) == ["delivery.parcel.cost_per_parcel", "retailers.rent", "change"]
    worse = told[told["change"] < 0]
    inside = told["delivery.parcel.cost_per_parcel"] > bound.value
    assert region.markets == inside.sum()
    assert region.density == pytest.approx((told["change"][inside] < 0).mean())
    assert region.coverage == pytest.approx((worse["delivery.parcel.cost_per_parcel"] > bound.value).mean())
    assert region.density == region.coverage == 1.0  # one seed: nothing else differs


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"factors": []}, "one parameter or more"),
        ({"points": 4}, "8 or more"),
        ({"factors": [Factor("delivery.paid_by", ("seller", "customer"))]}, "boxes need numbers"),
        ({"party": "politicians"}, "the parties are"),
        ({"regimes": ["direct"]}, "between two regimes"),
    ],
)
def test_what_makes_no_sense_is_refused(changed, said):
    with pytest.raises(ScenarioError, match=said):
        discover(VILLAGE, **{"factors": [PARCEL], "workers": 1, **changed})
