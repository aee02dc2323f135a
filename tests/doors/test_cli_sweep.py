"""``middleman sweep`` and ``results``: asked on the command line, kept in a folder, told in words."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from sim.cli.sweeping import clock, progress_text
from sim.runs.progress import Progress

VARY = ("--vary", "customers.travel_cost=0.2,1.0")
SHORT = ("--regimes", "traditional,o2o", "-n", "2", "--days", "8", "--workers", "1")


def test_a_sweep_prints_a_table_for_each_figure_and_can_be_read_again(middleman, tmp_path):
    store = ("--store", str(tmp_path / "store"))
    answer = middleman("sweep", "village", *VARY, *SHORT, *store, "--full", "--figures", "consumer_price,welfare")
    assert answer.code == 0
    assert "village: 2 points, store chain and O2O" in answer.out
    assert answer.out.count("minus store chain") == 2
    assert "8 of 8 runs" in answer.err
    again = middleman("results", str(tmp_path / "store"), "--full", "--figures", "consumer_price,welfare")
    assert again.out == answer.out
    resumed = middleman("sweep", "--resume", *store, "--full", "--figures", "consumer_price,welfare", "--workers", "1")
    assert resumed.out == answer.out
    assert "8 of them found in the store" in resumed.err
    results = ("results", str(tmp_path / "store"), "--full", "--figures", "consumer_price,welfare", "--report")
    assert middleman(*results, "runs.csv").out == answer.out
    told_rows = pd.read_csv("runs.csv")
    assert set(told_rows["figure"]) == {"consumer_price", "welfare"}
    assert len(told_rows) == 2 * 2 * 3  # points, figures; two regimes and a difference
    assert middleman(*results, "runs.xlsx").code == 0
    pd.testing.assert_frame_equal(pd.read_excel("runs.xlsx", engine="openpyxl"), told_rows, check_dtype=False)
    assert "answers to --sql" in middleman(*results, "more.csv", "--sql", "select 1").err


def test_a_sweep_under_way_says_how_many_runs_its_numbers_rest_on(middleman, tmp_path):
    place = tmp_path / "store"
    run = ("sweep", "village", *VARY, *SHORT, "--store", str(place), "--figures", "welfare")
    assert "the mean of 2 runs ± half" in " ".join(middleman(*run).out.split())
    parts = sorted((place / "parts").rglob("*.parquet"))
    parts[0].unlink()
    told = " ".join(middleman("results", str(place), "--figures", "welfare").out.split())
    assert "the mean of 1 to 2 runs (7 of 8 runs are done)" in told
    for part in parts[1:]:
        part.unlink()
    told = " ".join(middleman("results", str(place), "--figures", "welfare").out.split())
    assert "the mean of 0 runs (0 of 8 runs are done)" in told


def test_json_and_sql_tell_the_same(middleman, tmp_path):
    store = str(tmp_path / "store")
    answer = middleman("sweep", "village", *VARY, *SHORT, "--store", store, "--figures", "welfare", "--json")
    told_json = json.loads(answer.out)
    query = (
        "select point, avg(welfare) as mean from runs where regime = 'o2o' and \"delivery_days.p50\" >= 0 group by 1"
    )
    rows = json.loads(middleman("results", store, "--sql", query + " order by 1", "--json").out)
    means = [point["figures"]["o2o"]["welfare"]["mean"] for point in told_json["points"]]
    assert [row["mean"] for row in rows] == pytest.approx(means, rel=1e-12)


def test_points_come_from_a_file_and_one_that_is_wrong_is_told(middleman, tmp_path):
    path = tmp_path / "points.csv"
    path.write_text("customers.travel_cost\n0.5\n-1\n", encoding="utf-8")
    answer = middleman("sweep", "village", "--design", str(path), *SHORT, "--figures", "welfare")
    assert answer.code == 3  # answered, but not whole
    assert "Not run: customers.travel_cost=-1" in answer.out
    assert "\n0.5 " in answer.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sweep",), "a scenario is needed"),
        (("sweep", "village"), "nothing is varied"),
        (("sweep", "village", "--vary", "customers.travel_kost=1,2", "--vary", "x"), "2 problems"),
        (("sweep", "village", *VARY, "--design", "latin"), "how many points"),
        (("sweep", "village", *VARY, "--design", "cube"), "no design called"),
        (("sweep", "village", *VARY, "--figures", "wellfare"), "did you mean welfare"),
        (("sweep", "village", *VARY, "--workers", "0"), "--workers"),
        (("sweep", "village", *VARY, "--scheduler", "nonsense"), "scheduler"),
        (("sweep", "--resume"), "add --store"),
        (("sweep", "--resume", "--store", "nowhere", *VARY), "remove --vary"),
        (("results", "nowhere"), "holds no sweep"),
    ],
)
def test_bad_input_is_explained(middleman, arguments, said):
    answer = middleman(*arguments)
    assert answer.code == 2
    assert said in answer.err
    assert "Traceback" not in answer.err
    assert answer.out == ""


def test_sql_that_makes_no_sense_or_reaches_for_files_is_refused(middleman, tmp_path):
    store = str(tmp_path / "store")
    middleman("sweep", "village", *VARY, *SHORT, "--store", store)
    (tmp_path / "secret.csv").write_text("a\n1\n", encoding="utf-8")
    for query in ("selec", "", "-- nothing", f"select * from '{tmp_path / 'secret.csv'}'"):
        answer = middleman("results", store, "--sql", query)
        assert answer.code == 2
        assert "the table is called runs" in answer.err


def test_sql_answers_are_json_whatever_is_in_them(middleman, tmp_path):
    store = str(tmp_path / "store")
    middleman("sweep", "village", *VARY, *SHORT, "--store", store)
    asked = ("results", store, "--sql")
    query = "select min(wholesale_price) as p, date '2026-01-02' as d, [1, null] as l from runs where regime = 'o2o'"
    assert middleman(*asked, query, "--json").content == [{"p": None, "d": "2026-01-02 00:00:00", "l": [1, None]}]
    assert middleman(*asked, query).out.split()[-4:-2] == ["-", "2026-01-02"]
    assert middleman(*asked, "select 1 as one where false").out == "No rows.\n"


def test_how_far_it_has_come_is_said_in_words():
    assert progress_text(Progress(0, 10, 0, 0), 0.0) == "0 of 10 runs"
    assert (
        progress_text(Progress(6, 10, 2, 1), 8.0)
        == "6 of 10 runs, 2 of them found in the store, 0.5 a second, 0:08 left, 1 failed"
    )
    assert clock(3725) == "1:02:05"
