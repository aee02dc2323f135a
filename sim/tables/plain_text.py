"""Tables as text: which encoding, which separator, which lines."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence

from sim.common.spreadsheets import as_written
from sim.tables.cells import CellRow, Remarks

SEPARATORS = {";": "semicolons", ",": "commas", "\t": "tabs", "|": "vertical bars"}
SEP_LINE = re.compile(r'"?sep=(.)"?[;,\t|]*\s*', re.IGNORECASE)
MARKDOWN_RULE = re.compile(r"[|\s:+-]*-{3,}[|\s:+-]*")
LOOKED_AT = 50
"""Lines that decide on the separator."""
LONGEST_CELL = 10_000
BYTE_ORDER_MARKS = (
    (b"\xef\xbb\xbf", "utf-8", ""),
    (b"\xff\xfe\x00\x00", "utf-32-le", "UTF-32"),
    (b"\xff\xfe", "utf-16-le", "UTF-16"),
    (b"\xfe\xff", "utf-16-be", "UTF-16"),
)


def decoded(content: bytes, remarks: Remarks) -> str | None:
    """Return the text of a file; None, with a problem, if it is none.

    The encoding is found out: a byte-order mark, else UTF-8, else UTF-16 by its zero bytes, else Windows-1252, which
    reads every byte sequence, so that a note says it.
    """
    for mark, encoding, name in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _strictly(content[len(mark) :], encoding, name, remarks)
    head = content[:4000]
    for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        if len(head) >= 4 and zeros.count(0) > 0.6 * len(zeros):
            return _strictly(content, encoding, "UTF-16 without its mark", remarks)
    if b"\0" in content:
        remarks.refuse(None, "", "", "the file is not text", "save it as .xlsx or as CSV")
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        pass
    text = content.decode("cp1252", "replace")
    if "\ufffd" in text or any("\x80" <= letter <= "\x9f" for letter in text):
        text = content.decode("latin-1")
    remarks.note(
        "the file is not UTF-8: read as Windows-1252 (Latin-1); check letters such as \u00e4, \u00e9 and \u20ac"
    )
    return text


def _strictly(content: bytes, encoding: str, name: str, remarks: Remarks) -> str | None:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        said = f"the file begins like {name or 'UTF-8'} but is not valid {name or 'UTF-8'}"
        remarks.refuse(None, "", "", said, "save it again as CSV in UTF-8, or as .xlsx")
        return None
    if name:
        remarks.note(f"the file is in {name}")
    return text


def rows_of_text(text: str, remarks: Remarks) -> list[CellRow]:
    """Return the rows of a table in text: CSV with any usual separator, cells pasted from a spreadsheet, Markdown."""
    text = text.lstrip("\ufeff")
    if "\r" in text:
        if re.search(r"\r(?!\n)", text):
            remarks.note("lines end in carriage returns, as old spreadsheets wrote them")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    skipped, separator = 0, ""
    said = SEP_LINE.fullmatch(lines[0])
    if said:
        skipped, separator = 1, said[1]
        remarks.note(f'the first line, "sep={separator}", says what separates cells', 1)
    if not separator:
        separator = separator_of(lines)
        if separator != ",":
            remarks.note(f"cells are separated by {SEPARATORS[separator]}")
    return _split_rows("\n".join(lines[skipped:]), separator, skipped, remarks)


def separator_of(lines: Sequence[str]) -> str:
    """Return what separates the cells: the separator that gives most lines the same number of cells, two or more."""
    looked_at = [line for line in lines[: 2 * LOOKED_AT] if line.strip()][:LOOKED_AT]
    scores = {separator: _regularity(looked_at, separator) for separator in SEPARATORS}
    best = max(scores, key=lambda separator: scores[separator])
    return best if scores[best][0] else ","


def _regularity(lines: Sequence[str], separator: str) -> tuple[float, int]:
    """Return how many lines have the most usual number of cells, if that is two or more, and that number."""
    try:
        rows = list(csv.reader(lines, delimiter=separator))
    except csv.Error:
        return 0.0, 0
    counts = Counter(len(row) for row in rows if len(row) > 1)
    if not counts:
        return 0.0, 0
    width, regular = max(counts.items(), key=lambda item: (item[1], item[0]))
    # Decimal commas look like separators too, but the line of names has none of them.
    names = max((len(row) for row in rows[:1]), default=0)
    return regular + (0.5 if names == width else 0.0) + (0.25 if separator in "\t;" else 0.0), width


def _split_rows(text: str, separator: str, skipped: int, remarks: Remarks) -> list[CellRow]:
    rows = []
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    start = skipped + 1
    try:
        for row in reader:
            if not (separator == "|" and MARKDOWN_RULE.fullmatch("|".join(row))):
                cells = row[1 : -1 or None] if separator == "|" and _is_framed(row) else row
                rows.append(CellRow(start, tuple(as_written(cell.strip()) for cell in cells)))
            start = skipped + reader.line_num + 1
    except csv.Error as reason:
        line = skipped + reader.line_num
        remarks.refuse(line, "", "", f"not valid CSV: {reason}", "put text with quotes in it in quotes")
    return rows


def _is_framed(row: Sequence[str]) -> bool:
    """Tell whether a row has bars at both ends, as in Markdown."""
    return len(row) > 2 and not row[0].strip() and not row[-1].strip()
