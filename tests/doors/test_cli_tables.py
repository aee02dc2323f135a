"""Every table of an experiment goes into a spreadsheet: a sheet of one Excel file each, or a CSV file each."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sim.cli.sweeping import SHOWN

PARCEL = "delivery.parcel.cost_per_parcel=0..12"
TWO = ("--vary", PARCEL, "--vary", "retailers.rent=0..3")
SHORT = ("village", "--days", "6", "-n", "1", "--workers", "1")
COMMANDS = {
    "sweep": (("sweep", *SHORT, "--design", "points.csv"), ("figures", "points", "failures")),
    "frontier": (("frontier", *SHORT, "--along", PARCEL, "--steps", "2"), ("crossings",)),
    "sensitivity": (("sensitivity", *SHORT, *TWO, "--points", "2"), ("influences",)),
    "discover": (("discover", *SHORT, *TWO, "--points", "24"), ("markets", "regions")),
    "optimise": (("optimise", *SHORT, "--vary", "retailers.rent=0..3"), ("neighbours", "best", "figure", "tried")),
    "worth": (("worth", *SHORT, "--services", "stock"), ("services", "alone and last", "all together", "kept")),
}
FINDINGS = {
    "sweep": [
        (name, f"Compared with the store chain, {name.replace('_', ' ')} is higher at ") for name in SHOWN.split(",")
    ],
    "frontier": [("frontier", "Direct selling is better than the store chain ")],
    "sensitivity": [("tornado", " matters most for welfare, direct selling compared with the store chain")],
    "discover": [("markets", "Direct selling is worse than the store chain for customers in ")],
    "optimise": [("best", "Supplier profit is highest at retailers.rent ")],
    "worth": [("services", "What the firms in between do ")],
}
"""What the title of each chart says; one finding for each chart."""


@pytest.mark.parametrize("command", COMMANDS)
def test_every_table_is_a_sheet_and_a_csv_file(middleman, tmp_path, command):
    Path("points.csv").write_text("customers.scale,retailers.rent\n0.5,0\n0.5,1\n-1,1\n", encoding="utf-8")
    arguments, tables = COMMANDS[command]
    code = 3 if command == "sweep" else 0  # its last point is no market
    store = ("--store", str(tmp_path / "store"))
    answer = middleman(*arguments, *store, "--report", "answer.xlsx")
    assert answer.code == code, answer.err
    sheets = pd.read_excel("answer.xlsx", sheet_name=None, engine="openpyxl")
    assert tuple(sheets) == tables
    assert middleman(*arguments, *store, "--report", "answer.csv").code == code
    files = ["answer.csv", *(f"answer-{name.replace(' ', '_')}.csv" for name in tables[1:])]
    assert sorted(path.name for path in Path().glob("answer*.csv")) == sorted(files)
    for name, file in zip(tables, files, strict=True):
        assert len(sheets[name]) > 0
        pd.testing.assert_frame_equal(sheets[name], pd.read_csv(file), check_dtype=False)
    assert middleman(*arguments, *store, "--report", "answer.html").code == code
    page = Path("answer.html").read_text(encoding="utf-8")
    for name, finding in FINDINGS[command]:
        assert finding in page, name
    assert page.count("<figure>") == len(FINDINGS[command])
    if len(files) > 1:
        Path("answer.csv").unlink()
        again = middleman(*arguments, *store, "--report", "answer.csv")
        assert again.code == 2
        assert "exists already" in again.err
        assert middleman(*arguments, *store, "--report", "answer.csv", "--overwrite").code == code
