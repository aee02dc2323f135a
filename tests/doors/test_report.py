"""The printed report fits its page, adds up, marks what may be chance, and keeps what it needs to be read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sim.report.comparison_protocol import Between, OneRun
from sim.report.text import price_waterfall
from sim.report.text.grid import Grid
from sim.report.text.tables import cell, comparison_tables, grid_of, names_of
from sim.results.figures import FIGURES, SAME_NEED


def flat(**parts: float | None) -> OneRun:
    return OneRun("o2o", {f"price_waterfall.{name}": share for name, share in parts.items()})


def test_a_grid_aligns_numbers_on_the_right_and_names_on_the_left() -> None:
    grid = Grid(["regime", "price\npaid"])
    grid.add("o2o", "8.00")
    grid.across("compared:")
    grid.add("hybrid", "-12.00")
    assert grid.lines(80) == [
        "         price",
        "regime    paid",
        "--------------",
        "o2o       8.00",
        "compared:",
        "hybrid  -12.00",
    ]


def test_a_grid_too_wide_is_cut_into_several_with_the_names_in_front_of_each() -> None:
    grid = Grid(["name", "one", "two", "three"])
    grid.add("a", "1", "2", "3")
    assert grid.lines(14) == [
        "name  one  two",
        "--------------",
        "a       1    2",
        "",
        "name  three",
        "-----------",
        "a         3",
    ]


def test_all_columns_that_name_a_row_stand_in_front_of_each_part() -> None:
    grid = Grid(["one", "two", *("abcdefg")], names=2)
    grid.add(*"122333344")
    parts = [line.split() for line in grid.lines(24) if line.startswith("1")]
    assert [part[:2] for part in parts] == [["1", "2"]] * 2
    assert [cell for part in parts for cell in part[2:]] == list("2333344")
    assert max(map(len, grid.lines(24))) <= 24


def test_the_parts_of_a_grid_are_about_equally_wide() -> None:
    grid = Grid(["name", *("abcdefg")])
    grid.add("row", *("1234567"))
    heads = [line for line in grid.lines(22) if line.startswith("name")]
    assert heads == ["name  a  b  c  d", "name  e  f  g"]


@pytest.mark.parametrize(
    ("interval", "unit", "plus", "text"),
    [
        (Between(58.97, 58.85, 59.09), "currency per unit", False, "58.97 ±0.12"),
        (Between(-6.65, -8.0, -5.3), "currency", True, "-6.65 ±1.35"),
        (Between(1.54, -1.55, 4.63), "currency", True, "[+1.54 ±3.09]"),
        (Between(0.0, 0.0, 0.0), "currency", True, "0.00"),
        (Between(3000.0, None, None), "currency", True, "+3 000.00"),
        (Between(2.5, 2.4, 2.6), "days", False, "2.50 ±0.10 d"),
        (Between(None, None, None), "days", True, "-"),
    ],
)
def test_a_cell_shows_mean_and_interval_and_brackets_what_may_be_chance(
    interval: Between, unit: str, plus: bool, text: str
) -> None:
    assert cell(interval, unit, plus=plus) == text


def test_every_column_is_a_figure_that_explain_knows() -> None:
    for table in comparison_tables(["importer", "wholesaler"]):
        for name in names_of(table):
            assert name in FIGURES or name.removeprefix("same_need.") in SAME_NEED
        assert table.note


def test_the_bar_has_a_letter_for_each_part_in_the_order_of_the_table() -> None:
    one = flat(supplier_profit=25.0, production=50.0, retailer_profit=25.0)
    assert price_waterfall.bar(price_waterfall.shares(one, "o2o"), 0.2) == "m" * 10 + "S" * 5 + "R" * 5 + "|"


def test_what_losses_and_subsidies_pay_stands_beyond_the_mark() -> None:
    one = flat(production=80.0, rent=40.0, platform_profit=10.0, retailer_profit=-20.0, subsidy=-10.0)
    assert price_waterfall.bar(price_waterfall.shares(one, "o2o"), 0.1) == "m" * 8 + "r" * 2 + "|" + "r" * 2 + "P"
    [said] = price_waterfall.beyond(one)
    assert said.endswith("subsidy paid by the state 10.00 and loss of retailers 20.00.")


def test_the_table_of_the_waterfall_adds_up_to_100_whatever_the_rounding() -> None:
    thirds = flat(production=100 / 3, rent=100 / 3, supplier_profit=100 / 3, tax=0.0)
    lines = price_waterfall.waterfall_grid(thirds).lines(80)
    shown = [float(line.split()[-1]) for line in lines[2:-1]]
    assert sum(shown) == pytest.approx(100.0, abs=1e-9)
    assert lines[-1].endswith("100.00")
    assert not any("tax" in line for line in lines)


def test_where_nobody_pays_there_is_no_waterfall() -> None:
    assert not price_waterfall.has_waterfall(flat(production=None))
    assert price_waterfall.bar({}, 1.0) == "nobody buys"


def test_parts_not_foreseen_keep_their_name() -> None:
    assert price_waterfall.part_of("new_kind").name == "new kind"
    letters = [part.letter for part in price_waterfall.PARTS.values()]
    assert len(set(letters)) == len(letters)


def test_every_part_of_a_real_waterfall_has_a_letter_of_its_own() -> None:
    from sim.experiments import run

    parts = run("village", "planner", 0).figures["price_waterfall"]
    assert set(parts) <= set(price_waterfall.PARTS)


def test_a_single_run_has_no_row_of_differences() -> None:
    table = comparison_tables([])[0]
    lines = grid_of(table, OneRun("o2o", {"consumer_price": 8.0}), "EUR").lines(80)
    assert not any("compared" in line for line in lines)
    assert lines[-1].split() == ["o2o", "8.00", "-", "-", "-"]


@pytest.mark.parametrize("columns", [80, 100, 160])
def test_a_report_fits_its_page_and_begins_with_the_answer(middleman: Callable[..., Any], columns: int) -> None:
    answer = middleman("compare", "parable", "--full", "--replications", "3", columns=columns)
    assert answer.code == 0
    assert max(len(line) for line in answer.out.splitlines()) <= columns
    order = [
        "With direct selling",
        "How to read",
        "Prices",
        "Margins",
        "Delivery",
        "Availability",
        "Welfare",
        "Where each 100",
    ]
    places = [answer.out.index(words) for words in order]
    assert places == sorted(places)
    assert "\x1b" not in answer.out  # no colours where nobody sees them


@pytest.mark.parametrize("columns", [1, 2, 5])
@pytest.mark.parametrize("room", [1, 10, 20, 31, 49, 80])
def test_a_grid_ends_however_little_room_there_is(columns: int, room: int) -> None:
    grid = Grid(["direct_from_the_factory_to_customers", *(f"column {number}" for number in range(columns))])
    grid.add("a", *("1 000 000.00" for _ in range(columns)))
    text = "\n".join(grid.lines(room))
    assert text.count("1 000 000.00") == columns
