"""Tables for spreadsheets: all of them, the same numbers, texts as texts."""

from __future__ import annotations

import errno

import openpyxl
import pandas as pd
import pytest

import sim
from sim.common.files import FolderError
from sim.results import workbooks


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """A run and a comparison on disk."""
    folder = tmp_path_factory.mktemp("saved")
    outcome = sim.run("village", regime="o2o", seed=1)
    outcome.save(folder / "run")
    comparison = sim.compare("village", ["traditional", "o2o"], replications=2)
    comparison.save(folder / "comparison")
    return folder, outcome, comparison


def sheet(file, name):
    """A sheet as a data frame."""
    rows = list(openpyxl.load_workbook(file)[name].iter_rows(values_only=True))
    return pd.DataFrame(rows[1:], columns=list(rows[0]))


def test_a_run_is_a_workbook_with_a_sheet_for_each_table(saved, middleman, tmp_path):
    folder, outcome, _ = saved
    answer = middleman("export", str(folder / "run"), "run.xlsx")
    assert answer.code == 0, answer.err
    book = openpyxl.load_workbook(tmp_path / "run.xlsx")
    assert set(book.sheetnames) == {"figures", "about", *outcome.columns}
    needs = sheet(tmp_path / "run.xlsx", "needs")
    assert needs["price"].tolist() == outcome.needs["price"].tolist()
    assert needs["town"].tolist() == outcome.needs["town"].astype(str).tolist()
    figures = sheet(tmp_path / "run.xlsx", "figures").set_index("figure")
    assert figures.loc["consumer_price", "value"] == pytest.approx(outcome.figures["consumer_price"])
    assert pd.isna(figures.loc["wholesale_price", "value"])  # undefined is an empty cell
    about = sheet(tmp_path / "run.xlsx", "about").set_index("name")["value"]
    assert (about["regime"], about["seed"]) == ("o2o", "1")


def test_a_comparison_is_a_workbook_of_figures_and_differences(saved, middleman, tmp_path):
    folder, _, comparison = saved
    assert middleman("export", str(folder / "comparison"), "c.xlsx").code == 0
    differences = sheet(tmp_path / "c.xlsx", "differences").set_index("figure")
    found = comparison.differences["o2o"]["consumer_price"]
    assert differences.loc["consumer_price", ["mean", "low", "high"]].tolist() == pytest.approx(
        [found.mean, found.low, found.high]
    )
    assert set(sheet(tmp_path / "c.xlsx", "figures")["regime"]) == {"traditional", "o2o"}


def test_a_folder_of_csv_files_holds_the_same(saved, middleman, tmp_path):
    folder, outcome, _ = saved
    assert middleman("export", str(folder / "run"), "csv").code == 0
    names = {path.stem for path in (tmp_path / "csv").glob("*.csv")}
    assert names == {"figures", "about", *outcome.columns}
    ledger = pd.read_csv(tmp_path / "csv" / "ledger.csv")
    assert ledger["amount"].tolist() == outcome.ledger["amount"].tolist()
    assert middleman("export", str(folder / "run"), "csv").code == 2
    assert middleman("export", str(folder / "run"), "csv", "--overwrite").code == 0


def test_texts_are_texts_and_long_tables_go_on(tmp_path, monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_ROWS", 2)
    frame = pd.DataFrame({"name": ["=1+1", "http://x", "007"], "value": [1.5, None, 3.0]})
    workbooks.write_excel({"table": frame}, tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert book.sheetnames == ["table", "table (2)"]
    cells = [(cell.value, cell.data_type) for cell in book["table"]["A"][1:]]
    assert cells == [("=1+1", "s"), ("http://x", "s")]
    assert list(book["table (2)"].iter_rows(values_only=True)) == [("name", "value"), ("007", 3)]
    assert book["table"]["B3"].value is None


@pytest.mark.parametrize(
    ("folder", "target", "said"),
    [
        ("nowhere", "x.xlsx", "there is no such folder"),
        ("run", "taken.xlsx", "exists already; give another name, or --overwrite"),
        ("run", "x.xls", "let it end in .xlsx"),
        ("run", "needs.csv", "an Excel file (.xlsx), or a folder with one CSV file per table; for example needs.xlsx"),
        ("run", "gone/x.xlsx", "there is no such folder to put x.xlsx in"),
    ],
)
def test_what_cannot_be_exported_is_refused(folder, target, said, saved, middleman, tmp_path):
    (tmp_path / "taken.xlsx").write_text("mine", "utf-8")
    answer = middleman("export", str(saved[0] / folder), target)
    assert answer.code == 2
    assert said in answer.err
    assert (tmp_path / "taken.xlsx").read_text("utf-8") == "mine"


def test_a_workbook_appears_whole_or_not_at_all(tmp_path):
    with pytest.raises(TypeError):
        workbooks.write_excel({"good": pd.DataFrame({"a": [1]}), "bad": None}, tmp_path / "x.xlsx")  # type: ignore[dict-item]
    assert list(tmp_path.iterdir()) == []


def test_it_ends_in_an_error_for_other_names(tmp_path):
    with pytest.raises(FolderError, match=r"let it end in \.xlsx"):
        workbooks.write_excel({}, tmp_path / "x.csv")


def test_a_full_disk_is_said_and_nothing_half_written_is_left(middleman, monkeypatch, tmp_path):
    def full(self, content):
        self.touch()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_bytes", full)
    command = ("worth", "village", "--days", "4", "-n", "1", "--services", "stock", "--workers", "1")
    answer = middleman(*command, "--report", "a.xlsx")
    assert answer.code == 2
    assert answer.err.splitlines()[-1] == (
        '--report: "a.xlsx" is not allowed: it cannot be written: no space left on device; '
        "free some space, or choose another place"
    )
    assert list(tmp_path.iterdir()) == []
