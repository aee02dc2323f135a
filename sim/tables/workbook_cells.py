"""Tables in workbooks: .xlsx, .xls and .ods, read by calamine."""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sim.tables.cells import Cell, CellRow, FormattedPercent, Remarks, is_empty

MOST_BYTES_UNPACKED, MOST_CELLS = 80_000_000, 3_000_000
"""A small file can unpack to a large one: what is larger is refused before it is read."""
MOST_PARTS = 2_000
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
PERCENT_FORMATS = {"9", "10"}
CELL_TAG = re.compile(rb"<(?:\w+:)?c\s([^>]*?)(/?)>")
REFERENCE, STYLE = re.compile(rb'\br="([A-Z]{1,3})([0-9]{1,7})"'), re.compile(rb'\bs="([0-9]+)"')
UNCALCULATED = re.compile(rb"<(?:\w+:)?f[ >/](?:(?!</(?:\w+:)?c>).)*?</(?:\w+:)?c>", re.DOTALL)
CELL_OF_ODS = re.compile(rb"<table:(?:covered-)?table-cell[^>]*>")
REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="([0-9]+)"')


class SheetFacts(NamedTuple):
    """What calamine does not say about a sheet: cells shown as percentages, and formulas without a result."""

    percent: frozenset[tuple[int, int]] = frozenset()
    uncalculated: tuple[tuple[int, int], ...] = ()


def is_workbook(content: bytes) -> bool:
    """Tell whether a file is a workbook by how it begins, whatever its name says."""
    return content.startswith((ZIP, OLE))


def sheets_of(content: bytes, remarks: Remarks, most: int = MOST_CELLS) -> Iterator[tuple[str, list[CellRow]]]:
    """Yield the visible sheets of a workbook: name and rows; larger ones than ``most`` cells are problems."""
    parts = _parts(content, remarks, most) if content.startswith(ZIP) else {}
    if parts is None:
        return
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        facts = _facts(parts)
        for position, about in enumerate(book.sheets_metadata):
            if about.visible != SheetVisibleEnum.Visible:
                remarks.note(f'the sheet "{about.name}" is hidden and was not read')
                continue
            sheet = book.get_sheet_by_index(position)
            if sheet.total_height * sheet.total_width > most:
                remarks.refuse(None, about.name, "", "the sheet is too large", "copy the table into a file of its own")
                return
            yield about.name, _rows(sheet, facts.get(about.name, SheetFacts()), remarks)
    except PasswordError:
        remarks.refuse(None, "", "", "the workbook is protected by a password", "save it without a password")
    except (CalamineError, zipfile.BadZipFile, ValueError, OSError) as reason:
        said = " ".join(str(reason).split())[:120]
        remarks.refuse(None, "", "", f"the workbook cannot be read: {said}", "save it again as .xlsx, or as CSV")


def _rows(sheet: Any, facts: SheetFacts, remarks: Remarks) -> list[CellRow]:
    first_row, first_column = sheet.start or (0, 0)
    for row, column in facts.uncalculated[:20]:
        allowed = "this formula has no result in the file"
        remarks.refuse(row + 1, _letters(column), "", allowed, "open the file in a spreadsheet, and save it there")
    merged = getattr(sheet, "merged_cell_ranges", None) or ()
    if merged:
        remarks.note(f"the sheet has {len(merged)} merged ranges; only the first cell of each holds its content")
    rows = []
    for number, cells in enumerate(sheet.to_python(skip_empty_area=True)):
        row = first_row + number
        found = tuple(_cell(cell, (row, first_column + at) in facts.percent) for at, cell in enumerate(cells))
        rows.append(CellRow(row + 1, (None,) * first_column + found))
    return rows


def _cell(cell: Any, percent: bool) -> Cell:
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, float) and percent:
        return FormattedPercent(cell)
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, (time, timedelta)):
        return str(cell)
    if isinstance(cell, (int, float, date)) or cell is None:
        return cell
    return str(cell).strip()


def _letters(column: int) -> str:
    """Return the letters of a column, counted from 0: ``column A``."""
    said, left = "", column + 1
    while left:
        left, digit = divmod(left - 1, 26)
        said = chr(65 + digit) + said
    return f"column {said}"


def _parts(content: bytes, remarks: Remarks, most: int) -> dict[str, bytes] | None:
    """Return the XML files inside a workbook; None, with a problem, if it is unfit or would unpack to too much."""
    parts: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > MOST_BYTES_UNPACKED:
                raise OverflowError
            for info in infos:
                if info.filename.endswith((".xml", ".rels")):
                    parts[info.filename] = archive.read(info)
                else:
                    archive.read(info)  # a size that is a lie shows by its checksum
    except OverflowError:
        remarks.refuse(None, "", "", "the workbook unpacks to too much", "copy the table into a file of its own")
        return None
    except (zipfile.BadZipFile, RuntimeError, EOFError, OSError, ValueError, zlib.error) as reason:
        said = " ".join(str(reason).split())[:120]
        remarks.refuse(None, "", "", f"the file is a damaged archive: {said}", "save it again as .xlsx, or as CSV")
        return None
    if _spread(parts) > most:
        allowed = "the cells of a sheet lie too far apart"
        remarks.refuse(None, "", "", allowed, "copy the table into a file of its own")
        return None
    return parts


