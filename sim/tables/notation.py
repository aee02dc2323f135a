"""Numbers as people write them: which sign is the decimal one is decided for a whole column at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from sim.scenario.numbers import MINUS_SIGNS
from sim.tables.words import CURRENCIES, NOT_GIVEN, SHEET_ERRORS

Decimal = Literal["point", "comma"]
POINT: Decimal = "point"
COMMA: Decimal = "comma"
SIGN_OF = {POINT: ".", COMMA: ","}

GROUP_MARKS = re.compile(r"(?<=\d)[ '\u2019_](?=\d{3}(?!\d))")
SHAPE = re.compile(
    r"(?P<before>[^\d.,+\-(]*)(?P<open>\(?)(?P<sign>[+-]?)\s*(?P<before2>[^\d.,+\-(\s]*)\s*"
    r"(?P<body>\d[\d.,]*(?:[eE][+-]?\d{1,3})?|[.,]\d+)\s*(?P<after>[^\d()]*?)(?P<close>\)?)(?P<trailing>-?)",
    re.ASCII,
)
FULL_WIDTH = {place: place - 0xFEE0 for place in range(0xFF01, 0xFF5F)}
"""Digits and signs as wide as Chinese characters; other digits than these and 0 to 9 are none."""


class NumberText(NamedTuple):
    """A number as text, taken apart.

    Attributes:
        readings: its value by the sign that is taken for the decimal one; one entry or two.
        percent: whether a percent sign stands beside it.
        currency: the code of the currency beside it, or "".
        unit: any other word beside it, in small letters, or "".
    """

    readings: Mapping[Decimal, float]
    percent: bool
    currency: str
    unit: str

    @property
    def is_ambiguous(self) -> bool:
        """Whether it has two values: ``1.000``."""
        return len(set(self.readings.values())) > 1


def not_given(text: str) -> bool:
    """Tell whether a cell says that nothing is known: ``n/a``, ``-``."""
    return text.strip().lower() in NOT_GIVEN


def is_sheet_error(text: str) -> bool:
    """Tell whether a cell holds what a spreadsheet shows where it cannot calculate."""
    return text.strip().lower() in SHEET_ERRORS


def number_text(text: str) -> NumberText | None:
    """Take a number as people write it apart; None if it is none.

    Read are currency and percent signs and units on either side, groups of three digits, minus signs of typography
    and behind the number, and amounts in brackets, which accountants write for negative ones.
    """
    plain = text.translate(FULL_WIDTH).strip()
    for sign in MINUS_SIGNS:
        plain = plain.replace(sign, "-")
    if len(plain) > 60:
        return None
    plain = GROUP_MARKS.sub("", " ".join(plain.split()))
    plain = GROUP_MARKS.sub("", plain)
    if plain.endswith((",-", ".-", ",--")):  # 12,- EUR
        plain = plain.rstrip("-").rstrip(",.")
    found = SHAPE.fullmatch(plain)
    if found is None or bool(found["open"]) != bool(found["close"]):
        return None
    words = f"{found['before']} {found['before2']} {found['after']}".lower().replace("/", " ").split()
    percent = any("%" in word for word in words)
    words = [word.replace("%", "").strip(".:") for word in words]
    currencies = [CURRENCIES[word] for word in words if word in CURRENCIES]
    units = [word for word in words if word and word not in CURRENCIES]
    negative = [bool(found["open"]), found["sign"] == "-", found["trailing"] == "-"]
    readings = _readings(found["body"])
    if not readings or sum(negative) > 1 or len(set(currencies)) > 1 or len(units) > 1:
        return None
    times = -1.0 if any(negative) else 1.0
    signed = {decimal: times * value for decimal, value in readings.items()}
    return NumberText(signed, percent, currencies[0] if currencies else "", units[0] if units else "")


def _readings(body: str) -> dict[Decimal, float]:
    """Return the values of digits with points and commas, by the decimal sign under which they make sense."""
    found: dict[Decimal, float] = {}
    for decimal in (POINT, COMMA):
        mark = SIGN_OF[decimal]
        group = "," if mark == "." else "."
        whole, has_decimals, decimals = body.partition(mark)
        if group in decimals or mark in decimals:
            continue
        if group in whole:
            if not _is_grouped(whole, group):
                continue
            whole = whole.replace(group, "")
        try:
            found[decimal] = float(f"{whole or '0'}.{decimals}" if has_decimals and decimals else whole)
        except ValueError:
            continue
    return found


def _is_grouped(whole: str, group: str) -> bool:
    """Tell whether digits stand in groups of three; in India, groups of two come before the last three."""
    if re.fullmatch(rf"[1-9]\d{{0,2}}(?:\{group}\d{{3}})+", whole):
        return True
    return bool(group == "," and re.fullmatch(r"[1-9]\d?(?:,\d{2})+,\d{3}", whole))


class ColumnNotation(NamedTuple):
    """How the numbers of a column can be read.

    Attributes:
        possible: the decimal signs under which every number makes sense.
        example: a number with two values, or "".
        only_point: a number that only makes sense with a decimal point, or "".
        only_comma: a number that only makes sense with a decimal comma, or "".
    """

    possible: frozenset[Decimal]
    example: str
    only_point: str
    only_comma: str

    @property
    def decided(self) -> Decimal | None:
        """The one decimal sign that fits; None if both or neither do."""
        return next(iter(self.possible)) if len(self.possible) == 1 else None


def notation_of(numbers: Iterable[tuple[str, NumberText]]) -> ColumnNotation:
    """Return how the numbers of a column, each with its text, can be read."""
    possible: frozenset[Decimal] = frozenset((POINT, COMMA))
    example, only = "", {POINT: "", COMMA: ""}
    for text, number in numbers:
        possible &= frozenset(number.readings)
        if number.is_ambiguous:
            example = example or text
        if len(number.readings) == 1:
            decimal = next(iter(number.readings))
            only[decimal] = only[decimal] or text
    return ColumnNotation(possible, example, only[POINT], only[COMMA])
