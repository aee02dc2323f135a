"""CSV for people: no text is a formula, and what is no formula stays as it is."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.common.spreadsheets import as_written, csv_of, defused
from sim.scenario import load_scenario
from sim.scenario.merging import Tables
from sim.tables import Sent, import_tables, read_sent, read_table
from sim.tables.meanings import FIRMS, PRODUCTS
from sim.tables.templates import template

FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1+1)", "\t=1", "\r=1", "\uff1d1", "'=1", "''@x", "=", "-a", "+"]
TEXTS = ["a=b", "-", "-1.5", "+3", "-2e5", "don't", "'quoted'", "", "a-b", "\u22125", "5 - 3"]


@pytest.mark.parametrize("text", [text for text in FORMULAS if text != "+"])
def test_a_formula_becomes_text_and_is_read_back(text: str) -> None:
    assert defused(text) == f"'{text}"
    assert as_written(defused(text)) == text


@pytest.mark.parametrize("text", TEXTS)
def test_other_texts_and_numbers_stay(text: str) -> None:
    assert defused(text) == text == as_written(text)


@given(st.text())
def test_whatever_it_is_it_is_read_back_and_is_no_formula(text: str) -> None:
    written = defused(text)
    assert as_written(written) == text
    assert written[:1] not in ("=", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
    assert defused(as_written(written)) == written


def cells(text: str) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(text)) for cell in row]


@pytest.mark.parametrize("kind", [object, "category", "string"])
def test_no_cell_and_no_heading_of_a_table_is_a_formula(tmp_path: Path, kind: Any) -> None:
    names = pd.Series(["=1+1", "plain", None], dtype=kind)
    frame = pd.DataFrame({"@name": names, "cents": [-5, 3, 1], "=2": [1.5, float("nan"), -2.0]})
    frame = pd.concat([frame, frame[["@name"]]], axis=1)  # names of columns may be there twice
    expected = "'@name,cents,'=2,'@name\n'=1+1,-5,1.5,'=1+1\nplain,3,,plain\n,1,-2.0,\n"
    assert csv_of(frame) == expected
    assert csv_of(frame, tmp_path / "file.csv") == ""
    assert (tmp_path / "file.csv").read_text(encoding="utf-8") == expected
    assert frame["cents"].tolist() == [-5, 3, 1]


HOSTILE = {
    "suppliers.names": ['=HYPERLINK("http://evil.example/","x")'],
    "products.items": [
        {"name": "@SUM(1+1)", "style": 0, "supplier": '=HYPERLINK("http://evil.example/","x")', "unit_cost": 2.0}
    ],
}


def test_a_table_to_edit_holds_no_formula_and_is_read_back_as_it_was() -> None:
    scenario = load_scenario("village", HOSTILE)
    for table in (PRODUCTS, FIRMS):
        text = template(table, scenario)
        assert not [cell for cell in cells(text) if cell[:1] in ("=", "@")]
        read = read_table(text.encode(), f"{table}.csv")
        found = import_tables([read], Tables("", scenario.model_dump()))
        assert not found.problems
        assert not {key: value for key, value in found.changed.items() if key != "sources"}  # nothing was changed


# -- digits ------------------------------------------------------------------------------------------------------------

HEAD = "name,style,supplier,unit_cost\n"


@pytest.mark.parametrize("number", ["1_0", "\u0661\u0662", "\u00b2", "1e999", "infinity", "0x10"])
def test_a_cell_with_digits_of_others_is_no_number(number: str) -> None:
    for row in (f"loaf,0,farm,{number}\n", f"loaf,{number},farm,2\n"):
        found = read_sent([Sent("mine.csv", f"{HEAD}{row}".encode())], "village")
        assert found.scenario is None
        assert found.remarks[0].line == 2


def test_names_that_look_alike_are_refused_in_a_table_too() -> None:
    for other in ("e\u0301", "\u00e9\ufe0f", "\u3164\u00e9"):
        rows = f"\u00e9,0,farm,2\n{other},1,farm,2\n"
        found = read_sent([Sent("mine.csv", f"{HEAD}{rows}".encode())], "village")
        assert found.scenario is None
        assert "looks like" in found.remarks[0].problem.allowed
