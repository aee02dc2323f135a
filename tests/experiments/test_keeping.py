"""Who keeps the saving: bands in which both gain, from where each changes sides, and one market worked by hand."""

from __future__ import annotations

from typing import Any

import pytest

from sim.experiments.root_bracketing import Crossing
from sim.experiments.who_keeps_the_saving import both, gains, who_keeps
from sim.scenario import ScenarioError
from tests.small_markets import SMALL

ENDS = (0.0, 1.0)


def crossing(better: Any, x: float, low: float | None = None, high: float | None = None, **more: Any) -> Crossing:
    return Crossing("customers", None, "crossing", x, low, high, better, **more)


def test_a_party_gains_on_its_side_of_where_it_changes() -> None:
    below, above = crossing("below", 0.45, 0.4, 0.5), crossing("above", 0.17, 0.1, 0.2)
    assert (gains(below, ENDS), gains(below, ENDS, surely=True)) == (((0.0, 0.45),), ((0.0, 0.4),))
    assert (gains(above, ENDS), gains(above, ENDS, surely=True)) == (((0.17, 1.0),), ((0.2, 1.0),))
    assert both([gains(below, ENDS), gains(above, ENDS)]) == ((0.17, 0.45),)
    assert both([gains(below, ENDS, surely=True), gains(above, ENDS, surely=True)]) == ((0.2, 0.4),)


def test_no_band_where_one_gains_only_after_the_other_has_lost() -> None:
    assert both([gains(crossing("below", 0.2), ENDS), gains(crossing("above", 0.3), ENDS)]) == ()


@pytest.mark.parametrize(("side", "band"), [("always", (ENDS,)), ("never", ()), ("unknown", ())])
def test_one_side_all_along(side: Any, band: Any) -> None:
    assert gains(Crossing("customers", None, side), ENDS) == band


def test_nothing_is_sure_without_intervals_or_where_some_of_it_may_be_chance() -> None:
    assert gains(crossing("below", 0.4), ENDS, surely=True) == ()
    assert gains(crossing("below", 0.4, 0.3, 0.5, unsure=(0.9,)), ENDS, surely=True) == ()
    assert gains(crossing("above", 0.4, 0.3, 0.5, again=((0.7, 0.8),)), ENDS) == ((0.4, 0.7),)


def test_shares_at_which_both_gain_are_those_a_pencil_finds() -> None:
    # One apple a day. Shops ask 6.00 and pay the maker 4.00; the way to Ann's and back is 1.00. A parcel costs 0.90,
    # which the maker pays, and the customer waits a day at 0.25. Direct price 4 + 2 g: customers gain
    # 6 + 1 - (4 + 2 g) - 0.25 > 0 everywhere; the maker gains 4 + 2 g - 0.90 - 4 > 0 where g > 0.45.
    market = {
        **SMALL,
        "customers": {**SMALL["customers"], "waiting_cost": 0.25},
        "suppliers": {**SMALL["suppliers"], "direct_pricing": {"rule": "undercut", "gap_share": 0.2}},
        "delivery": {
            **SMALL["delivery"],
            "paid_by": "seller",
            "parcel": {"handling_days": 1.0, "cost_per_parcel": 0.9},
        },
        "regimes": {"shops": {"shelves": "own", "own_channels": ["store"]}},
    }
    (found,) = who_keeps(market, ["shops", "direct"], steps=8, replications=2)
    assert found.share == 0.2
    ((low, high),) = found.bands
    assert low == pytest.approx(0.45, abs=0.01)
    assert high == 1.0
    ((surely, _),) = found.sure
    assert low <= surely <= 0.5
    assert found.to_dict()["both_gain"] == [[low, high]]


def test_where_no_set_share_decides_there_is_nothing_to_look_for() -> None:
    with pytest.raises(ScenarioError, match="direct prices undercut"):
        who_keeps(SMALL, ["traditional", "direct"], replications=2)
    with pytest.raises(ScenarioError, match="direct prices undercut"):
        who_keeps("village", ["direct", "o2o"], replications=2)
