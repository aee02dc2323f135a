"""Columns as people read them: names for codes, currency for cents."""

import pandas as pd
import pytest

ISSUE_ORDER = [
    "need", "day", "customer", "town", "taste", "first_choice", "result", "product", "seller", "channel",
    "price", "fee", "km", "days", "returned", "surplus",
]  # fmt: skip


def test_needs_start_with_the_columns_everybody_asks_for(three_days):
    needs = three_days.outcome().needs
    assert list(needs.columns[: len(ISSUE_ORDER)]) == ISSUE_ORDER
    assert set(needs.columns) == set(three_days.outcome().columns["needs"])


def test_a_need_reads_as_it_was(three_days):
    pen = three_days.outcome().needs.loc[1]
    assert (pen["town"], pen["product"], pen["seller"], pen["channel"], pen["result"]) == (
        "Alba",
        "pen",
        "maker",
        "courier",
        "bought",
    )
    assert (pen["price"], pen["fee"], pen["tax"], pen["full_price"], pen["cost_of_goods"]) == (
        10.0,
        2.0,
        2.0,
        15.0,
        4.0,
    )
    assert (pen["surplus"], pen["days"], pen["km"]) == (5.0, 0.25, 0.0)
    assert not pen["returned"]
    assert three_days.outcome().needs.loc[2, "refund"] == 24.0


def test_nothing_is_missing_not_the_last_name(three_days):
    nothing = three_days.outcome().needs.loc[3]
    for column in ("product", "seller", "channel", "place", "first_choice"):
        assert pd.isna(nothing[column]), column
    assert nothing["result"] == "not_stocked"


def test_the_ledger_shows_amounts_in_currency(three_days):
    ledger = three_days.outcome().ledger
    assert "cents" not in ledger
    rent = ledger[ledger["kind"] == "rent"].iloc[0]
    assert (rent["day"], rent["payer"], rent["payee"], rent["amount"], rent["need"]) == (
        1,
        "shop",
        "landlords",
        0.75,
        -1,
    )


def test_kinds_are_named_by_their_table(three_days):
    outcome = three_days.outcome()
    assert set(outcome.stock["kind"]) == {"opening", "production", "sale", "return", "restock"}
    assert outcome.firms.set_index("firm").loc["couriers", "kind"] == "carrier"
    assert outcome.table("places").set_index("place").loc["showroom", "kind"] == "showroom"
    made = outcome.stock[outcome.stock["kind"] == "production"].iloc[0]
    assert (made["source"], made["destination"], made["owner_in"], made["value_in"]) == (
        "factory",
        "to maker depot",
        "maker",
        4.0,
    )


def test_the_daily_balances(three_days):
    daily = three_days.outcome().daily
    opening = daily[(daily["day"] == -1) & (daily["firm"] == "maker")].iloc[0]
    assert (opening["balance"], opening["book_value"]) == (0.0, 60.0)


def test_a_frame_can_be_changed_without_touching_the_outcome(three_days):
    outcome = three_days.outcome()
    outcome.needs.loc[1, ["day", "price"]] = [7, 1.0]
    assert outcome.columns["needs"]["day"][1] == 1
    assert outcome.columns["needs"]["price"][1] == 10_00


def test_an_unknown_table_is_an_error(three_days):
    with pytest.raises(KeyError, match="weather"):
        three_days.outcome().table("weather")
