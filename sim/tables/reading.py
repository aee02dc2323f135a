"""Reads a table as people have it: rows of values, every reinterpretation noted, all problems at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from sim.scenario.overrides import close_matches
from sim.tables.cells import Cell, CellRow, Remarks, TableNote, TableProblem, cell_text, is_empty, listed_lines
from sim.tables.column_values import Value, column_values, number_column, settle_notation, text_value
from sim.tables.headings import Heading, find_headings, heading_names, with_units
from sim.tables.lookalikes import check_names
from sim.tables.meanings import FIRMS, HISTORY, MEANINGS, NAMING, PRODUCTS, UNUSED, Meaning, TableKind
from sim.tables.notation import Decimal, number_text
from sim.tables.plain_text import decoded, rows_of_text
from sim.tables.row_kinds import looks_like_total, sort_rows, sums_up
from sim.tables.week_dates import week_values
from sim.tables.words import bare
from sim.tables.workbook_cells import MOST_CELLS, has_content, is_workbook, sheets_of

MOST_ROWS = {PRODUCTS: 30_000, FIRMS: 500, HISTORY: 500_000}
MOST_COLUMNS, MOST_WIDTH = 100, 300
"""Columns that are read, and those a row can have, empty ones included."""
Totals = Literal["keep", "leave_out"]


@dataclass(frozen=True)
class TableChoices:
    """What the user has said about a table.

    Attributes:
        decimal: the decimal sign of its numbers; None: found out.
        columns: what headings mean: ``{"Retourenquote": "return_rate %", "Farbe": "ignore"}``.
        sheet: the sheet of a workbook; empty: the one with most known headings.
        headings: the line of the headings; None: found out.
        totals: whether rows that look like totals are kept as products or left out; None: not said.
        others: whether columns of unknown meaning are left out; if not, they are problems.
    """

    decimal: Decimal | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    headings: int | None = None
    totals: Totals | None = None
    others: bool = False

    def over(self, kept: TableChoices) -> TableChoices:
        """Return these choices over those kept from an earlier table."""
        return TableChoices(
            self.decimal or kept.decimal,
            {**kept.columns, **self.columns},
            self.sheet or kept.sheet,
            self.headings or kept.headings,
            self.totals or kept.totals,
            self.others or kept.others,
        )


class ReadRow(NamedTuple):
    """A row as read.

    Attributes:
        line: of the file, counted from 1.
        values: by the name of the column; None where nothing is given.
        texts: what stood in the file, by the name of the column.
        is_total: whether it looks like a total, and the user has not said what to do with it.
    """

    line: int
    values: Mapping[str, Value]
    texts: Mapping[str, str]
    is_total: bool = False


@dataclass(frozen=True)
class ReadTable:
    """A table as read.

    Attributes:
        file: its name in reports.
        kind: what its rows are: products, firms, or weeks of a history.
        sheet: the sheet of a workbook it stands on; empty for text.
        headings: its columns as their headings describe them, also those that are not used.
        rows: its content.
        notes: everything that is read otherwise than it stands there, or left out.
        problems: everything that cannot be used; a table with problems must not be used.
        currency: the code of the currency its cells or headings name; empty if they name none.
    """

    file: str
    kind: TableKind
    sheet: str = ""
    headings: tuple[Heading, ...] = ()
    rows: tuple[ReadRow, ...] = ()
    notes: tuple[TableNote, ...] = ()
    problems: tuple[TableProblem, ...] = ()
    currency: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns that are used."""
        return tuple(each.meaning for each in self.headings if each.meaning in MEANINGS[self.kind])

    @property
    def totals(self) -> tuple[ReadRow, ...]:
        """Rows that look like totals and wait for the user's word."""
        return tuple(row for row in self.rows if row.is_total)


