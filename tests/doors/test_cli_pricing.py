"""``compare`` says first how prices come about; who keeps a saving that is set, and the same prices, where asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]
PAIR = ("compare", "village", "--regimes", "traditional,direct", "--replications", "2")


def unwrapped(text: str) -> str:
    return " ".join(text.split())


def test_how_prices_come_about_stands_before_the_finding(middleman: Run) -> None:
    lines = unwrapped(middleman(*PAIR, "--full").out)
    said = "Direct: direct prices are set so that makers keep 50 % of the gap between wholesale and the chain's price."
    assert said in lines
    assert "is set by suppliers.direct_pricing.gap_share; it is not a finding" in lines
    assert lines.index(said) < lines.index("With direct selling, customers pay")


def test_json_says_it_too_with_who_keeps_the_saving_where_asked(middleman: Run) -> None:
    told = middleman(*PAIR, "--json", "--who-keeps").content
    said = "makers' prices are set at 2 times cost; wholesalers' and shops' prices are set at 1.5 times cost"
    assert told["pricing"]["traditional"] == said
    (direct,) = told["who_keeps"]["regimes"]
    assert direct["regimes"] == ["traditional", "direct"]
    assert {each["party"] for each in direct["crossings"]} == {"customers", "suppliers"}
    assert all(0.0 <= low < high <= 1.0 for low, high in direct["both_gain"])
    assert any("Both gain from direct selling" in each for each in told["who_keeps"]["sentences"])


def test_the_same_prices_have_a_title_of_their_own_and_leave_out_who_sells_at_cost(middleman: Run) -> None:
    answer = middleman("compare", "village", "--replications", "2", "--days", "16", "--same-prices", "--full")
    assert answer.code == 0
    assert "Left out, because goods are sold at cost there: benchmark (planner)." in answer.err
    assert (
        "Same prices: in the store chain, with direct selling, with O2O and with mixed selling, each product has its"
        in unwrapped(answer.out)
    )
    assert "customers pay the same price as in the store chain" in unwrapped(answer.out)


def test_what_cannot_be_asked_is_refused(middleman: Run) -> None:
    chosen = middleman("compare", "village", "--regimes", "traditional,planner", "--same-prices")
    assert chosen.code == 2
    assert "nobody sells at cost" in unwrapped(chosen.err)
    alone = middleman("compare", "village", "--regimes", "direct,o2o", "-n", "2", "--who-keeps")
    assert alone.code == 2
    assert "direct prices undercut" in unwrapped(alone.err)
    both = middleman(*PAIR, "--who-keeps", "--same-prices")
    assert both.code == 2
    assert "use one of the two options at a time" in unwrapped(both.err)
