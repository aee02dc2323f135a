"""Recognises numbers as people type them, and explains how to correct those that are almost numbers."""

from __future__ import annotations

import math
import re

CURRENCY_SIGNS = "\u20ac$\u00a3\u00a5"
MINUS_SIGNS = "\u2212\u2013\u2014\u2012\ufe63\uff0d"
"""Characters that look like a minus sign but are not one to a program: U+2212, dashes and similar."""
BLANKS = " \u00a0\u2009\u202f'\u2019_"
"""Separators between groups of three digits: spaces of several widths, and apostrophes."""
WHOLE = re.compile(r"[+-]?[0-9]{1,4000}")
"""A whole number; those of more digits are none that anybody means, and Python refuses to read them."""
LONGEST_POSITION = 9
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?")
POINTED_GROUPS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+,\d+")
COMMA_GROUPS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")


def as_number(text: str) -> float | None:
    """Return a finite number written with digits and a decimal point; None for anything else."""
    if not text.isascii() or "_" in text:
        return None
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def as_whole_number(text: str) -> int | None:
    """Return a whole number written with the digits 0 to 9, as all programs read it; None for anything else.

    Python itself would read ``1_0`` and the digits of every script.
    """
    return int(text) if WHOLE.fullmatch(text) else None


def is_position(text: str) -> bool:
    """Tell whether a text is a place in a list: digits 0 to 9 alone."""
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_POSITION


def with_point(cell: str) -> str:
    """Return a cell with a decimal point if it is a number with a decimal comma; other cells unchanged."""
    return cell.replace(",", ".") if DECIMAL_COMMA.fullmatch(cell) else cell


def hint(text: str) -> str:
    """Say how to write a number that was given in another form: ``write 0.4, with a decimal point``.

    Empty for plain numbers, and for text that is not a number in any notation.
    """
    bare, why = text.strip(), []
    if any(sign in bare for sign in MINUS_SIGNS):
        bare = "".join("-" if letter in MINUS_SIGNS else letter for letter in bare)
        why.append("with the minus sign of the keyboard")
    if any(sign in bare for sign in CURRENCY_SIGNS):
        bare = bare.strip(CURRENCY_SIGNS + BLANKS)
        why.append("without a currency sign")
    percent = bare.endswith("%")
    if percent:
        bare = bare[:-1].strip()
    bare, more = _ungrouped(bare)
    why += more
    number = as_number(bare)
    if number is None or not (why or percent):
        return ""
    if percent:
        return f"write {number / 100.0:.12g} for {number:.12g} per cent: there is no percent sign in numbers"
    return f"write {bare}, {' and '.join(why)}"


def _ungrouped(text: str) -> tuple[str, list[str]]:
    """Return a number without digit separators, and what was changed."""
    for pattern, old, said in (
        (POINTED_GROUPS, ".", "with a decimal point and no thousands separators"),
        (DECIMAL_COMMA, "", "with a decimal point"),
        (COMMA_GROUPS, ",", "with no thousands separators"),
    ):
        if pattern.fullmatch(text):
            return text.replace(old, "").replace(",", ".") if old else text.replace(",", "."), [said]
    joined = re.sub(rf"(?<=\d)[{BLANKS}](?=\d{{3}}(?:\D|$))", "", text)
    if joined != text:
        pointed, more = _ungrouped(joined)
        return pointed, [*more, "with no thousands separators"]
    return text, []


def hint_of(text: str, before: str = "", after: str = "") -> str:
    """Return the hint for a text, with something around it; empty if there is none."""
    said = hint(text)
    return f"{before}{said}{after}" if said else ""
