"""Numbers are written so that people read them alike: grouped, with a unit, at the precision that counts."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from sim.common.number_format import (
    duration,
    grouped,
    is_clear,
    listed,
    money_text,
    number_of,
    plus_minus,
    quantity,
    rounds_to_zero,
)


class Interval(NamedTuple):
    mean: float | None
    low: float | None = None
    high: float | None = None


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(20000, 2, "20 000.00"), (1234567, 0, "1 234 567"), (-0.001, 2, "0.00"), (-12.345, 1, "-12.3"), (0, 0, "0")],
)
def test_thousands_stand_apart_and_there_is_no_negative_nought(value: float, decimals: int, text: str) -> None:
    assert grouped(value, decimals) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (20000.0, "currency per unit", "20 000.00"),
        (1.005, "currency", "1.00"),
        (12_345_678.9, "currency", "12 345 679"),
        (0.9624, "share", "96.2"),
        (0.083, "share", "8.30"),
        (0.0, "share", "0.0"),
        (0.0, "days", "0 h"),
        (1 / 24, "days", "1.0 h"),
        (0.5, "days", "12 h"),
        (0.9999, "days", "24 h"),
        (1.0, "days", "1.00 d"),
        (12.34, "days", "12.3 d"),
        (-0.25, "days", "-6.0 h"),
        (12.5, "of 100", "12.50"),
        (32.4745, "times a year", "32.5"),
        (0.2967, "index", "0.297"),
        (0.0, "index", "0"),
        (None, "currency", "-"),
    ],
)
def test_a_number_is_written_by_its_unit(value: float | None, unit: str, text: str) -> None:
    assert quantity(value, unit) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (3000, "currency", "+3 000.00"),
        (-3000, "currency", "-3 000.00"),
        (0, "currency", "0.00"),
        (0.001, "currency", "0.00"),
    ],
)
def test_a_difference_shows_its_sign_unless_it_is_nothing(value: float, unit: str, text: str) -> None:
    assert quantity(value, unit, plus=True) == text


def test_an_interval_is_written_on_the_scale_of_its_mean() -> None:
    assert plus_minus(Interval(58.97, 58.85, 59.09), "currency per unit") == "±0.12"
    assert plus_minus(Interval(0.962, 0.95, 0.974), "share") == "±1.2"
    assert plus_minus(Interval(2.5, 2.4, 2.6), "days") == "±0.10"
    assert plus_minus(Interval(0.1, 0.05, 0.15), "days") == "±1.2"
    assert plus_minus(Interval(5.0), "currency") == ""
    assert plus_minus(Interval(5.0, 5.0, 5.0), "currency") == ""
    assert plus_minus(Interval(None), "currency") == ""


@pytest.mark.parametrize(
    ("interval", "clear"),
    [
        (Interval(1.0, 0.5, 1.5), True),
        (Interval(-1.0, -1.5, -0.5), True),
        (Interval(1.0, -0.5, 2.5), False),
        (Interval(1.0, 0.0, 2.0), False),
        (Interval(0.0, 0.0, 0.0), True),
        (Interval(3.0, 3.0, 3.0), True),
        (Interval(3.0), True),
        (Interval(None), False),
    ],
)
def test_a_difference_is_clear_when_its_interval_leaves_zero_out(interval: Interval, clear: bool) -> None:
    assert is_clear(interval) is clear


def test_a_difference_too_small_to_be_shown_is_nothing_unless_its_interval_is_wide() -> None:
    assert rounds_to_zero(Interval(0.001, 0.0, 0.002), "currency")
    assert not rounds_to_zero(Interval(0.001, -1.0, 1.002), "currency")
    assert not rounds_to_zero(Interval(0.01, 0.01, 0.01), "currency")


@pytest.mark.parametrize(
    ("days", "text"),
    [(0, "0 hours"), (1 / 24, "1 hour"), (0.5 / 24, "0.5 hours"), (0.5, "12 hours"), (1, "1 day"), (2.5, "2.5 days")],
)
def test_a_time_is_said_in_hours_below_a_day_and_in_days_above(days: float, text: str) -> None:
    assert duration(days) == text


def test_cents_are_written_as_currency() -> None:
    assert money_text(2_000_000, "EUR") == "20 000.00 EUR"
    assert money_text(-5) == "-0.05"


def test_counts_and_lists_read_like_speech() -> None:
    assert number_of(1, "town") == "1 town"
    assert number_of(20_000, "customer") == "20 000 customers"
    assert number_of(2, "party", "parties") == "2 parties"
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b", "c"]) == "a, b and c"