def read_table(
    content: bytes, file: str, choices: TableChoices | None = None, most_cells: int = MOST_CELLS
) -> ReadTable:
    """Read a table of products, of firms, or of weeks, from a workbook or from text. Never raises for its content.

    Args:
        content: of the file; text pasted from a spreadsheet is encoded in UTF-8.
        file: its name, for reports.
        choices: what the user has said about it.
        most_cells: the largest sheet of a workbook that is read.
    """
    choices, remarks = choices or TableChoices(), Remarks(file)
    sheet, rows = _rows_of(content, choices, most_cells, remarks)
    if not remarks.problems and not rows:
        remarks.refuse(None, "", "", "the table has no row", "start with a line of column names")
    if remarks.problems:
        return _finished(remarks, PRODUCTS, sheet)
    _check_choices(choices, remarks)
    if max(len(row.cells) for row in rows) > MOST_WIDTH:
        remarks.refuse(None, "", "", f"a table has at most {MOST_COLUMNS} columns", "keep those that are needed")
        return _finished(remarks, PRODUCTS, sheet)
    found = find_headings(rows, choices.columns, choices.headings)
    if found is None:
        remarks.refuse(
            None, "", "", "no row of column names was found", "start with one, or say its line: --headings 3"
        )
        return _finished(remarks, PRODUCTS, sheet)
    _note_above(rows[: found.place], remarks)
    width = len(rows[found.place].cells)
    headings, below = _named_columns(found.headings, width, rows[found.place + 1 :], remarks)
    kind = _kind_of(headings)
    if len(headings) > MOST_COLUMNS or len(below) > MOST_ROWS[kind]:
        allowed = f"a table has at most {MOST_ROWS[kind]} rows and {MOST_COLUMNS} columns"
        remarks.refuse(None, "", "", allowed, "shorten it")
        return _finished(remarks, kind, sheet, headings)
    _check_headings(headings, kind, rows[found.place].line, choices, remarks)
    return _content(kind, sheet, headings, below, choices, remarks)


def _rows_of(content: bytes, choices: TableChoices, most_cells: int, remarks: Remarks) -> tuple[str, list[CellRow]]:
    """Return the sheet and the rows of a file."""
    if remarks.file.lower().endswith(".toml"):
        remarks.refuse(None, "", "", "it is a scenario, not a table", "give a table: Excel or CSV")
        return "", []
    if not is_workbook(content):
        text = decoded(content, remarks)
        if text is None or not text.strip():
            return "", []
        if text.lstrip("\ufeff \n\r\t")[:200].lower().startswith(("<html", "<!doctype", "<?xml", "<table")):
            allowed = "it is a web page or XML, whatever its name says"
            remarks.refuse(None, "", "", allowed, "open it in a spreadsheet, and save it as .xlsx")
            return "", []
        return "", rows_of_text(text, remarks)
    sheets = {name: rows for name, rows in sheets_of(content, remarks, most_cells) if has_content(rows)}
    if remarks.problems:
        return "", []
    if choices.sheet and choices.sheet not in sheets:
        remarks.refuse(None, "--sheet", choices.sheet, f"sheets: {', '.join(sheets) or 'none'}", "choose one of these")
        return "", []
    if not sheets:
        return "", []
    name = choices.sheet or max(sheets, key=lambda each: _known(sheets[each], choices))
    others = [other for other in sheets if other != name]
    if others:
        remarks.note(f'the sheet "{name}" is read; not read: {", ".join(others)} (--sheet chooses another)')
    return name, sheets[name]


def _known(rows: Sequence[CellRow], choices: TableChoices) -> int:
    """Return how many headings of a sheet are known."""
    found = find_headings(rows, choices.columns)
    return sum(bool(each.meaning) for each in found.headings) if found else 0


def _check_choices(choices: TableChoices, remarks: Remarks) -> None:
    known = dict.fromkeys([*(key for table in MEANINGS.values() for key in table), UNUSED])
    for text, given in choices.columns.items():
        key = given.partition(" ")[0]
        if key not in known:
            near = close_matches(key, list(known))
            remedy = f"did you mean {' or '.join(near)}?" if near else f"meanings: {', '.join(known)}"
            remarks.refuse(None, "--column", f"{text}={given}", "there is no such meaning", remedy)


def _note_above(rows: Sequence[CellRow], remarks: Remarks) -> None:
    filled = [row for row in rows if any(not is_empty(cell) for cell in row.cells)]
    if filled:
        said = "; ".join(" ".join(filter(None, map(cell_text, row.cells))) for row in filled)
        lines = listed_lines([row.line for row in filled])
        remarks.note(f'{lines} above the headings {"is" if len(filled) == 1 else "are"} not read: "{said[:100]}"')


def _named_columns(
    headings: Sequence[Heading], width: int, rows: Sequence[CellRow], remarks: Remarks
) -> tuple[tuple[Heading, ...], Sequence[CellRow]]:
    """Return the headings, columns with content and no heading among them, and the rows below."""
    named = {each.position for each in headings}
    nameless: dict[int, list[tuple[int, Cell]]] = {}
    for row in rows:
        for at, cell in enumerate(row.cells):
            if at not in named and not is_empty(cell):
                nameless.setdefault(at, []).append((row.line, cell))
    added = []
    for at, cells in sorted(nameless.items()):
        texts = [cell_text(cell) for _, cell in cells]
        if at == 0 and texts in ([str(n) for n in range(len(texts))], [str(n + 1) for n in range(len(texts))]):
            remarks.note("the first column has no heading and counts the rows: left out")
            continue
        if at >= width or (at > max(named, default=0) and len(cells) < len(rows)):
            for line, cell in cells[:20]:
                allowed = f"there are {len(headings)} columns; is a decimal comma taken for a separator?"
                remarks.refuse(line, "", cell_text(cell), allowed, "remove the extra cell, or put the number in quotes")
            continue
        added.append(Heading(at, f"column {at + 1}", ""))
    counter = [each for each in headings if each.text == "Unnamed: 0"]
    if counter:
        remarks.note('the column "Unnamed: 0", which pandas writes, counts the rows: left out')
    kept = [each for each in headings if each not in counter]
    return tuple(sorted([*kept, *added], key=lambda each: each.position)), rows


