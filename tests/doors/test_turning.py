"""``middleman tiers`` and ``middleman turn``: what one of the middlemen does, and where the answer turns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]
PARCELS = ("turn", "parable", "delivery.parcel.cost_per_parcel")


def test_leaving_out_one_who_doubles_the_price(middleman: Run) -> None:
    told = middleman("tiers", "parable", "--json", "--days", "20").content
    assert list(told) == [
        *("scenario", "regime", "tier", "replications", "price", "quantity", "profit", "adds_a_margin", "seed")
    ]
    assert told["tier"] == "intermediary"
    assert [told["price"][column]["mean"] for column in ("without", "with", "difference")] == [1e4, 2e4, 1e4]
    assert told["quantity"]["difference"]["mean"] == 0.0  # everybody buys at either price
    assert told["adds_a_margin"] is False


def test_it_is_told_in_a_sentence_and_a_table(middleman: Run) -> None:
    answer = middleman("tiers", "parable", "--days", "20", "-n", "2")
    text = " ".join(answer.out.split())
    assert "With intermediary in the chain the price is higher, no clear change in what is sold" in text
    assert "without intermediary 10 000.00" in text
    assert "difference +10 000.00" in text
    assert max(len(line) for line in answer.out.splitlines()) <= 80


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("tiers", "diapers", "--tier", "importer"), ("--tier", '"importer"')),
        (("tiers", "parable", "--regime", "direct"), ("--regime", "tiers' hands", "-r traditional")),
        ((*PARCELS, "0", "much"), ("HIGH", '"much"', "a number")),
        ((*PARCELS, "5", "5"), ("HIGH", "above LOW")),
        ((*PARCELS, "0", "1", "--figure", "happiness"), ("--figure", '"happiness"')),
        ((*PARCELS, "-1", "1"), ("No such option",)),
        ((*PARCELS, "0", "1", "--regimes", "direct"), ("--regimes", "two different regimes")),
        ((*PARCELS, "0", "100", "-n", "1"), ("does not change its sign", "look elsewhere")),
        (("turn", "parable", "delivery.parcel.cost", "0", "1"), ("delivery.parcel.cost", "cost_per_parcel")),
    ],
)
def test_what_cannot_be_asked(middleman: Run, arguments: tuple[str, ...], words: tuple[str, ...]) -> None:
    answer = middleman(*arguments)
    assert (answer.code, answer.out) == (2, "")
    for word in words:
        assert word in answer.err


def test_the_story_stops_being_good_for_customers_where_a_parcel_costs_what_it_saves(middleman: Run) -> None:
    """20 000 in the shop, 8 000 and a parcel direct: worse from 12 000 on."""
    told = middleman(*PARCELS, "0", "30000", "-n", "1", "--json").content
    assert told["turns_at"] == pytest.approx(12_000.0, abs=30.0)
    assert told["low"]["difference"]["mean"] == 12_000.0
    assert told["high"]["difference"]["mean"] < 0
    answer = middleman(*PARCELS, "0", "30000", "-n", "1")
    assert "consumer_surplus of direct less traditional changes its sign at" in " ".join(answer.out.split())
