"""Tables for spreadsheets: all of them, the same numbers, texts as texts."""

from __future__ import annotations

import errno

import openpyxl
import pandas as pd
import pytest

import sim
from sim.common.files import FolderError
from sim.results import workbooks
from sim.results.question_sheets import QUESTIONS


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
    assert book.sheetnames == [*QUESTIONS, "figures", *outcome.columns, "about"]
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


def test_the_summary_comes_first_with_units_and_half_intervals(saved, middleman, tmp_path):
    folder, _, comparison = saved
    assert middleman("export", str(folder / "comparison"), "c.xlsx").code == 0
    names = openpyxl.load_workbook(tmp_path / "c.xlsx").sheetnames
    assert names == [*QUESTIONS, "figures", "differences", "about"]
    assert max(map(len, names)) <= 31
    summary = sheet(tmp_path / "c.xlsx", "summary").set_index("channel")
    assert summary.index.tolist() == ["store chain", "O2O", "O2O less store chain"]
    head = "consumer price (EUR per unit)"
    found = comparison.differences["o2o"]["consumer_price"]
    row = summary.loc["O2O less store chain"]
    assert row[head] == pytest.approx(found.mean)
    assert row[f"± {head}"] == pytest.approx((found.high - found.low) / 2)
    for name in QUESTIONS:
        heads = [str(each) for each in sheet(tmp_path / "c.xlsx", name).columns][1:]
        assert heads
        assert all(each.endswith(")") for each in heads), name


def test_no_text_is_cut_in_silence(tmp_path):
    long = "x" * 40_000
    frame = pd.DataFrame({"text": [long, "short"], "list": [[1] * 30_000, [1]]})
    workbooks.write_excel({"table": frame}, tmp_path / "t.xlsx")
    table = sheet(tmp_path / "t.xlsx", "table")
    assert table["text"][1] == "short"
    for cell in (table["text"][0], table["list"][0]):
        assert len(cell) == workbooks.LONGEST_TEXT
        assert "characters, of which a cell of Excel holds 32767; export to CSV for all)" in cell
    about = workbooks.tables_of_comparison(
        pd.DataFrame(columns=["table", "regime", "figure", "mean", "low", "high", "n"]),
        {"scenario": {"extends": "village"}, "long": "y" * 70_000, "files": []},
    )["about"].set_index("name")["value"]
    assert list(about.index) == ["scenario", "long (1 of 3)", "long (2 of 3)", "long (3 of 3)"]
    assert "".join(about[name] for name in about.index[1:]) == "y" * 70_000


def test_a_folder_of_csv_files_holds_the_same(saved, middleman, tmp_path):
    folder, outcome, _ = saved
    assert middleman("export", str(folder / "run"), "csv").code == 0
    names = {path.stem for path in (tmp_path / "csv").glob("*.csv")}
    assert names == {*QUESTIONS, "figures", "about", *outcome.columns}
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
