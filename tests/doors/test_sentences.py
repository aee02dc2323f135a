"""Sentences say what the figures say: who gains, who loses, and where there is no clear difference."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest

from sim.report.text.headlines import headline
from sim.report.text.sentences import _gone, _who_gains, portrait, sentences


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
    regimes: tuple[str, ...] = ("traditional", "o2o")

    @property
    def figures(self) -> dict[str, dict[str, Any]]:
        after: dict[str, Any] = dict(BEFORE)
        for name, change in self.change.items():
            after[name] = None if change is None else BEFORE[name] + change
        plain = {name: sure(value) for name, value in BEFORE.items()}
        return {"traditional": plain, "o2o": {n: Estimate(None) if v is None else sure(v) for n, v in after.items()}}

    @property
    def differences(self) -> dict[str, dict[str, Any]]:
        found: dict[str, Any] = {name: sure(0.0) for name in BEFORE}
        for name, change in self.change.items():
            wide = 2 * abs(change or 0.0) if name in self.unclear else 0.0
            found[name] = Estimate(None) if change is None else sure(change, wide)
            if self.replications == 1 and change is not None:
                found[name] = Estimate(change)
        return {"o2o": {**found, **self.extra}}


def said(currency: str = "", **given: Any) -> str:
    return " ".join(sentences(ByHand(**given), currency))


def test_the_story_of_the_three_in_its_own_numbers() -> None:
    [paragraph] = sentences(ByHand(CHANGE), "EUR")
    assert paragraph == (
        "Under o2o customers pay 12 000.00 EUR less per unit than under traditional; suppliers receive 3 000.00 more "
        "per unit, and the firms in between (intermediaries and retailers) lose 15 000.00 of margin per unit. "
        "Both serve 82 of 100 needs; the median wait stays at 0 hours. "
        "Per need, better off: customers by 12 000.00 and suppliers by 3 000.00; worse off: intermediaries by "
        "5 000.00 and retailers by 10 000.00; in all nothing is gained or lost."
    )


def test_served_needs_and_waits_are_told_from_to() -> None:
    text = said(change={"no_purchase_share": -0.15, "delivery_days.p50": 0.125, "delivery_days.p95": 2.5})
    assert "Traditional serves 82 of 100 needs, o2o 97; the median wait goes from 0 hours to 3 hours" in text
    assert "that of the slowest twentieth from 0 hours to 2.5 days." in text


def test_sales_lost_to_empty_shelves_are_told_where_they_change() -> None:
    text = said(change={"lost_sales": -0.05})
    assert "; sales lost to empty shelves go from 6.00 to 1.00 of 100 needs; the median wait" in text
    assert "lost to" not in said(change={"lost_sales": -0.05}, unclear=frozenset({"lost_sales"}))


def test_shares_that_differ_by_less_than_one_need_show_decimals() -> None:
    assert "Traditional serves 82.0 of 100 needs, o2o 82.4" in said(change={"no_purchase_share": -0.004})


def test_nobody_is_said_to_serve_all_who_does_not() -> None:
    assert "Traditional serves 82.0 of 100 needs, o2o 99.6" in said(change={"no_purchase_share": -0.176})
    assert "Traditional serves 82.00 of 100 needs, o2o 99.98" in said(change={"no_purchase_share": -0.1798})
    assert "Traditional serves 82 of 100 needs, o2o 100" in said(change={"no_purchase_share": -0.18})


def test_nothing_changes() -> None:
    text = said()
    assert text.startswith("Under o2o customers pay the same price as under traditional; suppliers receive the same, ")
    assert "the firms in between (intermediaries and retailers) keep the same margin." in text
    assert "Per need" not in text


@pytest.mark.parametrize("name", ["consumer_price", "supplier_price", "retailer_margin_money", "welfare"])
def test_a_difference_whose_interval_includes_zero_is_no_clear_difference(name: str) -> None:
    text = said(change={name: 700.0}, unclear=frozenset({name}))
    assert "no clear difference" in text
    assert "700" not in text


def test_parties_without_a_clear_difference_are_named_apart() -> None:
    text = said(change={**CHANGE, "carrier_profit": 1.0}, unclear=frozenset({"carrier_profit"}))
    assert "no clear difference for carriers" in text
    assert "carriers by" not in text


def test_service_without_a_clear_difference_is_said_to_be_alike() -> None:
    names = frozenset({"no_purchase_share", "delivery_days.p50"})
    text = said(change={"no_purchase_share": -0.02, "delivery_days.p50": 0.1}, unclear=names)
    assert "Both serve about 82 of 100 needs (no clear difference)" in text
    assert "no clear difference in the median wait, 0 hours and 2.4 hours" in text


def test_a_cheaper_price_that_costs_more_in_all_is_told_with_both() -> None:
    text = said("EUR", change={"consumer_price": -5.0, "full_price": 2.5})
    assert "customers pay 5.00 EUR less per unit than under traditional" in text
    assert "(fee, way, waiting and hassle counted: 2.50 more)" in text


def test_losses_of_customers_and_of_all_are_not_passed_over() -> None:
    text = said(change={"consumer_surplus": -3.0, "supplier_profit": 1.0, "producer_surplus": 1.0, "welfare": -2.0})
    assert "better off: suppliers by 1.00; worse off: customers by 3.00; in all 2.00 is lost." in text


def test_a_subsidy_is_paid_by_the_state() -> None:
    change = {"consumer_surplus": 26.0, "producer_surplus": -11.0, "welfare": 3.0}
    subsidy = {"price_waterfall_money.subsidy": sure(-900.0, 10.0)}
    assert "worse off: the state by 12.00" in said(change=change, extra=subsidy)


def test_rare_and_common_tastes_are_told_apart_where_one_gains_and_the_other_loses() -> None:
    rarity = {
        "same_need.surplus_by_rarity.rarest": sure(9.1, 1.0),
        "same_need.surplus_by_rarity.middle": sure(0.5, 1.0),
        "same_need.surplus_by_rarity.commonest": sure(-1.0, 0.5),
    }
    text = said(change=CHANGE, extra=rarity)
    assert "better off are those of the rarest tastes by 9.10, worse off those of the commonest tastes by 1.00" in text
    only_gains = {name: one for name, one in rarity.items() if "commonest" not in name}
    assert "tastes" not in said(change=CHANGE, extra=only_gains)


def test_a_regime_under_which_nobody_buys() -> None:
    gone = dict.fromkeys(("consumer_price", "full_price", "supplier_price", "delivery_days.p50"), None)
    text = said(change={**gone, "no_purchase_share": 0.82})
    assert text.startswith("Under o2o nobody buys. Traditional serves 82 of 100 needs, o2o 0.")


def test_no_needs_at_all() -> None:
    everything = ByHand()
    figures = {regime: {**table, "no_purchase_share": Estimate(None)} for regime, table in everything.figures.items()}
    assert portrait("o2o", figures["o2o"]) == "Nobody has a need in the days that count."


def test_one_run_is_said_to_be_one_run() -> None:
    paragraphs = sentences(ByHand(CHANGE, replications=1))
    assert paragraphs[-1] == "This is one run: part of every difference may be chance."
    assert "12 000.00 less" in paragraphs[0]


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
        figures={"a {0} b": figures["traditional"], "c}": figures["o2o"]}, differences={"c}": differences["o2o"]}
    )
    assert "Under c} customers pay 12 000.00 less per unit than under a {0} b" in sentences(renamed)[0]


def test_the_portrait_of_one_regime() -> None:
    assert portrait("traditional", ByHand().figures["traditional"], "EUR") == (
        "Under traditional customers pay 20 000.00 EUR per unit, of which suppliers receive 5 000.00; margin of the "
        "firms in between: intermediaries 5 000.00 and retailers 10 000.00. It serves 82 of 100 needs; the median "
        "wait is 0 hours."
    )


@pytest.mark.parametrize("change", [CHANGE, {}, {"welfare": -3.0}])
def test_no_regime_is_ever_called_better(change: dict[str, float | None]) -> None:
    text = said(change=change).replace("better off", "")
    assert "better" not in text
    assert "best" not in text


def test_firms_that_are_gone_have_not_gained_their_loss_has_ended() -> None:
    gone = Estimate(0.0, 0.0, 0.0)
    assert "intermediaries" in _gone({"intermediary_profit": gone, "supplier_profit": Estimate(1.0, 0.5, 1.5)})
    assert "suppliers" not in _gone({"intermediary_profit": gone, "supplier_profit": Estimate(1.0, 0.5, 1.5)})
    (said, *_) = _who_gains({"intermediary_profit": Estimate(0.82, 0.7, 0.9)}, frozenset({"intermediaries"}))
    assert "intermediaries by 0.82 (a loss that ended with them)" in said


@pytest.mark.parametrize(
    ("change", "unclear", "said"),
    [
        ({"consumer_surplus": -4.62}, (), "pay 6.67 EUR less per unit and are 4.62 EUR worse off per need"),
        ({"consumer_surplus": 4.62}, (), "pay 6.67 EUR less per unit and are 4.62 EUR better off per need"),
        (
            {"consumer_surplus": 4.62}, ("consumer_surplus",),
            "pay 6.67 EUR less per unit and are neither better nor worse off, as far as can be told",
        ),
        (
            {"consumer_surplus": 0.0, "consumer_price": 0.0}, (),
            "pay the same price and are neither better nor worse off",
        ),
        (
            {"consumer_surplus": 1.0}, ("consumer_price",),
            "pay no clearly different price and are 1.00 EUR better off per need",
        ),
    ],
)  # fmt: skip
def test_a_headline_says_whether_customers_are_better_off_beside_what_they_pay(change, unclear, said):
    found = headline(ByHand({"consumer_price": -6.67} | change, unclear=frozenset(unclear)), "EUR")
    assert found == f"Under o2o customers {said}, wait and hassle counted"


def test_there_is_no_headline_where_nobody_buys_or_nothing_is_compared():
    assert headline(ByHand({"consumer_price": None})) == ""
    assert headline(ByHand(regimes=("traditional",))) == ""


def test_who_loses_money_is_named_where_the_interval_is_below_zero():
    losing = said("EUR", change={"intermediary_profit": -6920.0})
    assert "Losing money: intermediaries under o2o (1 920.00 EUR per need)." in losing
    assert "Losing money" not in said(change={"intermediary_profit": -4999.0})
    wide = {"intermediary_profit": Estimate(-1.0, -3.0, 0.5)}

    class Unsure(ByHand):
        @property
        def figures(self):
            return {**super().figures, "o2o": {**super().figures["o2o"], **wide}}

    assert "Losing money" not in " ".join(sentences(Unsure(), "EUR"))
