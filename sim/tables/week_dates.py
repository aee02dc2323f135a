"""Weeks as people write them: dates, calendar weeks, numbers; one way for a whole column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from sim.tables.cells import Cell, Remarks, cell_text, is_empty
from sim.tables.headings import Heading
from sim.tables.words import bare

YEARS = range(1990, 2100)
ISO_WEEK = re.compile(r"(\d{4})[-/ ]?(?:w|kw|s|wk|week)[-/ ]?(\d{1,2})", re.IGNORECASE)
WEEK_YEAR = re.compile(r"(?:w|kw|s|wk|week|woche|semaine|semana)?\.?\s*(\d{1,2})\s*[-/. ]\s*(\d{4})", re.IGNORECASE)
YEAR_WEEK = re.compile(r"(\d{4})\s*[-/.]\s*(\d{1,2})")
NUMBERED = re.compile(
    r"(?:w|kw|s|wk|week|woche|semaine|semana|\u7b2c)?\.?\s*(\d{1,4})(?:\.0)?\s*\u5468?", re.IGNORECASE
)
YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})?")
YEAR_LAST = re.compile(r"(\d{1,2})([-/. ])(\d{1,2})[-/. ](\d{4}|\d{2})")


def week_values(
    heading: Heading, cells: Sequence[tuple[int, Cell]], remarks: Remarks
) -> Iterator[tuple[int, date | int]]:
    """Yield each line's week: its Monday where years are given, else the number of the week as it stands.

    Dates that can be read with the day or the month first, and columns that mix ways to write weeks, are problems.
    """
    filled = [(line, cell) for line, cell in cells if not is_empty(cell)]
    texts = [cell_text(cell) for _, cell in filled if not isinstance(cell, date)]
    orders = _orders(texts)
    if orders == {"day", "month"} and any(YEAR_LAST.fullmatch(text) for text in texts):
        example = next(text for text in texts if YEAR_LAST.fullmatch(text))
        found = _year_last(example, "day"), _year_last(example, "month")
        line = next(line for line, cell in filled if cell_text(cell) == example)
        allowed = f"it can be {found[0]} (day first) or {found[1]} (month first), and nothing in the column decides"
        remarks.refuse(line, heading.text, example, allowed, f"write dates as {found[0]}")
        return
    order = next(iter(orders), "day")
    weeks_named = "week" in bare(heading.text) or bare(heading.text) in ("kw", "wk", "woche", "kalenderwoche")
    for line, cell in filled:
        if isinstance(cell, date):
            yield line, _monday(cell)
            continue
        text = cell_text(cell)
        found_week = _week(text, order, weeks_named=weeks_named, texts=texts)
        if found_week is None:
            allowed = "a week is a date (2024-01-29), a calendar week (2024-W05, KW 5/2024), or a number"
            remarks.refuse(line, heading.text, text, allowed, "write it in one of these ways")
        else:
            yield line, found_week


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _orders(texts: Sequence[str]) -> set[str]:
    """Return in which orders day and month of all dates make sense."""
    orders = {"day", "month"}
    for text in texts:
        found = YEAR_LAST.fullmatch(text)
        if found is None:
            continue
        if found[2] == ".":
            orders &= {"day"}
        if int(found[1]) > 12:
            orders &= {"day"}
        if int(found[3]) > 12:
            orders &= {"month"}
        if int(found[1]) == int(found[3]):
            continue
    return orders


def _year_last(text: str, order: str) -> date | None:
    found = YEAR_LAST.fullmatch(text)
    if found is None:
        return None
    day, month = (int(found[1]), int(found[3])) if order == "day" else (int(found[3]), int(found[1]))
    year = int(found[4]) + (2000 if len(found[4]) == 2 else 0)
    return _date(year, month, day)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year in YEARS else None
    except ValueError:
        return None


def _iso(year: int, week: int) -> date | None:
    try:
        return date.fromisocalendar(year, week, 1) if year in YEARS else None
    except ValueError:
        return None


def _week(text: str, order: str, *, weeks_named: bool, texts: Sequence[str]) -> date | int | None:
    """Return the week that a text means; None if it means none."""
    if found := YEAR_FIRST.fullmatch(text):
        day = _date(int(found[1]), int(found[2]), int(found[3]))
        return _monday(day) if day else None
    if YEAR_LAST.fullmatch(text):
        day = _year_last(text, order)
        return _monday(day) if day else None
    if found := ISO_WEEK.fullmatch(text):
        return _iso(int(found[1]), int(found[2]))
    if found := WEEK_YEAR.fullmatch(text):
        return _iso(int(found[2]), int(found[1]))
    if (found := YEAR_WEEK.fullmatch(text)) and (weeks_named or _beyond_months(texts, YEAR_WEEK)):
        return _iso(int(found[1]), int(found[2]))
    if (found := DIGITS.fullmatch(text)) and int(found[1]) in YEARS:
        if found[3]:
            day = _date(int(found[1]), int(found[2]), int(found[3]))
            return _monday(day) if day else None
        return _iso(int(found[1]), int(found[2])) if weeks_named or _beyond_months(texts, DIGITS) else None
    found = NUMBERED.fullmatch(text)
    return int(found[1]) if found else None


def _beyond_months(texts: Sequence[str], pattern: re.Pattern[str]) -> bool:
    """Tell whether any number is too large for a month."""
    return any((found := pattern.fullmatch(text)) and int(found[2]) > 12 for text in texts)


def week_numbers(weeks: Sequence[date | int]) -> Mapping[date | int, int]:
    """Return the number of each week, counted from 0 at the first one; weeks without a row are counted, too."""
    if not weeks:
        return {}
    first = min(weeks)  # type: ignore[type-var]
    if isinstance(first, date):
        return {week: (week - first).days // 7 for week in weeks if isinstance(week, date)}
    return {week: week - first for week in weeks if isinstance(week, int)}
