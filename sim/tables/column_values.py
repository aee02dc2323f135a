"""The cells of one column as values, all read in the same way; every reinterpretation is noted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple, TypeAlias

from sim.tables.cells import Cell, FormattedPercent, Remarks, cell_text, is_empty, listed_lines
from sim.tables.headings import Heading
from sim.tables.meanings import Meaning
from sim.tables.notation import (
    COMMA,
    POINT,
    ColumnNotation,
    Decimal,
    NumberText,
    is_sheet_error,
    not_given,
    notation_of,
    number_text,
)
from sim.tables.words import (
    CALENDAR_DAYS_OF_A_WORKING_DAY,
    DAYS_OF,
    MASSES,
    PERIODS,
    PIECES,
    SPANS,
    THOUSANDS,
    WORKING_DAYS,
    bare,
)

Value: TypeAlias = str | int | float | date | None
"""What a cell means; None where nothing is given."""

PER_CENT, SHARES = "per cent", "shares"
LEAST_PER_CENT = 3.0
"""Largest number of a column from which numbers without a percent sign are taken for per cent."""
MOST_NOTED = 20
"""Numbers of a column whose reading is noted one by one."""


class NumberCell(NamedTuple):
    """A cell with a number in it: where, as text, and taken apart; or its value, where it is a number already."""

    line: int
    text: str
    parts: NumberText | None
    value: float
    percent: bool


@dataclass
class NumberColumn:
    """A column of numbers before it is decided how they are read.

    Attributes:
        heading: of the column.
        meaning: what it means.
        numbers: its cells, empty ones left out.
    """

    heading: Heading
    meaning: Meaning
    numbers: list[NumberCell] = field(default_factory=list)

    @property
    def notation(self) -> ColumnNotation:
        """How its texts can be read."""
        return notation_of((each.text, each.parts) for each in self.numbers if each.parts is not None)

    @property
    def is_ambiguous(self) -> bool:
        """Whether points and commas leave it open what the numbers are."""
        return len(self.notation.possible) > 1 and bool(self.notation.example)


def number_column(
    heading: Heading, meaning: Meaning, cells: Sequence[tuple[int, Cell]], remarks: Remarks
) -> NumberColumn:
    """Take the numbers of a column apart; what is none becomes a problem."""
    column, nothing = NumberColumn(heading, meaning), []
    for line, cell in cells:
        if is_empty(cell):
            continue
        if isinstance(cell, str) and not_given(cell):
            nothing.append(line)
        elif isinstance(cell, str):
            parts = number_text(cell)
            if parts is None:
                _refuse_text(line, heading, cell, meaning, remarks)
            else:
                column.numbers.append(NumberCell(line, cell, parts, 0.0, parts.percent))
        elif isinstance(cell, date):
            allowed, remedy = f"{meaning.says} A date stands there", "write the number as text, or format the cell"
            remarks.refuse(line, heading.text, cell_text(cell), allowed, remedy)
        elif isinstance(cell, bool):
            remarks.refuse(line, heading.text, cell_text(cell), "a number is needed", "correct the cell")
        else:
            percent = isinstance(cell, FormattedPercent)
            column.numbers.append(NumberCell(line, cell_text(cell), None, float(cell or 0.0), percent))
    if nothing:
        remarks.note(f"says that nothing is known: left empty in {listed_lines(nothing)}", None, heading.text)
    return column


def _refuse_text(line: int, heading: Heading, cell: str, meaning: Meaning, remarks: Remarks) -> None:
    """Say why a text is not a number."""
    if is_sheet_error(cell):
        allowed, remedy = "the spreadsheet could not calculate it", "correct the formula, and save again"
    elif number_text(cell.strip().lstrip("<>~\u2248 ").split("-")[0].split("\u2013")[0]) is not None:
        allowed, remedy = "one number is needed, not a range or an estimate", "write one number"
    else:
        allowed, remedy = "a number is needed", "correct the cell, or leave it empty"
    del meaning
    remarks.refuse(line, heading.text, cell, allowed, remedy)


def settle_notation(columns: Sequence[NumberColumn], asked: Decimal | None, remarks: Remarks) -> dict[int, Decimal]:
    """Return the decimal sign of each column by its position: asked for, its own, or that of the whole table.

    A column that fits both signs, or neither, and a table whose columns differ, become problems.
    """
    own = {column.heading.position: column.notation.decided for column in columns}
    of_table = {decimal for decimal in own.values() if decimal is not None}
    found: dict[int, Decimal] = {}
    for column in columns:
        position, notation, text = column.heading.position, column.notation, column.heading.text
        if asked is not None:
            found[position] = asked
            _check_asked(column, asked, remarks)
        elif not notation.possible:
            allowed = (
                f'numbers are written in two ways: "{notation.only_point}" with a decimal point, '
                f'"{notation.only_comma}" with a decimal comma'
            )
            remarks.refuse(None, text, "", allowed, "write all numbers of the column alike")
        elif not column.is_ambiguous:
            found[position] = notation.decided or POINT
        elif len(of_table) == 1:
            found[position] = next(iter(of_table))
            _note_settled(column, found[position], remarks)
        else:
            _refuse_ambiguous(column, remarks)
    return found


def _two_values(column: NumberColumn) -> tuple[str, float, float]:
    number = next(each for each in column.numbers if each.parts is not None and each.parts.is_ambiguous)
    assert number.parts is not None
    return number.text, number.parts.readings[POINT], number.parts.readings[COMMA]


def _refuse_ambiguous(column: NumberColumn, remarks: Remarks) -> None:
    text, point, comma = _two_values(column)
    line = next(each.line for each in column.numbers if each.text == text)
    allowed = (
        f"it can mean {point:.12g} (decimal point) or {comma:.12g} (decimal comma), and nothing in the table decides"
    )
    remarks.refuse(line, column.heading.text, text, allowed, "say which: --decimal point or --decimal comma")


def _note_settled(column: NumberColumn, decimal: Decimal, remarks: Remarks) -> None:
    text, point, comma = _two_values(column)
    value = point if decimal == POINT else comma
    said = f"{text} alone could mean {point:.12g} or {comma:.12g}"
    how = f"with a decimal {decimal} as elsewhere in the table"
    remarks.note(f"{said}; read as {value:.12g}, {how}", None, column.heading.text)


def _check_asked(column: NumberColumn, asked: Decimal, remarks: Remarks) -> None:
    for number in column.numbers:
        if number.parts is not None and asked not in number.parts.readings:
            allowed = f"it makes no sense with a decimal {asked}"
            remarks.refuse(
                number.line, column.heading.text, number.text, allowed, "leave out --decimal, or correct the cell"
            )


def column_values(column: NumberColumn, decimal: Decimal, remarks: Remarks) -> dict[int, float | int]:
    """Return the values of a column by line, in the unit of its meaning."""
    values: dict[int, float] = {}
    for number in column.numbers:
        if number.parts is None:
            values[number.line] = number.value
        elif decimal in number.parts.readings:
            values[number.line] = number.parts.readings[decimal]
    _note_notation(column, decimal, values, remarks)
    if column.meaning.kind in ("share", "markup"):
        values = _shares(column, values, remarks)
    else:
        values = _in_unit(column, values, remarks)
    return dict(_checked(column, values, remarks))


def _note_notation(column: NumberColumn, decimal: Decimal, values: Mapping[int, float], remarks: Remarks) -> None:
    """Note numbers that are not written as the program writes them; beyond some, only how many more there are."""
    texts = [each for each in column.numbers if each.parts is not None and not each.percent and each.line in values]
    changed = [each for each in texts if not _same_number(each.text.strip(), values[each.line])]
    for number in changed[:MOST_NOTED]:
        sign = " with a decimal comma" if decimal == COMMA and "," in number.text else ""
        said = f'"{number.text.strip()}" is read as {values[number.line]:.12g}{sign}'
        remarks.note(said, number.line, column.heading.text)
    if len(changed) > MOST_NOTED:
        said = f"{len(changed) - MOST_NOTED} more numbers are read in the same way"
        remarks.note(said, None, column.heading.text)


def _same_number(text: str, value: float) -> bool:
    """Tell whether a text is written as the program writes the number, but for zeros at its end: ``12.50``."""
    return text.replace(".", "", 1).isdecimal() and text.isascii() and float(text) == value


def _shares(column: NumberColumn, values: dict[int, float], remarks: Remarks) -> dict[int, float]:
    """Return shares of one; what is per cent is found out for the whole column, or refused."""
    found = {}
    for number in column.numbers:
        if number.percent and number.line in values:
            found[number.line] = values[number.line] / (100.0 if number.parts is not None else 1.0)
    texts = [each for each in column.numbers if each.percent and each.parts is not None and each.line in found]
    if texts:
        said = f'per cent: "{texts[0].text.strip()}" is {found[texts[0].line]:.12g}'
        remarks.note(said, None, column.heading.text)
    signed = {each.line for each in column.numbers if each.percent}
    plain = {line: value for line, value in values.items() if line not in signed}
    if not plain:
        return found
    reading = _reading(column, list(plain.values()), any_signed=bool(signed))
    if reading == PER_CENT:
        return found | _per_cent(column, plain, remarks)
    if reading == SHARES:
        if column.heading.percent and not column.heading.share:
            said = "its heading says per cent, but the workbook holds shares of one: read as shares"
            remarks.note(said, None, column.heading.text)
        return found | plain
    _refuse_percent(column, plain, reading, remarks)
    return found


def _reading(column: NumberColumn, plain: Sequence[float], *, any_signed: bool) -> str:
    """Return whether numbers without a percent sign are shares or per cent; else why that is open."""
    heading, kind = column.heading, column.meaning.kind
    if heading.share or heading.sure:
        return SHARES if heading.share else PER_CENT
    large, small = [value for value in plain if abs(value) > 1.0], any(0 < abs(value) <= 1.0 for value in plain)
    if heading.percent:
        from_workbook = all(each.parts is None for each in column.numbers)
        may_be_small = heading.meaning.startswith("return") or kind == "markup" or not from_workbook
        if large or not small:
            return PER_CENT
        return "its heading says per cent, but all numbers are small" if may_be_small else SHARES
    why = ""
    if kind == "markup" and large:
        why = "a markup above 1 can be per cent or a multiple of the cost"
    elif large and max(large) < LEAST_PER_CENT:
        why = "it is more than all, and little for a number of per cent"
    elif large and (small or any_signed):
        why = "some numbers look like per cent and some like shares of one"
    return why or (PER_CENT if large else SHARES)


def _per_cent(column: NumberColumn, plain: Mapping[int, float], remarks: Remarks) -> dict[int, float]:
    value = next(iter(plain.values()))
    remarks.note(f"numbers are per cent: {value:.12g} is {value / 100.0:.12g}", None, column.heading.text)
    return {each: given / 100.0 for each, given in plain.items()}


def _refuse_percent(column: NumberColumn, plain: Mapping[int, float], why: str, remarks: Remarks) -> None:
    line, value = next(iter(plain.items()))
    text, key = column.heading.text, column.meaning.key
    allowed = f"{why}: it can mean {value:.12g} % = {value / 100.0:.12g}, or {value:.12g} = {value * 100.0:.12g} %"
    remedy = f'say which: --column "{text}={key} %" or --column "{text}={key} share"'
    remarks.refuse(line, text, f"{value:.12g}", allowed, remedy)


def _in_unit(column: NumberColumn, values: dict[int, float], remarks: Remarks) -> dict[int, float]:
    """Return values in the unit of the meaning, from what the heading and the cells say."""
    heading, found = column.heading, dict[int, float]()
    factors: dict[float, tuple[str, float]] = {}
    of_heading = _factor(column.meaning, heading.unit)
    if heading.unit and of_heading is None and heading.unit not in PIECES:
        allowed = f"the unit {heading.unit} is not known for {column.meaning.key} ({column.meaning.unit})"
        remarks.refuse(None, heading.text, "", allowed, f"convert the column to {column.meaning.unit}")
    for number in column.numbers:
        if number.line not in values:
            continue
        unit = bare(number.parts.unit) if number.parts is not None else ""
        factor = _factor(column.meaning, unit) if unit else (of_heading or 1.0)
        if factor is None:
            said = number.parts.unit if number.parts else ""
            allowed = f"the unit {said} is not known here; the column is in {column.meaning.unit}"
            remarks.refuse(number.line, heading.text, number.text, allowed, "write the number alone")
            continue
        found[number.line] = values[number.line] * factor
        if factor != 1.0:
            factors.setdefault(factor, (number.text.strip(), found[number.line]))
        if number.percent:
            remarks.refuse(number.line, heading.text, number.text, "it is not a share", "write it without a sign")
        if number.parts is not None and number.parts.currency and column.meaning.kind != "money":
            remarks.refuse(number.line, heading.text, number.text, "it is not an amount of money", "write a number")
    for text, value in factors.values():
        unit = f" {heading.unit}" if of_heading not in (None, 1.0) else ""
        remarks.note(f"{text}{unit} is {value:.6g} {column.meaning.unit}", None, heading.text)
    return found


def _factor(meaning: Meaning, unit: str) -> float | None:
    """Return what a value in a unit is multiplied by; None if the unit does not fit."""
    if not unit or unit in PIECES or (meaning.kind == "money" and unit.rsplit(" ", 1)[-1] in PIECES):
        return 1.0
    if unit in THOUSANDS and meaning.kind in ("money", "number") and meaning.key not in ("weight", "lead_time"):
        return 1000.0
    if meaning.key == "weight":
        return MASSES.get(unit)
    if meaning.key == "lead_time":
        return CALENDAR_DAYS_OF_A_WORKING_DAY if unit in WORKING_DAYS else SPANS.get(unit)
    period = PERIODS.get(unit)
    if period is not None and meaning.unit == "units per week":
        return 7.0 / DAYS_OF[period]
    if period is not None and meaning.unit == "units":
        return 1.0 if period == "week" else None
    return None


def _checked(column: NumberColumn, values: Mapping[int, float], remarks: Remarks) -> Iterator[tuple[int, float | int]]:
    """Yield the values that are in range; whole numbers as such."""
    meaning, heading = column.meaning, column.heading
    texts = {each.line: each.text for each in column.numbers}
    for line, value in values.items():
        if not meaning.least <= value <= meaning.most:
            allowed = f"{meaning.says} From {meaning.least:.6g} to {meaning.most:.6g} {meaning.unit}".rstrip()
            remarks.refuse(line, heading.text, texts[line], allowed, "correct the cell")
        elif meaning.kind == "whole" and not float(value).is_integer():
            remarks.refuse(line, heading.text, texts[line], "a whole number is needed", "correct the cell")
        elif meaning.kind == "whole":
            if texts[line].strip().endswith(".0"):
                remarks.note(f'"{texts[line].strip()}" is read as {int(value)}', line, heading.text)
            yield line, int(value)
        else:
            yield line, value


def text_value(heading: Heading, line: int, cell: Cell, remarks: Remarks) -> str:
    """Return a cell of names as text: numbers of articles keep their zeros, and lose pandas' ``.0``."""
    said = " ".join(cell_text(cell).split())
    number = number_text(said) if said[:1].isdigit() else None
    if heading.meaning == "sku" and number is not None and "e+" in said.lower() and not number.unit:
        allowed = "the spreadsheet has shortened this number to a power of ten, so that its last digits are lost"
        remarks.refuse(line, heading.text, said, allowed, "format the column as text, and save again")
    if heading.meaning == "sku" and said.endswith(".0") and said[:-2].isdigit():
        remarks.note(f'"{said}" is read as {said[:-2]}', line, heading.text)
        return said[:-2]
    if not said.isprintable():
        remarks.refuse(line, heading.text, said, "it has characters that cannot be seen", "type it again")
    if isinstance(cell, str) and said != cell.strip():
        remarks.note(f"spaces and line breaks in {cell.strip()!r} are read as single spaces", line, heading.text)
    return said
