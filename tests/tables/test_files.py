"""Encodings and workbooks: found out, said, and never trusted."""

from __future__ import annotations

import io
import zipfile
from datetime import date

import openpyxl
import pytest
import xlsxwriter

from sim.tables import TableChoices, read_table
from sim.tables.workbook_cells import MOST_BYTES_UNPACKED
from tests.tables.test_reading import notes, read, refusals, values

GERMAN = "name;unit_cost;weight\nK\u00e4se;12,50 \u20ac;1\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
def test_encodings_are_found_out(encoding):
    table = read(GERMAN, encoding)
    assert values(table) == [["K\u00e4se", 12.5, 1.0]]
    assert ("Windows-1252" in notes(table)) == (encoding == "cp1252")


def test_letters_of_latin_1_alone_are_read():
    assert values(read("name;price\nK\u00e4se;1\n", "latin-1")) == [["K\u00e4se", 1.0]]


def test_text_that_breaks_its_own_mark_is_refused():
    assert "not valid UTF-16" in refusals(read(b"\xff\xfen\x00a\x00m"))[0]


def book(*sheets, **formats):
    """Return a workbook; each sheet is its name and rows, cells with a format as (value, format)."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        styles = {name: made.add_format({"num_format": text}) for name, text in formats.items()}
        for name, rows in sheets:
            sheet = made.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    value, style = cell if isinstance(cell, tuple) else (cell, None)
                    if value is not None:
                        sheet.write(at, column, value, styles.get(style))
    return out.getvalue()


def test_a_workbook_is_read_with_title_blank_rows_and_percentages():
    rows = [
        ["Preisliste 2024"],
        [],
        ["Art.-Nr.", "Bezeichnung", "EK", "VK", "Marge %", "Retouren"],
        [4711, "Kaffee", 4.2, 7.99, (0.474, "percent"), (0.05, "percent")],
        ["0815", "Tee", 2, 5, (0.6, "percent"), (0.125, "percent")],
        [],
        ["Stand: 1.5.2024"],
    ]
    table = read(book(("Preise", rows), percent="0.0%"))
    assert values(table) == [["4711", "Kaffee", 4.2, 7.99, 0.474, 0.05], ["0815", "Tee", 2.0, 5.0, 0.6, 0.125]]
    assert [row.line for row in table.rows] == [4, 5]
    assert table.sheet == "Preise"
    assert "Preisliste 2024" in notes(table)
    assert "Stand: 1.5.2024" in notes(table)


def test_per_cent_of_a_workbook_are_decided_by_its_format():
    plain = read(book(("a", [["name", "price", "Retouren %"], ["A", 5, 0.8], ["B", 5, 0.5]])))
    assert "0.008" in refusals(plain)[0]
    shown = read(book(("a", [["name", "price", "Retouren %"], ["A", 5, (0.8, "p")], ["B", 5, (0.5, "p")]]), p="0%"))
    assert values(shown) == [["A", 5.0, 0.8], ["B", 5.0, 0.5]]


def test_the_sheet_with_most_known_headings_is_read_and_others_are_named():
    content = book(("Info", [["about", "this"], ["x", "y"]]), ("Data", [["name", "price"], ["A", 5]]))
    assert values(read(content)) == [["A", 5.0]]
    assert "not read: Info" in notes(read(content))
    assert "this heading is not known" in refusals(read(content, sheet="Info"))[0]
    assert "sheets: Info, Data" in refusals(read(content, sheet="Dat"))[0]


def test_a_hidden_sheet_is_not_read_in_silence():
    made = openpyxl.Workbook()
    made.active.append(["name", "price"])
    made.active.append(["A", 5])
    hidden = made.create_sheet("secret")
    hidden.append(["name", "price", "unit_cost"])
    hidden.sheet_state = "hidden"
    out = io.BytesIO()
    made.save(out)
    table = read(out.getvalue())
    assert values(table) == [["A", 5.0]]
    assert '"secret" is hidden' in notes(table)


def test_a_formula_without_a_result_is_refused_and_one_with_a_result_is_read():
    made = openpyxl.Workbook()
    made.active.append(["name", "price"])
    made.active.append(["A", "=2*3"])
    out = io.BytesIO()
    made.save(out)
    assert "this formula has no result" in refusals(read(out.getvalue()))[0]
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as other:
        sheet = other.add_worksheet()
        sheet.write_row(0, 0, ["name", "price"])
        sheet.write(1, 0, "A")
        sheet.write_formula(1, 1, "=2*3", None, 6)
    assert values(read(out.getvalue())) == [["A", 6.0]]


def test_a_number_that_became_a_date_is_refused():
    made = openpyxl.Workbook()
    made.active.append(["name", "price"])
    made.active.append(["A", date(2024, 2, 1)])
    out = io.BytesIO()
    made.save(out)
    assert "A date stands there" in refusals(read(out.getvalue()))[0]


def test_a_workbook_is_known_by_its_content_whatever_it_is_called():
    table = read_table(book(("a", [["name", "price"], ["A", 5]])), "table.csv")
    assert table.rows[0].values["price"] == 5.0


def test_damaged_and_locked_workbooks_are_refused_in_words():
    content = book(("a", [["name", "price"], ["A", 5]]))
    for wrong in (content[:300], content[:-40], b"PK\x03\x04" + b"x" * 500, b"\xd0\xcf\x11\xe0" + b"\0" * 2000):
        assert len(refusals(read(wrong))) == 1


def packed(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return out.getvalue()


def test_a_small_file_that_unpacks_to_a_large_one_is_refused_before_it_is_read():
    bomb = packed({"xl/worksheets/sheet1.xml": b"0" * (MOST_BYTES_UNPACKED + 1)})
    assert len(bomb) < 1_000_000
    assert "unpacks to too much" in refusals(read(bomb))[0]


def test_two_cells_far_apart_do_not_take_all_memory():
    content = book(("a", [["name", "price"], ["A", 5]]))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"</sheetData>", far)
    assert "too far apart" in refusals(read(packed(parts)))[0]


def test_an_ods_table_is_read_and_its_repetitions_are_bounded():
    def ods(rows):
        name = "urn:oasis:names:tc:opendocument:xmlns"
        spaces = " ".join(f'xmlns:{key}="{name}:{key}:1.0"' for key in ("office", "table", "text"))
        body = f"<office:body><office:spreadsheet><table:table table:name='T'>{rows}</table:table>"
        text = f"<office:document-content {spaces}>{body}</office:spreadsheet></office:body></office:document-content>"
        manifest = f"<manifest:manifest xmlns:manifest='{name}:manifest:1.0'/>"
        kind = "application/vnd.oasis.opendocument.spreadsheet"
        return packed({"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": text})

    def cell(said, kind="string", more=""):
        value = f" office:value='{said}'" if kind == "float" else ""
        return f"<table:table-cell office:value-type='{kind}'{value}{more}><text:p>{said}</text:p></table:table-cell>"

    def row(*cells):
        return f"<table:table-row>{''.join(cells)}</table:table-row>"

    table = read(ods(row(cell("name"), cell("price")) + row(cell("A"), cell("12.5", "float"))))
    assert values(table) == [["A", 12.5]]
    many = cell("1", "float", ' table:number-columns-repeated="9000000"')
    assert "too far apart" in refusals(read(ods(row(cell("name"), many))))[0]


def test_what_the_user_says_about_a_table_counts():
    assert values(read("name;price\nA;1.000\n", decimal="point")) == [["A", 1.0]]
    assert values(read("name;price\nA;1.000\n", decimal="comma")) == [["A", 1000.0]]
    assert "no sense with a decimal point" in refusals(read("name;price\nA;12,50\n", decimal="point"))[0]
    chosen = {"Wert": "price", "Farbe": "ignore"}
    assert values(read("Artikel;Wert;Farbe\nA;5;rot\n", columns=chosen)) == [["A", 5.0]]
    assert values(read("name;Retouren %\nA;0,5\n", columns={"Retouren %": "return_rate %"})) == [["A", 0.005]]
    assert values(read("name;Retouren %\nA;0,5\n", columns={"Retouren %": "return_rate share"})) == [["A", 0.5]]
    assert values(read("name;Gew\nA;500\n", columns={"Gew": "weight g"})) == [["A", 0.5]]
    assert "did you mean price" in refusals(read("name;Wert\nA;5\n", columns={"Wert": "prize"}))[0]
    assert values(read("x;y\nname;price\nA;5\n", headings=2)) == [["A", 5.0]]
    assert values(read("name;price;foo\nA;5;x\n", others=True)) == [["A", 5.0]]


TOTALS = "name,unit_cost,units\nA,12,1\nB,13,2\nTotal,25,3\n"


@pytest.mark.parametrize(
    "label",
    ["Total", "TOTAL:", "Summe", "Gesamt", "Total g\u00e9n\u00e9ral", "Suma", "\u5408\u8ba1", "Zwischensumme 1", ""],
)
def test_a_total_is_flagged_and_left_out_only_when_the_user_agrees(label):
    text = TOTALS.replace("Total", label)
    table = read(text)
    assert [row.is_total for row in table.rows] == [False, False, True]
    assert "looks like a total" in notes(table)
    assert [row.line for row in read(text, totals="leave_out").rows] == [2, 3]
    if label:
        kept = read(text, totals="keep")
        assert [row.is_total for row in kept.rows] == [False, False, False]


def test_choices_are_what_is_said():
    assert TableChoices() == TableChoices(None, {}, "", None, None, False)