def _spread(parts: dict[str, bytes]) -> int:
    """Return how many cells the largest sheet would take, empty ones between included."""
    largest = 0
    for name, part in parts.items():
        if "worksheets/" in name:
            rows, columns = 1, 1
            for reference in REFERENCE.finditer(part):
                rows, columns = max(rows, int(reference[2])), max(columns, _number(reference[1]))
            largest = max(largest, rows * columns)
        elif name == "content.xml":
            largest = max(largest, _spread_of_ods(part))
    return largest


def _spread_of_ods(content: bytes) -> int:
    """Return how many cells the largest sheet of an .ods file takes, up to its last cell with a content."""
    largest = 0
    for sheet in content.split(b"<table:table ")[1:]:
        row_number, height, width = 0, 0, 0
        for row in sheet.split(b"<table:table-row")[1:]:
            head, _, cells = row.partition(b">")
            column, filled = 0, 0
            for cell in CELL_OF_ODS.findall(cells):
                column += _times(cell)
                filled = column if b"value-type" in cell else filled
            row_number += _times(head)
            width = max(width, filled)
            height = row_number if filled else height
        largest = max(largest, width * height)
    return largest


def _times(tag: bytes) -> int:
    """Return how often a row or cell of an .ods file is repeated."""
    found = REPEATED.search(tag)
    return min(int(found[1][:9]), 10_000_000) if found else 1


def _number(letters: bytes) -> int:
    """Return the number of a column from its letters, counted from 1."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def _facts(parts: dict[str, bytes]) -> dict[str, SheetFacts]:
    """Return what the XML of an .xlsx file says about each sheet, by its name."""
    book, relations = parts.get("xl/workbook.xml"), parts.get("xl/_rels/workbook.xml.rels", b"")
    if book is None:
        return {}
    percent = _percent_styles(parts.get("xl/styles.xml", b""))
    targets = {}
    for tag in re.findall(rb"<(?:\w+:)?Relationship\s[^>]*>", relations):
        identity, target = re.search(rb'\bId="([^"]+)"', tag), re.search(rb'\bTarget="([^"]+)"', tag)
        if identity and target:
            targets[identity[1]] = target[1].decode("utf-8", "replace").removeprefix("/xl/")
    found = {}
    for tag in re.findall(rb"<(?:\w+:)?sheet\s[^>]*>", book):
        name, identity = re.search(rb'\bname="([^"]*)"', tag), re.search(rb'\br:id="([^"]+)"', tag)
        if name and identity and identity[1] in targets:
            part = parts.get(f"xl/{targets[identity[1]]}", b"")
            found[html.unescape(name[1].decode("utf-8", "replace"))] = _facts_of(part, percent)
    return found


def _percent_styles(styles: bytes) -> frozenset[bytes]:
    """Return the numbers of the cell styles that show a percent sign."""
    formats = {
        match[1]
        for match in re.finditer(rb'<(?:\w+:)?numFmt\s[^>]*?numFmtId="([0-9]+)"[^>]*?formatCode="([^"]*)"', styles)
        if b"%" in match[2]
    } | {number.encode() for number in PERCENT_FORMATS}
    cells = re.search(rb"<(?:\w+:)?cellXfs[ >].*?</(?:\w+:)?cellXfs>", styles, re.DOTALL)
    tags = re.findall(rb"<(?:\w+:)?xf\s[^>]*>", cells[0]) if cells else []
    numbers = [re.search(rb'numFmtId="([0-9]+)"', tag) for tag in tags]
    return frozenset(str(place).encode() for place, number in enumerate(numbers) if number and number[1] in formats)


def _facts_of(sheet: bytes, percent: frozenset[bytes]) -> SheetFacts:
    shown_as_percent, uncalculated = set(), []
    for tag in CELL_TAG.finditer(sheet):
        reference = REFERENCE.search(tag[1])
        if reference is None:
            continue
        place = (int(reference[2]) - 1, _number(reference[1]) - 1)
        style = STYLE.search(tag[1])
        if style and style[1] in percent:
            shown_as_percent.add(place)
        is_text = b't="str"' in tag[1]  # the result of a formula may be an empty text
        inside = None if tag[2] or is_text else UNCALCULATED.match(sheet, tag.end())
        if inside and _without_result(inside[0]):
            uncalculated.append(place)
    return SheetFacts(frozenset(shown_as_percent), tuple(uncalculated))


def _without_result(cell: bytes) -> bool:
    return re.search(rb"<(?:\w+:)?v>[^<]", cell) is None and b"<is>" not in cell


def has_content(rows: list[CellRow]) -> bool:
    """Tell whether any cell of a sheet is filled."""
    return any(not is_empty(cell) for row in rows for cell in row.cells)
