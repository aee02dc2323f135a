"""Sentences say what the figures say: who gains, who loses, and where there is no clear difference."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest

from sim.report.text.headlines import headline
from sim.report.text.sentences import comparison_sentences, portrait
from tests.wording import in_this_order, numbers


class Estimate(NamedTuple):
    mean: float | None
    low: float | None = None
    high: float | None = None


def sure(mean: float, half: float = 0.0) -> Estimate:
    return Estimate(mean, mean - half, mean + half)


BEFORE = {
    "consumer_price": 20000.0,
    "full_price": 20000.0,
    "supplier_price": 5000.0,
    "intermediary_margin_money": 5000.0,
    "retailer_margin_money": 10000.0,
    "platform_margin_money": 0.0,
    "no_purchase_share": 0.18,
    "lost_sales": 0.06,
    "delivery_days.p50": 0.0,
    "delivery_days.p95": 0.0,
    "consumer_surplus": 5000.0,
    "supplier_profit": 2500.0,
    "intermediary_profit": 5000.0,
    "retailer_profit": 10000.0,
    "platform_profit": 0.0,
    "carrier_profit": 0.0,
    "producer_surplus": 17500.0,
    "welfare": 22500.0,
    "price_waterfall_money.tax": 0.0,
    "price_waterfall_money.subsidy": 0.0,
}
CHANGE = {
    "consumer_price": -12000.0,
    "full_price": -12000.0,
    "supplier_price": 3000.0,
    "intermediary_margin_money": -5000.0,
    "retailer_margin_money": -10000.0,
    "consumer_surplus": 12000.0,
    "supplier_profit": 3000.0,
    "intermediary_profit": -5000.0,
    "retailer_profit": -10000.0,
    "producer_surplus": -12000.0,
}


@dataclass
class ByHand:
    """A comparison of two regimes made from what changes, with intervals of the same width everywhere."""

    change: dict[str, float | None] = field(default_factory=dict)
    unclear: frozenset[str] = frozenset()
    extra: dict[str, Estimate] = field(default_factory=dict)
    replications: int = 10
    regimes: tuple[str, ...] = ("store chain", "O2O")

    @property
    def figures(self) -> dict[str, dict[str, Any]]:
        after: dict[str, Any] = dict(BEFORE)
        for name, change in self.change.items():
            after[name] = None if change is None else BEFORE[name] + change
        plain = {name: sure(value) for name, value in BEFORE.items()}
        return {"store chain": plain, "O2O": {n: Estimate(None) if v is None else sure(v) for n, v in after.items()}}

    @property
    def differences(self) -> dict[str, dict[str, Any]]:
        found: dict[str, Any] = {name: sure(0.0) for name in BEFORE}
        for name, change in self.change.items():
            wide = 2 * abs(change or 0.0) if name in self.unclear else 0.0
            found[name] = Estimate(None) if change is None else sure(change, wide)
            if self.replications == 1 and change is not None:
                found[name] = Estimate(change)
        return {"O2O": {**found, **self.extra}}


def said(currency: str = "", **given: Any) -> str:
    return " ".join(comparison_sentences(ByHand(**given), currency))


def test_the_story_of_the_three_in_its_own_numbers(snapshot) -> None:
    [paragraph] = comparison_sentences(ByHand(CHANGE), "EUR")
    assert paragraph == snapshot
    assert numbers(paragraph) == [12_000, 3_000, 15_000, 82, 100, 0, 12_000, 3_000, 5_000, 10_000]
    assert in_this_order(
        paragraph, "better off", "customers by", "suppliers by", "worse off", "intermed", "retailers by"
    )


def test_served_needs_and_waits_are_told_from_to(snapshot) -> None:
    text = said(change={"no_purchase_share": -0.15, "delivery_days.p50": 0.125, "delivery_days.p95": 2.5})
    assert text == snapshot
    assert numbers(text) == [82, 100, 97, 0, 3, 0, 2.5]  # of 100 needs, hours, hours and days


def test_sales_lost_to_empty_shelves_are_told_where_they_change(snapshot) -> None:
    text = said(change={"lost_sales": -0.05})
    assert text == snapshot
    assert in_this_order(text, "lost", "6.00", "1.00")
    assert "lost to" not in said(change={"lost_sales": -0.05}, unclear=frozenset({"lost_sales"}))


@pytest.mark.parametrize(
    ("fewer", "served"),
    [(0.004, ["82.0", "82.4"]), (0.176, ["82.0", "99.6"]), (0.1798, ["82.00", "99.98"]), (0.18, ["82", "100"])],
)
def test_shares_of_needs_show_the_decimals_that_tell_them_apart_and_from_all(fewer, served) -> None:
    text = said(change={"no_purchase_share": -fewer})
    assert re.search(rf"{served[0]} of 100 [^;]*\b{served[1]}[;.]", text), text


def test_nothing_changes(snapshot) -> None:
    text = said()
    assert text == snapshot
    assert numbers(text) == [82, 100, 0]  # no difference is named
    assert "better" not in text
    assert "worse" not in text


@pytest.mark.parametrize("name", ["consumer_price", "supplier_price", "retailer_margin_money", "welfare"])
def test_a_difference_whose_interval_includes_zero_is_no_clear_difference(name: str) -> None:
    text = said(change={name: 700.0}, unclear=frozenset({name}))
    assert "no clear difference" in text
    assert "700" not in text


def test_parties_without_a_clear_difference_are_named_apart() -> None:
    text = said(change={**CHANGE, "carrier_profit": 1.0}, unclear=frozenset({"carrier_profit"}))
    assert in_this_order(text, "no clear difference", "carriers")
    assert "carriers by" not in text


def test_service_without_a_clear_difference_is_said_to_be_alike(snapshot) -> None:
    names = frozenset({"no_purchase_share", "delivery_days.p50"})
    text = said(change={"no_purchase_share": -0.02, "delivery_days.p50": 0.1}, unclear=names)
    assert text == snapshot
    assert numbers(text) == [82, 100, 0, 2.4]


def test_a_cheaper_price_that_costs_more_in_all_is_told_with_both(snapshot) -> None:
    text = said("EUR", change={"consumer_price": -5.0, "full_price": 2.5})
    assert text == snapshot
    assert in_this_order(text, "5.00 EUR less", "2.50 more")


def test_losses_of_customers_and_of_all_are_not_passed_over(snapshot) -> None:
    text = said(change={"consumer_surplus": -3.0, "supplier_profit": 1.0, "producer_surplus": 1.0, "welfare": -2.0})
    assert text == snapshot
    assert in_this_order(text, "better off", "suppliers by 1.00", "worse off", "customers by 3.00", "2.00 is lost")


def test_a_subsidy_is_paid_by_the_state() -> None:
    change = {"consumer_surplus": 26.0, "producer_surplus": -11.0, "welfare": 3.0}
    subsidy = {"price_waterfall_money.subsidy": sure(-900.0, 10.0)}
    assert in_this_order(said(change=change, extra=subsidy), "worse off", "state by 12.00")


def test_rare_and_common_tastes_are_told_apart_where_one_gains_and_the_other_loses(snapshot) -> None:
    rarity = {
        "same_need.surplus_by_rarity.rarest": sure(9.1, 1.0),
        "same_need.surplus_by_rarity.middle": sure(0.5, 1.0),
        "same_need.surplus_by_rarity.commonest": sure(-1.0, 0.5),
    }
    text = said(change=CHANGE, extra=rarity)
    assert text == snapshot
    assert numbers(text)[-2:] == [9.1, 1.0]
    only_gains = {name: one for name, one in rarity.items() if "commonest" not in name}
    assert "tastes" not in said(change=CHANGE, extra=only_gains)


def test_a_regime_under_which_nobody_buys(snapshot) -> None:
    gone = dict.fromkeys(("consumer_price", "full_price", "supplier_price", "delivery_days.p50"), None)
    text = said(change={**gone, "no_purchase_share": 0.82})
    assert text == snapshot
    assert numbers(text)[:3] == [82, 100, 0]


def test_no_needs_at_all(snapshot) -> None:
    everything = ByHand()
    figures = {regime: {**table, "no_purchase_share": Estimate(None)} for regime, table in everything.figures.items()}
    assert portrait("O2O", figures["O2O"]) == snapshot


def test_one_run_is_said_to_be_one_run(snapshot) -> None:
    paragraphs = comparison_sentences(ByHand(CHANGE, replications=1))
    assert paragraphs == snapshot
    assert len(paragraphs) == 1 + len(comparison_sentences(ByHand(CHANGE)))
    assert numbers(paragraphs[0])[0] == 12_000


def test_names_of_regimes_are_taken_as_they_are() -> None:
    other = ByHand(CHANGE)
    figures, differences = other.figures, other.differences

    @dataclass
    class Renamed:
        regimes: tuple[str, ...] = ("a {0} b", "c}")
        replications: int = 3
        figures: Any = None
        differences: Any = None

    renamed = Renamed(
        figures={"a {0} b": figures["store chain"], "c}": figures["O2O"]}, differences={"c}": differences["O2O"]}
    )
    assert "With c}, customers pay 12 000.00 less per unit than with a {0} b" in comparison_sentences(renamed)[0]


def test_the_portrait_of_one_regime(snapshot) -> None:
    text = portrait("store chain", ByHand().figures["store chain"], "EUR")
    assert text == snapshot
    assert numbers(text) == [20_000, 5_000, 5_000, 10_000, 82, 100, 0]


@pytest.mark.parametrize("change", [CHANGE, {}, {"welfare": -3.0}])
def test_no_regime_is_ever_called_better(change: dict[str, float | None]) -> None:
    text = said(change=change).replace("better off", "")
    assert "better" not in text
    assert "best" not in text


def test_firms_that_are_gone_have_not_gained_their_loss_has_ended(snapshot) -> None:
    gain = {"intermediary_profit": Estimate(0.82, 0.7, 0.9)}
    gone = said(change={"intermediary_profit": -BEFORE["intermediary_profit"]}, extra=gain)
    assert gone == snapshot
    assert in_this_order(gone, "intermediaries by 0.82", "a loss that ended")
    assert "ended" not in said(extra=gain)


@pytest.mark.parametrize(
    ("change", "unclear", "named", "side"),
    [
        ({"consumer_surplus": -4.62}, (), [6.67, 4.62], ["worse"]),
        ({"consumer_surplus": 4.62}, (), [6.67, 4.62], ["better"]),
        ({"consumer_surplus": 4.62}, ("consumer_surplus",), [6.67], []),
        ({"consumer_surplus": 0.0, "consumer_price": 0.0}, (), [], []),
        ({"consumer_surplus": 1.0}, ("consumer_price",), [1.0], ["better"]),
    ],
    ids=["worse off", "better off", "cannot be told", "nothing changes", "price unclear"],
)
def test_a_headline_says_whether_customers_are_better_off_beside_what_they_pay(change, unclear, named, side, snapshot):
    found = headline(ByHand({"consumer_price": -6.67} | change, unclear=frozenset(unclear)), "EUR")
    assert found == snapshot
    assert numbers(found) == named
    assert re.findall(r"EUR (better|worse) off", found) == side


def test_there_is_no_headline_where_nobody_buys_or_nothing_is_compared():
    assert headline(ByHand({"consumer_price": None})) == ""
    assert headline(ByHand(regimes=("store chain",))) == ""


def test_who_loses_money_is_named_where_the_interval_is_below_zero():
    losing = said("EUR", change={"intermediary_profit": -6920.0})
    assert "Losing money: intermediaries with O2O (1 920.00 EUR per need)." in losing
    assert "Losing money" not in said(change={"intermediary_profit": -4999.0})
    wide = {"intermediary_profit": Estimate(-1.0, -3.0, 0.5)}

    class Unsure(ByHand):
        @property
        def figures(self):
            return {**super().figures, "O2O": {**super().figures["O2O"], **wide}}

    assert "Losing money" not in " ".join(comparison_sentences(Unsure(), "EUR"))
