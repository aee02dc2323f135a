"""Weekly histories: what is refused, what is filled in, what is left out."""

import numpy as np
import pandas as pd
import pytest

from sim.fitting import HistoryError, weekly_history_of
from sim.fitting.history import LEAST_PRESENT, history_of_tables
from sim.tables import read_history

PRODUCTS = ["tea", "coffee"]


def frame(**changed):
    rows = {
        "week": [1, 2, 3, 1, 2, 3],
        "sku": ["tea"] * 3 + ["coffee"] * 3,
        "price": [4.0, 3.5, 4.0, 6.0, 6.0, 5.0],
        "units": [20, 30, 21, 40, 35, 60],
    }
    return pd.DataFrame({**rows, **changed})


def test_rows_become_weeks_by_products():
    found = weekly_history_of(frame(), PRODUCTS)
    assert found.weeks == ("1", "2", "3")
    assert found.price.tolist() == [[4.0, 6.0], [3.5, 6.0], [4.0, 5.0]]
    assert found.units.tolist() == [[20, 40], [30, 35], [21, 60]]
    assert (found.present == 1).all()
    assert found.prices_vary


def test_weeks_are_ordered_as_numbers_and_as_dates():
    weeks = [10, 9, 2] * 2
    assert weekly_history_of(frame(week=weeks), PRODUCTS).weeks == ("2", "9", "10")
    dates = ["2024-01-29", "2024-01-08", "2024-01-15"] * 2
    assert weekly_history_of(frame(week=dates), PRODUCTS).weeks == ("2024-01-08", "2024-01-15", "2024-01-29")


def test_everything_wrong_is_said_at_once():
    wrong = frame(sku=["tea"] * 3 + ["cofee"] * 3, week=[1, 1, 2, 1, 2, 3], price=[4, -1, 4, 6, 6, "x"])
    with pytest.raises(HistoryError) as error:
        weekly_history_of(wrong, PRODUCTS, "mine.csv")
    said = str(error.value)
    assert "cofee" in said
    assert "two rows" in said
    assert "-1" in said
    assert "x" in said
    assert all(problem.file == "mine.csv" for problem in error.value.problems)


@pytest.mark.parametrize("column", ["week", "sku", "price", "units"])
def test_a_missing_column_is_named(column):
    with pytest.raises(HistoryError, match=column):
        weekly_history_of(frame().drop(columns=column), PRODUCTS)


def test_one_week_is_too_little():
    with pytest.raises(HistoryError, match="at least 2 weeks"):
        weekly_history_of(frame().query("week == 1"), PRODUCTS)


def test_weeks_with_an_empty_shelf_are_left_out_and_rivals_are_told():
    found = weekly_history_of(frame(stockout=[0, 0, 0.5, 0, 0, 0]), PRODUCTS)
    assert np.isnan(found.units[2, 0])
    assert found.present[2].tolist() == [0.5, 1.0]
    assert found.left_out == 1
    assert "1 product week with an empty shelf left out" in found.notes[0]


def test_days_and_words_tell_of_empty_shelves_too():
    assert weekly_history_of(frame(stockout=[0, 0, 7, 0, 0, 0]), PRODUCTS).present[2, 0] == LEAST_PRESENT
    some = weekly_history_of(frame(stockout=[0, 0, 0.2, 0, 0, 0]), PRODUCTS)
    assert (some.left_out, some.present[2, 0], some.units[2, 0]) == (0, 0.8, 21.0)
    assert weekly_history_of(frame(stockout=["no", "no", "yes", "no", "no", "no"]), PRODUCTS).left_out == 1


def test_no_sale_of_a_product_that_sells_well_is_an_empty_shelf_and_of_a_slow_one_a_slow_week():
    assert weekly_history_of(frame(units=[20, 0, 21, 40, 35, 60]), PRODUCTS).left_out == 1
    assert weekly_history_of(frame(units=[2, 0, 1, 40, 35, 60]), PRODUCTS).left_out == 0


def test_a_price_that_is_not_given_is_that_of_the_week_before():
    found = weekly_history_of(frame(price=[4.0, None, 4.5, 6.0, 6.0, 5.0]), PRODUCTS)
    assert found.price[1, 0] == 4.0
    assert "1 price not given" in found.notes[0]


def test_prices_that_move_all_together_say_nothing_among_many():
    base = np.array([4.0, 6.0, 9.0])
    rows = [
        {"week": week, "sku": sku, "price": price * factor, "units": 30}
        for week, factor in enumerate((1.0, 1.1, 0.9))
        for sku, price in zip("abc", base, strict=True)
    ]
    assert not weekly_history_of(pd.DataFrame(rows), list("abc")).prices_vary


TABLE = """week;sku;price;units;competitor price
2024-01-01;tea;4,00;20;3,80
2024-01-08;tea;3,50;30;3,80
2024-01-15;tea;4,00;21;3,20
"""


def test_a_table_of_a_spreadsheet_is_read_with_the_competitors_price():
    found = history_of_tables([read_history(TABLE.encode(), "weeks.csv")], ["tea", "Rival Ltd: tea"])
    assert found.products == ("tea", "Rival Ltd: tea")
    assert found.price.tolist() == [[4.0, 3.8], [3.5, 3.8], [4.0, 3.2]]
    assert np.isnan(found.units[:, 1]).all()
