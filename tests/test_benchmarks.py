"""The peers of the benchmarks make the same purchases as Middleman, and figures are judged as they must be.

Nothing here is timed: ``python -m benchmarks`` does that.
"""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.against_peers import FAR_APART, standard_errors_apart
from benchmarks.growth import exponent
from benchmarks.markets import arrays_of, left_by, market_in, world_for
from benchmarks.peers import hashing, in_mesa, in_numpy
from benchmarks.peers.arrays import Arrays, Left, Purchases, counts, load
from benchmarks.peers.shelves import Shelves
from benchmarks.peers.worker import digest
from benchmarks.rows import Row, interval
from benchmarks.twin.beside import beside
from sim.kernels.numerics import randomness
from sim.kernels.numerics.randomness import as_int64
from sim.market import Market
from sim.world.world import World

CUSTOMERS, DAYS = 4000, 8


@pytest.fixture(scope="module")
def world() -> World:
    return world_for(CUSTOMERS)


@pytest.fixture(scope="module")
def arrays(world: World) -> Arrays:
    return arrays_of(market_in(world))


@pytest.fixture(scope="module")
def lived(world: World) -> Market:
    market = market_in(world)
    for _ in range(DAYS):
        market.step()
    return market


@pytest.fixture(scope="module")
def ours(lived: Market) -> Left:
    return left_by(lived)


def test_the_market_has_what_peers_are_compared_on(lived: Market, ours: Left, arrays: Arrays) -> None:
    assert arrays.units.shape == (200, 200)
    assert (arrays.carried.sum(axis=1) == 40).all()
    needs = lived.state.needs[: int(lived.state.visits.used[0])]
    assert needs["first_empty"].sum() > 100, "shelves must run empty, or nobody would notice who comes first"
    assert (lived.state.shelves.list_price == arrays.price).all()
    assert (lived.state.shelves.direct_price == arrays.parcel_price).all()
    assert lived.state.orders.used[0] == 0, "the maker always has everything"
    assert (counts(arrays, ours.purchases) > 0).all()


def test_numpy_makes_every_purchase_that_middleman_makes(ours: Left, arrays: Arrays) -> None:
    peer = in_numpy.Market(arrays)
    peer.run(DAYS)
    theirs = peer.left()
    for mine, other in zip(ours.purchases.in_order(), theirs.purchases.in_order(), strict=True):
        assert np.array_equal(mine, other)
    assert np.array_equal(ours.units, theirs.units)
    assert np.array_equal(ours.stores, theirs.stores)
    assert ours.maker == theirs.maker
    assert digest(ours) == digest(theirs)


def test_a_single_other_purchase_is_noticed(ours: Left) -> None:
    store = ours.purchases.store.copy()
    store[0] += 1
    assert digest(ours._replace(purchases=ours.purchases._replace(store=store))) != digest(ours)


def test_the_c_twin_writes_every_record_that_the_kernel_writes(world: World) -> None:
    market = market_in(world)
    with beside() as found:
        for _ in range(DAYS):
            market.step()
    assert found.differences == []
    assert found.needs > 0.8 * CUSTOMERS * DAYS * 0.1
    assert len(found.kernel) == len(found.twin) == DAYS


def test_a_difference_of_the_c_twin_is_told(world: World) -> None:
    market = market_in(world)
    with beside() as found:
        market.step()
        found.own["needs"]["price"][0] += 1
        given = {
            "visits": market.state.visits, "day": 0, "needs": market.state.needs, "goods": market.stock.goods,
            "demand": market.state.flows.demand,
        }  # fmt: skip
        held = {
            "used": market.state.visits.used, "in_basket": market.state.visits.in_basket, "needs": found.own["needs"],
            "reserved": market.stock.goods.reserved, "demand": market.state.flows.demand,
            "basket": market.state.visits.basket,
        }  # fmt: skip
        found.compare(given, held, 0)
    assert "day 0: need price" in found.differences


