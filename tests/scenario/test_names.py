"""What is generated has names and numbers that follow from the scenario alone."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.kernels import goods
from sim.kernels.books import OUTSIDE
from sim.scenario import Scenario, load_scenario
from sim.scenario.names import (
    OUTSIDE_ACCOUNTS,
    OUTSIDE_PLACES,
    firm_names,
    product_names,
    product_suppliers,
    share_out,
    store_names,
    stores_per_town,
    tier_names,
    town_names,
    town_sizes,
)


def scenario(**sections: Any) -> Scenario:
    """A scenario of these sections."""
    return load_scenario({"time": {"days": 50}, **sections})


def test_firms_are_numbered_only_where_there_are_several() -> None:
    several = scenario(tiers=[{"name": "importer"}, {"name": "dealer", "firms": 2}], suppliers={"count": 1})
    assert tier_names(several, 1) == ("dealer 1", "dealer 2")
    assert firm_names(several)[:6] == (
        "supplier",
        "importer",
        "dealer 1",
        "dealer 2",
        "retailer 1",
        "retailer 2",
    )
    assert firm_names(several)[-4:] == ("platform", "bulk freight", "parcel carrier", "couriers")


def test_given_names_are_kept() -> None:
    named = scenario(suppliers={"names": ["mill", "farm"]}, retailers={"names": ["Ann"]})
    assert firm_names(named)[:3] == ("mill", "farm", "Ann")


def test_names_of_outside_accounts_are_those_of_the_books() -> None:
    assert OUTSIDE_ACCOUNTS == OUTSIDE
    assert OUTSIDE_PLACES == goods.OUTSIDE


def test_suppliers_take_turns_unless_named() -> None:
    items = [{"name": "a"}, {"name": "b", "supplier": "supplier 2"}, {"name": "c"}, {"name": "d"}]
    given_by_hand = scenario(products={"items": items}, suppliers={"count": 2})
    assert product_names(given_by_hand) == ("a", "b", "c", "d")
    assert product_suppliers(given_by_hand) == (0, 1, 0, 1)
    assert product_suppliers(scenario(products={"count": 5}, suppliers={"count": 3})) == (0, 1, 2, 0, 1)


def test_town_sizes_follow_rank_by_largest_remainder() -> None:
    # Shares of 100 by 1, 1/2, 1/3: 54.5, 27.3, 18.2; the one left over goes to the largest remainder.
    three = scenario(geography={"customers": 100, "town_count": 3})
    assert town_names(three) == ("town 1", "town 2", "town 3")
    assert town_sizes(three) == (55, 27, 18)
    assert town_sizes(scenario(geography={"customers": 10, "town_count": 4, "town_zipf": 0})) == (3, 3, 2, 2)
    assert town_sizes(scenario(geography={"customers": 6, "town_count": 5, "town_zipf": 5})) == (
        2,
        1,
        1,
        1,
        1,
    )


@given(st.integers(1, 200), st.integers(0, 10_000), st.floats(0, 5))
def test_shares_add_up_fall_with_rank_and_are_at_least_one(parts: int, more: int, exponent: float) -> None:
    weights = [rank**-exponent for rank in range(1, parts + 1)]
    shares = share_out(parts + more, weights)
    assert sum(shares) == parts + more
    assert min(shares) >= 1
    assert list(shares) == sorted(shares, reverse=True)


@given(st.integers(1, 60), st.integers(0, 5000), st.floats(0, 3), st.integers(0, 59))
def test_the_last_bit_of_a_weight_moves_nobody(parts: int, more: int, exponent: float, which: int) -> None:
    weights = [rank**-exponent for rank in range(1, parts + 1)]
    nudged = [math.nextafter(weight, 0) if rank == which else weight for rank, weight in enumerate(weights)]
    shares = share_out(parts + more, weights)
    # A quota exactly at a tie may only be left as it was.
    assert share_out(parts + more, nudged) == shares


def test_more_shares_than_units_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be shared out"):
        share_out(2, [1.0, 1.0, 1.0])


def test_stores_are_generated_by_the_number_of_people_with_at_least_one() -> None:
    generated = scenario(
        geography={"customers": 100, "town_count": 3},
        retailers={"people_per_store": 20, "showrooms_per_town": 1, "samples": 2},
    )
    assert stores_per_town(generated) == (3, 1, 1)
    assert store_names(generated)[:5] == (
        "store 1 in town 1",
        "store 2 in town 1",
        "store 3 in town 1",
        "showroom 1 in town 1",
        "store 1 in town 2",
    )


def test_given_stores_keep_their_names_and_showrooms_are_not_counted() -> None:
    stores = [
        {"name": "a", "town": "town 2", "slots": 1},
        {"name": "b", "town": "town 2", "samples": 1},
        {"name": "c", "town": "town 1", "slots": 1},
    ]
    by_hand = scenario(geography={"town_count": 3}, retailers={"stores": stores})
    assert store_names(by_hand) == ("a", "b", "c")
    assert stores_per_town(by_hand) == (1, 1, 0)
