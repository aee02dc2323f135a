"""``middleman tiers``: what one of the middlemen does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]


def test_leaving_out_one_who_doubles_the_price(middleman: Run) -> None:
    told = middleman("tiers", "parable", "--json", "--days", "20").content
    assert list(told) == [
        *("scenario", "regime", "tier", "replications", "failed"),
        *("price", "quantity", "profit", "adds_a_margin", "seed"),
    ]
    assert told["tier"] == "intermediary"
    assert [told["price"][column]["mean"] for column in ("without", "with", "difference")] == [1e4, 2e4, 1e4]
    assert told["quantity"]["difference"]["mean"] == 0.0  # everybody buys at either price
    assert told["adds_a_margin"] is False


def test_it_is_told_in_a_sentence_and_a_table(middleman: Run) -> None:
    answer = middleman("tiers", "parable", "--days", "20", "-n", "2")
    text = " ".join(answer.out.split())
    assert (
        "With the intermediary in the chain, the price is higher, sales are the same, and the profit of all firms"
        in text
    )
    assert "one pair of runs" not in text
    assert "without intermediary 10 000.00" in text
    assert "difference +10 000.00" in text
    assert max(len(line) for line in answer.out.splitlines()) <= 80


def test_one_pair_of_runs_is_said_to_be_one(middleman: Run) -> None:
    text = " ".join(middleman("tiers", "village").out.split())
    assert "This is one pair of runs, so differences may be due to chance" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("tiers", "diapers", "--tier", "importer"), ("--tier", '"importer"')),
        (("tiers", "parable", "--regime", "direct"), ("--regime", "through the tiers", "-r traditional")),
    ],
)
def test_what_cannot_be_asked(middleman: Run, arguments: tuple[str, ...], words: tuple[str, ...]) -> None:
    answer = middleman(*arguments)
    assert (answer.code, answer.out) == (2, "")
    for word in words:
        assert word in answer.err
