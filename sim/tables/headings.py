"""Headings: which row names the columns, and what each name means."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from sim.tables.cells import Cell, CellRow, cell_text, is_empty
from sim.tables.notation import number_text
from sim.tables.words import CURRENCIES, GROSS, MASSES, NET, PERIODS, PIECES, SPANS, THOUSANDS, WORKING_DAYS, bare

SMALL_WORDS = frozenset(["in", "per", "pro", "je", "par", "por", "en", "percent", "prozent", "pct", "avg", "average"])
SEARCHED = 40
"""Rows at the top among which the row of headings is looked for."""


class Heading(NamedTuple):
    """A column as its heading describes it.

    Attributes:
        position: of the column, counted from 0.
        text: the heading as it stands in the file.
        meaning: the column it means; empty if unknown.
        percent: whether it says that the numbers are per cent.
        gross: whether it says that prices contain sales tax.
        unit: a unit it names, in small letters: ``g``, ``weeks``, ``month``; or "".
        currency: the code of a currency it names, or "".
        share: whether the user has said that the numbers are shares, not per cent.
        sure: whether the user has said that they are per cent.
    """

    position: int
    text: str
    meaning: str
    percent: bool = False
    gross: bool = False
    unit: str = ""
    currency: str = ""
    share: bool = False
    sure: bool = False


@cache
def heading_names() -> Mapping[str, str]:
    """Return the meaning of each known heading, compared without spaces."""
    text = files("sim.tables").joinpath("known_names.toml").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for meaning, names in tomllib.loads(text).items():
        for name in (*names, meaning):
            found.setdefault(bare(name).replace(" ", ""), meaning)
    return found


def meaning_of(text: str) -> str:
    """Return what a heading means by its name alone; empty if it is unknown."""
    return heading_names().get(bare(text).replace(" ", ""), "")


def heading_of(position: int, text: str, chosen: Mapping[str, str]) -> Heading:
    """Return what a heading says: a choice of the user's comes first, then known names."""
    by_user = chosen.get(text.strip())
    if by_user is None:
        by_user = next((meaning for name, meaning in chosen.items() if bare(name) == bare(text)), None)
    by_user, _, extra = (by_user or "").partition(" ")
    percent = (
        "%" in f"{text}{extra}" or re.search(r"\b(percent|prozent|pct|pourcent|porcentaje)\b", bare(text)) is not None
    )
    plain = bare(text)
    gross = GROSS.search(plain) is not None and NET.search(plain) is None
    inside = [bare(part) for part in re.findall(r"[(\[]([^)\]]*)[)\]]", text)]
    outside = re.sub(r"[(\[][^)\]]*[)\]]", " ", text)
    meaning = by_user or meaning_of(text) or meaning_of(outside)
    words, unit, currency = bare(outside).split(), _unit(bare(extra)), _currency(extra or text)
    for part in (*inside, *(" ".join(words[cut:]) for cut in range(1, len(words)))):
        unit = unit or _unit(part)
    if not meaning:
        meaning = _without_extras(outside)
    return Heading(
        position, text.strip(), meaning, percent, gross, unit, currency, extra.strip() == "share", "%" in extra
    )


def _currency(text: str) -> str:
    for word in re.findall(r"[A-Za-z]{3}|[^\w\s()\[\]/.,:-]+", text):
        if word.lower() in CURRENCIES and not word.islower():
            return CURRENCIES[word.lower()]
    return next(
        (code for sign, code in CURRENCIES.items() if not sign.isalnum() and len(sign) == 1 and sign in text), ""
    )


def _unit(part: str) -> str:
    """Return the unit that a part of a heading names: ``kg``, ``in weeks``, ``per month``."""
    words = [
        word for word in part.split() if word not in ("in", "per", "pro", "je", "par", "por", "a", "en", "im", "the")
    ]
    said = " ".join(words)
    if said in WORKING_DAYS or said in THOUSANDS or said in MASSES or said in SPANS or said in PIECES:
        return said
    return PERIODS.get(said, "")


def _without_extras(text: str) -> str:
    """Return the meaning of a heading once units, periods, currencies and words for tax are taken off."""
    plain = NET.sub(" ", GROSS.sub(" ", bare(text)))
    words = plain.split()
    extras = {*CURRENCIES, *MASSES, *SPANS, *PERIODS, *PIECES, *THOUSANDS, *SMALL_WORDS}
    for least in range(len(words), 0, -1):
        kept = words[:least]
        if all(word in extras for word in words[least:]) and (found := meaning_of(" ".join(kept))):
            return found
    return meaning_of(" ".join(word for word in words if word not in extras))


class HeadingRow(NamedTuple):
    """The row of headings: its place among the rows, and what each column is called."""

    place: int
    headings: tuple[Heading, ...]


def find_headings(rows: Sequence[CellRow], chosen: Mapping[str, str], line: int | None = None) -> HeadingRow | None:
    """Return the row of headings: the one with most known names; without any, the first that looks like one.

    Args:
        rows: the table.
        chosen: meanings of headings that the user has given.
        line: the line of the headings, where the user has said it.
    """
    best, most = None, (0, 0.0)
    for place, row in enumerate(rows[:SEARCHED] if line is None else rows):
        if line is not None and row.line != line:
            continue
        texts = [cell for cell in row.cells if not is_empty(cell)]
        named = [cell for cell in texts if isinstance(cell, str) and _can_be_a_name(cell)]
        if not named or (line is None and len(named) < 0.6 * len(texts)):
            continue
        found = _headings(row.cells, chosen)
        known = sum(bool(each.meaning) for each in found)
        score = (known, len(named) / max(len(texts), 1))
        if score > most and (known or line is not None):
            best, most = HeadingRow(place, found), score
    return best or _first_of_its_look(rows, chosen)


def _headings(cells: Iterable[Cell], chosen: Mapping[str, str]) -> tuple[Heading, ...]:
    return tuple(heading_of(at, cell_text(cell), chosen) for at, cell in enumerate(cells) if not is_empty(cell))


def with_units(heading: Heading, said: str) -> Heading:
    """Return a heading with what a row of units below it says."""
    below = heading_of(heading.position, f"x ({said})", {})
    return heading._replace(
        percent=heading.percent or "%" in said,
        unit=heading.unit or below.unit,
        currency=heading.currency or below.currency,
    )


def is_unit(said: str) -> bool:
    """Tell whether a text is a unit, a currency or a percent sign alone."""
    below = heading_of(0, f"x ({said.strip('()[]')})", {})
    return said.strip("()[] ") == "%" or bool(below.unit) or (bool(below.currency) and len(said.strip()) <= 12)


def _can_be_a_name(cell: str) -> bool:
    return len(cell) <= 120 and number_text(cell) is None


def _first_of_its_look(rows: Sequence[CellRow], chosen: Mapping[str, str]) -> HeadingRow | None:
    """Return the first row of text only that is followed by a row of as many cells or more."""
    filled = [(place, [cell for cell in row.cells if not is_empty(cell)]) for place, row in enumerate(rows[:SEARCHED])]
    widest = max((len(cells) for _, cells in filled), default=0)
    for place, cells in filled:
        if cells and len(cells) >= max(1, widest - 1) and all(isinstance(c, str) and _can_be_a_name(c) for c in cells):
            return HeadingRow(place, _headings(rows[place].cells, chosen))
    return None