def _kind_of(headings: Sequence[Heading]) -> TableKind:
    keys = {each.meaning for each in headings}
    if "week" in keys and keys & {"sku", "name"}:
        return HISTORY
    return FIRMS if "firm" in keys and not keys & {"sku", "name"} else PRODUCTS


def _check_headings(
    headings: Sequence[Heading], kind: TableKind, line: int, choices: TableChoices, remarks: Remarks
) -> None:
    """Make sure that every heading has one meaning, and every meaning one heading."""
    by_meaning: dict[str, list[str]] = {}
    for each in headings:
        fits = each.meaning in MEANINGS[kind]
        if each.meaning == UNUSED or (not fits and choices.others):
            remarks.note("this column is not used", None, each.text)
        elif not fits:
            _refuse_heading(each, kind, line, remarks)
        else:
            by_meaning.setdefault(each.meaning, []).append(each.text)
    for meaning, texts in by_meaning.items():
        if len(texts) > 1:
            said = ", ".join(f'"{text}"' for text in texts)
            remedy = f'leave out all but one: --column "{texts[-1]}={UNUSED}"'
            remarks.refuse(line, texts[1], "", f"{len(texts)} columns mean {meaning}: {said}", remedy)
    if not any(key in by_meaning for key in NAMING[kind]):
        allowed = f"no column says which {'firm' if kind == FIRMS else 'product'} a row is about"
        remarks.refuse(line, "", "", allowed, f'say which: --column "HEADING={NAMING[kind][0]}"')


def _refuse_heading(heading: Heading, kind: TableKind, line: int, remarks: Remarks) -> None:
    columns = [*MEANINGS[kind]]
    near = close_matches(bare(heading.text), columns) or sorted(
        {heading_names()[name] for name in close_matches(bare(heading.text).replace(" ", ""), list(heading_names()))}
    )
    meant = f"did you mean {' or '.join(near)}? " if near else ""
    allowed = f"a table of {kind} has: {', '.join(columns)}" if heading.meaning else "this heading is not known"
    means = f"one of {', '.join(columns)}, {UNUSED}"
    remedy = f'{meant}say what it means: --column "{heading.text}=MEANING", MEANING being {means}'
    remarks.refuse(line, heading.text, "", allowed, remedy)


def _content(
    kind: TableKind,
    sheet: str,
    headings: tuple[Heading, ...],
    rows: Sequence[CellRow],
    choices: TableChoices,
    remarks: Remarks,
) -> ReadTable:
    """Return the table with the values of its rows."""
    used: dict[str, Heading] = {}
    for each in headings:
        if each.meaning in MEANINGS[kind]:
            used.setdefault(each.meaning, each)
    naming = [used[key].position for key in NAMING[kind] if key in used]
    content, units = sort_rows(rows, headings, naming, remarks)
    used = {key: with_units(each, units.get(each.position, "")) for key, each in used.items()}
    if not content:
        remarks.refuse(None, "", "", "there is no row below the column names", "add a row for each")
    values = {key: _column(MEANINGS[kind][key], heading, content, remarks) for key, heading in used.items()}
    _fill_numbers(kind, used, content, choices, values, remarks)
    kept = _totals(kind, used, content, values, choices, remarks)
    read = [
        ReadRow(
            row.line,
            {key: values[key].get(row.line) for key in used},
            {key: _text(row, heading) for key, heading in used.items()},
            row.line in kept and kept[row.line] is None,
        )
        for row in content
        if kept.get(row.line, True) is not False
    ]
    currency = _currency(used, content, kind, remarks)
    if not remarks.problems:
        check_names(kind, read, remarks)
    return _finished(remarks, kind, sheet, headings, tuple(read), currency)


def _text(row: CellRow, heading: Heading) -> str:
    return cell_text(row.cells[heading.position]) if heading.position < len(row.cells) else ""


def _cells(content: Sequence[CellRow], heading: Heading) -> list[tuple[int, Cell]]:
    at = heading.position
    return [(row.line, row.cells[at]) for row in content if at < len(row.cells)]