def test_mesas_shares_are_middlemans(ours: Left, arrays: Arrays) -> None:
    peer = in_mesa.Market(arrays, seed=1)
    peer.run(DAYS)
    mine, other = (counts(arrays, left.purchases) for left in (ours, peer.left()))
    assert standard_errors_apart(mine, other, 1) < FAR_APART
    shifted = other + np.where(np.arange(len(other)) == 0, mine.sum() // 8, 0)
    assert standard_errors_apart(mine, shifted, 1) > FAR_APART


def test_arrays_are_read_as_they_were_saved(arrays: Arrays, tmp_path) -> None:
    arrays.save(tmp_path / "market.npz")
    for name, value in load(tmp_path / "market.npz")._asdict().items():
        assert np.array_equal(value, getattr(arrays, name)), name


def test_the_peers_hash_is_the_markets() -> None:
    for seed, day in ((0, 0), (7, 3), (2**63 - 1, 400)):
        key = hashing.stream(seed, hashing.SHOCK, day)
        assert key == int(randomness.stream(seed, randomness.PURPOSE_SHOCK, day)) % 2**64
        bits = hashing.draw(key, np.arange(50))
        assert bits.tolist() == [int(randomness.draw(as_int64(key), i)) % 2**64 for i in range(50)]
        assert hashing.uniform(bits).tolist() == [randomness.uniform(as_int64(int(one))) for one in bits]
        assert hashing.visiting_order(seed, day, 12_345) == tuple(randomness.visiting_order(seed, day, 12_345))


def test_who_comes_first_has_the_last_unit_and_the_other_looks_again(arrays: Arrays) -> None:
    shelves = Shelves(arrays._replace(units=np.array([[1], [5]]), price=np.array([[700], [900]])))
    worth = np.array([[3.0, 1.0], [9.0, 2.0], [9.0, -1.0]])
    stores = np.tile([0, 1], (3, 1))
    shelves.serve(np.array([10, 11, 12]), worth, np.zeros(3), np.zeros((3, 2), dtype=np.int64), stores)
    (bought,) = shelves.purchases
    assert bought.store.tolist() == [0, 1, -1]
    assert bought.product.tolist() == [0, 0, -1]
    assert shelves.units.tolist() == [[0], [4]]
    assert shelves.stores.tolist() == [700, 900]


@pytest.mark.parametrize(
    ("measured", "low", "high", "must", "aim", "at_least", "verdict"),
    [
        (9.0, 8.5, 9.5, 8.0, 18.0, True, "holds"),
        (19.0, 18.0, 20.0, 8.0, 18.0, True, "aim reached"),
        (7.5, 7.0, 8.5, 8.0, 18.0, True, "within the spread"),
        (7.5, 7.0, 7.9, 8.0, 18.0, True, "FAILS"),
        (0.4, 0.31, 0.5, 0.3, 0.1, False, "FAILS"),
        (0.4, 0.29, 0.5, 0.3, 0.1, False, "within the spread"),
        (0.2, 0.1, 0.5, 0.3, 0.1, False, "holds"),
        (0.05, 0.04, 0.06, 0.3, 0.1, False, "aim reached"),
        (1.0, 1.0, 1.0, None, None, True, ""),
    ],
)
def test_a_row_fails_where_must_is_missed_by_more_than_the_spread(measured, low, high, must, aim, at_least, verdict):
    row = Row("part", "name", "x", measured, low, high, must, aim, at_least)
    assert row.verdict == verdict
    assert row.failed == (verdict == "FAILS")


def test_other_purchases_fail_however_fast():
    assert Row("part", "name", "x", 1000.0, 999.0, 1001.0, must=8.0, wrong="other purchases").failed


def test_an_interval_holds_the_median_with_95_percent():
    assert interval([3.0]) == (3.0, 3.0)
    assert interval([5.0, 1.0, 3.0]) == (1.0, 5.0)
    # Of 20 values the sixth and the fifteenth: the median lies below the sixth with 2.07 %.
    assert interval([float(n) for n in range(1, 21)]) == (6.0, 15.0)


def test_the_exponent_of_a_power_law_is_found():
    assert exponent((10, 100, 1000), (2.0, 20.0, 200.0)) == pytest.approx(1.0)
    assert exponent((10, 20, 40), (1.0, 4.0, 16.0)) == pytest.approx(2.0)


def test_purchases_are_counted_by_rank_and_nearness(arrays: Arrays) -> None:
    taste, nearest = arrays.taste[:3], arrays.nearest[:3]
    product = arrays.considered[taste, [1, 2, 0]].astype(np.int32)
    product[2] = -1
    who = np.arange(3, dtype=np.int32)
    store = np.array([nearest[0, 2], -1, -1], dtype=np.int32)
    found = counts(arrays, Purchases(np.zeros(3, dtype=np.int32), who, product, store))
    assert np.flatnonzero(found).tolist() == [1 * 4 + 2, 2 * 4 + 3, 12]
