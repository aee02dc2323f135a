"""Who buys online tells the neighbours, and they hear of it from the next day on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.kernels.numerics.randomness import PURPOSE_AWARENESS, as_int64, draw, stream, uniform
from sim.kernels.offers import PARCEL
from tests.small_markets import OWN, PARCELS, SmallMarket

PEOPLE = 400
AT_ONCE = {"delivery.parcel.handling_days": 0.0, "time.days": 60, "suppliers.replenishment.level": 100_000}


def country(word_of_mouth: float, advertising: float = 0.1, *others: int, **changes: Any) -> SmallMarket:
    """Return a market that is reached by parcels only: a town, and others of so many people."""
    towns = [{"name": f"town {k}", "customers": people, "shape": "point"} for k, people in enumerate((PEOPLE, *others))]
    heard = {"learning.word_of_mouth": word_of_mouth, "online.advertising_per_head": advertising}
    retailers = {"count": 1, "people_per_store": 1e6}
    return SmallMarket(
        PARCELS, {**AT_ONCE, "online.advertising_scale": 1.0, **heard, **changes}, geography={"towns": towns},
        retailers=retailers,
    )  # fmt: skip


def bought(market: SmallMarket) -> np.ndarray:
    """Return who has bought online."""
    return market.market.state.population.tried > 0


def test_a_neighbour_hears_by_chance_of_advertising_and_of_the_share_who_bought_until_yesterday():
    market = country(word_of_mouth=1.5)
    seed = market.market.state.rules.seed
    for day in range(6):
        share = bought(market).mean()
        heard = 1.0 - np.exp(-(0.1 + 1.5 * share))
        key = as_int64(stream(seed, PURPOSE_AWARENESS, day))
        chances = np.array(
            [uniform(as_int64(draw(as_int64(draw(key, customer)), PARCEL))) for customer in range(PEOPLE)]
        )
        expected = bought(market) | (chances < heard)  # everybody needs something, and parcels are liked
        market.live()
        assert np.array_equal(bought(market), expected)
    assert bought(market).mean() > 0.9


def test_towns_hear_of_their_own_people_only():
    market = country(5.0, 0.0, 300)
    market.market.state.population.tried[:40] |= 1 << PARCEL
    market.live(2)  # what was known in the evening is heard of the day after
    assert bought(market)[:PEOPLE].mean() > 0.3
    assert not bought(market)[PEOPLE:].any()


def test_with_the_same_dice_who_hears_more_hears_no_later():
    deaf, hearing = country(0.0), country(0.5)
    for _ in range(10):
        deaf.live()
        hearing.live()
        assert (bought(hearing) >= bought(deaf)).all()
    assert bought(hearing).sum() > bought(deaf).sum()


def test_nothing_moves_while_it_is_off():
    market = country(0.0).live(5)
    assert market.market.state.rules.awareness == pytest.approx(1.0 - np.exp(-0.1), abs=1e-12)


def test_where_everybody_knows_anyway_talk_changes_nothing():
    market = country(2.0, **{"online.advertising_scale": 0.0}).live(2)
    assert market.market.state.rules.awareness.tolist() == [1.0]
    assert bought(market).all()


def test_who_shops_in_shops_has_nothing_to_tell():
    market = SmallMarket(OWN, {"learning.word_of_mouth": 5.0, "online.advertising_scale": 1.0}).live(4)
    assert market.market.state.rules.awareness.tolist() == [0.0]