def _column(meaning: Meaning, heading: Heading, content: Sequence[CellRow], remarks: Remarks) -> dict[int, Value]:
    """Return the values of a column that holds no numbers, by line."""
    if meaning.kind == "text":
        cells = _cells(content, heading)
        return {line: text_value(heading, line, cell, remarks) or None for line, cell in cells}
    if meaning.kind == "week":
        return dict(week_values(heading, _cells(content, heading), remarks))
    return {}


def _fill_numbers(
    kind: TableKind,
    used: Mapping[str, Heading],
    content: Sequence[CellRow],
    choices: TableChoices,
    values: dict[str, dict[int, Value]],
    remarks: Remarks,
) -> None:
    """Read all columns of numbers: how they are written is decided for the table as a whole."""
    meanings = MEANINGS[kind]
    columns = [
        number_column(heading, meanings[key], _cells(content, heading), remarks)
        for key, heading in used.items()
        if meanings[key].kind not in ("text", "week")
    ]
    decimals = settle_notation(columns, choices.decimal, remarks)
    for column in columns:
        if column.heading.position in decimals:
            values[column.meaning.key] = dict(column_values(column, decimals[column.heading.position], remarks))


def _totals(
    kind: TableKind,
    used: Mapping[str, Heading],
    content: Sequence[CellRow],
    values: Mapping[str, Mapping[int, Value]],
    choices: TableChoices,
    remarks: Remarks,
) -> dict[int, bool | None]:
    """Return the rows that look like totals by line: whether they are kept; None where the user has not said.

    A row without a name that sums up others is one, too; other rows without a name are problems.
    """
    numbers = {
        key: {line: float(value) for line, value in column.items() if isinstance(value, (int, float))}
        for key, column in values.items()
    }
    found: dict[int, bool | None] = {}
    lines: list[int] = []
    for row in content:
        named = [str(values[key].get(row.line) or "") for key in NAMING[kind] if key in used]
        texts = named if any(named) else [cell_text(cell) for cell in row.cells if isinstance(cell, str)]
        likely = [looks_like_total(text) for text in texts if text]
        certain = any(sure for _, sure in likely)
        adds_up = (any(maybe for maybe, _ in likely) or not any(named)) and sums_up(row.line, numbers, lines)
        if certain or adds_up:
            found[row.line] = None if choices.totals is None else choices.totals == "keep"
            _say_total(row.line, next(filter(None, texts), "a row without a name"), adds_up, choices.totals, remarks)
        elif any(maybe for maybe, _ in likely):
            remarks.note(f'"{next(filter(None, texts))}" begins like a total but sums up nothing: kept', row.line)
        if not any(named) and not (row.line in found and found[row.line] is not True):
            remarks.refuse(row.line, "", "", "nothing says what this row is about", "name it, or remove the row")
        if row.line not in found:
            lines.append(row.line)
    return found


def _say_total(line: int, label: str, adds_up: bool, totals: Totals | None, remarks: Remarks) -> None:
    why = f'"{label}" looks like a total{", and its numbers are sums of those above" if adds_up else ""}'
    done = "left out only if you say so (--totals leave_out), kept with --totals keep"
    if totals is not None:
        done = "kept, as you said" if totals == "keep" else "left out, as you said"
    remarks.note(f"{why}: {done}", line)


def _currency(used: Mapping[str, Heading], content: Sequence[CellRow], kind: TableKind, remarks: Remarks) -> str:
    """Return the currency that cells and headings name; several of them are a problem."""
    found: dict[str, tuple[int | None, str]] = {}
    for key, heading in used.items():
        if MEANINGS[kind][key].kind != "money":
            continue
        if heading.currency:
            found.setdefault(heading.currency, (None, heading.text))
        for line, cell in _cells(content, heading):
            parts = number_text(cell) if isinstance(cell, str) else None
            if parts is not None and parts.currency:
                found.setdefault(parts.currency, (line, heading.text))
    if len(found) > 1:
        where, text = list(found.values())[1]
        allowed = f"amounts are in several currencies: {', '.join(found)}"
        remarks.refuse(where, text, "", allowed, "convert them to one")
    return next(iter(found), "")


def _finished(
    remarks: Remarks,
    kind: TableKind,
    sheet: str,
    headings: tuple[Heading, ...] = (),
    rows: tuple[ReadRow, ...] = (),
    currency: str = "",
) -> ReadTable:
    notes, problems = tuple(remarks.notes), tuple(remarks.problems)
    return ReadTable(remarks.file, kind, sheet, headings, rows, notes, problems, currency)
