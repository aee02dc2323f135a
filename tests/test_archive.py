"""Outcomes on disk: whole or not at all, the same bytes for the same run, readable by what people use."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.common import parquet
from sim.common.files import MANIFEST, FolderError, check_free
from sim.common.provenance import versions
from sim.experiments import run
from sim.market import Market
from sim.results import archive
from sim.results.archive import KIND
from sim.results.outcome import Outcome
from sim.scenario import load_scenario, scenario_hash

SMALL = {
    "geography.customers": 400,
    "geography.town_count": 3,
    "time.days": 20,
    "time.warm_up": 4,
    "time.cool_down": 2,
}


@pytest.fixture(scope="module")
def outcome():
    return run("classroom_set_margins", "o2o", seed=3, overrides=SMALL)


@pytest.fixture(scope="module")
def saved(outcome, tmp_path_factory):
    return outcome.save(tmp_path_factory.mktemp("archive") / "regime=o2o" / "saved")


def assert_equal(one: Outcome, other: Outcome) -> None:
    assert one.manifest == other.manifest
    assert one.labels == other.labels
    assert list(one.columns) == list(other.columns)
    for table, columns in one.columns.items():
        assert set(other.columns[table]) == set(columns)
        for name, values in columns.items():
            assert other.columns[table][name].dtype == values.dtype, (table, name)
            np.testing.assert_array_equal(other.columns[table][name], values, err_msg=f"{table}.{name}")


def tables_in(folder) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.parquet")}


# -- there and back ----------------------------------------------------------------------------------------------


def test_what_is_loaded_equals_what_was_saved(outcome, saved):
    loaded = Outcome.load(saved)
    assert_equal(outcome, loaded)
    assert loaded.figures == outcome.figures
    pd.testing.assert_frame_equal(loaded.needs, outcome.needs)


@pytest.mark.parametrize("regime", ["traditional", "direct", "planner"])
def test_other_regimes_come_back_too(regime, tmp_path):
    made = run("village", regime, days=6)
    assert_equal(made, Outcome.load(made.save(tmp_path / "saved")))


def test_a_market_that_has_not_opened_yet_has_empty_tables_and_comes_back(tmp_path):
    made = Market("village", "direct", 0).outcome()
    assert len(made.columns["needs"]["day"]) == 0
    assert_equal(made, Outcome.load(made.save(tmp_path / "saved")))


def test_loaded_columns_can_be_written_to(saved):
    prices = Outcome.load(saved).columns["needs"]["price"]
    prices[0] += 1
    assert prices[0] == Outcome.load(saved).columns["needs"]["price"][0] + 1


# -- what lies in the folder -------------------------------------------------------------------------------------


def test_there_is_a_file_for_each_table_and_a_manifest(outcome, saved):
    assert {path.name for path in saved.iterdir()} == {MANIFEST, *(f"{name}.parquet" for name in outcome.columns)}


def test_the_manifest_says_where_the_outcome_came_from(outcome, saved):
    manifest = json.loads((saved / MANIFEST).read_text())
    assert manifest["kind"] == KIND
    assert (manifest["regime"], manifest["seed"]) == ("o2o", 3)
    assert manifest["versions"] == versions()
    assert {"middleman", "mesa", "numpy", "numba", "python"} <= set(manifest["versions"])
    scenario = load_scenario(manifest["scenario"])
    assert scenario == outcome.manifest.scenario
    assert manifest["scenario_sha256"] == scenario_hash(scenario)
    rows = {name: table["rows"] for name, table in manifest["tables"].items()}
    assert rows == {name: len(next(iter(columns.values()))) for name, columns in outcome.columns.items()}


def test_files_carry_no_pandas_metadata_and_say_what_is_in_cents(saved):
    for path in saved.glob("*.parquet"):
        assert b"pandas" not in (pq.read_schema(path).metadata or {})
    needs = pq.read_schema(saved / "needs.parquet")
    assert {name for name in needs.names if (needs.field(name).metadata or {}).get(b"unit") == b"cents"} == {
        "price", "fee", "tax", "full_price", "cost_of_goods", "refund", "surplus",
    }  # fmt: skip
    assert pq.read_schema(saved / "ledger.parquet").field("cents").metadata[b"unit"] == b"cents"


# -- other tools -------------------------------------------------------------------------------------------------


def rows_of_pandas(path):
    frame = pd.read_parquet(path)
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def rows_of_polars(path):
    return pl.read_parquet(path).to_dicts()


def rows_of_duckdb(path):
    found = duckdb.connect().execute("select * from read_parquet(?, hive_partitioning = false)", [str(path)])
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@pytest.mark.parametrize("rows_of", [rows_of_pandas, rows_of_polars, rows_of_duckdb])
def test_other_tools_read_names_cents_and_nothing_where_there_is_nothing(rows_of, outcome, saved):
    needs, labels = outcome.columns["needs"], outcome.labels
    rows = rows_of(saved / "needs.parquet")
    assert len(rows) == len(needs["need"])
    products = [None if code < 0 else labels["products"][code] for code in needs["product"]]
    assert [row["product"] for row in rows] == products
    assert None in products
    assert [row["result"] for row in rows] == [labels["results"][code] for code in needs["result"]]
    assert [row["price"] for row in rows] == needs["price"].tolist()
    assert [row["days"] for row in rows] == [None if np.isnan(days) else days for days in needs["days"]]
    ledger = outcome.columns["ledger"]
    lines = rows_of(saved / "ledger.parquet")
    assert [line["kind"] for line in lines] == [labels["ledger_kinds"][code] for code in ledger["kind"]]
    assert [line["payer"] for line in lines] == [labels["accounts"][code] for code in ledger["payer"]]
    assert sum(line["cents"] for line in lines) == ledger["cents"].sum()


@pytest.mark.parametrize("rows_of", [rows_of_pandas, rows_of_polars, rows_of_duckdb])
def test_other_tools_read_every_table(rows_of, outcome, saved):
    for name, columns in outcome.columns.items():
        rows = rows_of(saved / f"{name}.parquet")
        assert len(rows) == len(next(iter(columns.values())))
        assert set(rows[0]) == set(columns)


# -- the same bytes ----------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_bytes_in_one_thread_and_in_two_at_once(saved, tmp_path):
    def make(name):
        return run("classroom_set_margins", "o2o", seed=3, overrides=SMALL).save(tmp_path / name)

    expected = tables_in(saved)
    assert tables_in(make("again")) == expected
    with ThreadPoolExecutor(2) as pool:
        for folder in pool.map(make, ["left", "right"]):
            assert tables_in(folder) == expected


def test_the_number_of_threads_that_write_does_not_matter(outcome, saved, tmp_path):
    cores = pa.cpu_count()
    try:
        for threads in (1, 2):
            pa.set_cpu_count(threads)
            assert tables_in(outcome.save(tmp_path / str(threads))) == tables_in(saved)
    finally:
        pa.set_cpu_count(cores)


def test_another_seed_gives_other_bytes(saved, tmp_path):
    other = run("classroom_set_margins", "o2o", seed=4, overrides=SMALL).save(tmp_path / "other")
    assert tables_in(other)["needs.parquet"] != tables_in(saved)["needs.parquet"]


def test_versions_stand_in_the_manifest_and_not_in_the_tables(outcome, saved, tmp_path):
    elsewhere = replace(outcome, manifest=replace(outcome.manifest, versions={"middleman": "9.9.9", "python": "4.0"}))
    folder = elsewhere.save(tmp_path / "elsewhere")
    assert tables_in(folder) == tables_in(saved)
    assert Outcome.load(folder).manifest.versions == {"middleman": "9.9.9", "python": "4.0"}


# -- whole or not at all -----------------------------------------------------------------------------------------


def interrupt_at(number, monkeypatch):
    """Have Ctrl-C pressed while the table of this number is written, half of it being there."""
    write, calls = archive.write_parts, []

    def interrupted(parts, path):
        calls.append(path)
        if len(calls) == number:
            path.write_bytes(b"PAR1 and a half")
            raise KeyboardInterrupt
        return write(parts, path)

    monkeypatch.setattr(archive, "write_parts", interrupted)


def test_an_interrupted_save_leaves_nothing(outcome, tmp_path, monkeypatch):
    interrupt_at(4, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        outcome.save(tmp_path / "above" / "saved")
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_overwrite_leaves_the_earlier_outcome(outcome, saved, tmp_path, monkeypatch):
    folder = outcome.save(tmp_path / "saved")
    interrupt_at(4, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        run("village", days=2).save(folder, overwrite=True)
    assert list(tmp_path.iterdir()) == [folder]
    assert_equal(Outcome.load(folder), outcome)


def test_an_earlier_outcome_is_replaced_on_request_only(outcome, tmp_path):
    folder = outcome.save(tmp_path / "saved")
    later = run("village", days=2)
    with pytest.raises(FolderError, match=r"holds an earlier middleman outcome; .* overwrite=True"):
        later.save(folder)
    later.save(folder, overwrite=True)
    assert_equal(Outcome.load(folder), later)
    assert list(tmp_path.iterdir()) == [folder]


def test_an_empty_folder_is_used(outcome, tmp_path):
    (tmp_path / "empty").mkdir()
    assert_equal(Outcome.load(outcome.save(tmp_path / "empty")), outcome)


def test_others_files_are_never_replaced(outcome, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(FolderError, match="holds something else than a middleman outcome"):
        outcome.save(tmp_path / "mine", overwrite=True)
    folder = outcome.save(tmp_path / "saved")
    (folder / "thesis.txt").write_text("years of work")
    with pytest.raises(FolderError, match="no part of a middleman outcome: thesis"):
        outcome.save(folder, overwrite=True)
    assert (folder / "thesis.txt").read_text() == "years of work"


def test_a_file_is_no_folder(outcome, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderError, match="is a file"):
        outcome.save(tmp_path / "file")
    with pytest.raises(FolderError, match="is a file"):
        check_free(tmp_path / "file", KIND)


def test_names_that_two_share_are_refused_before_they_are_mixed_up(outcome, tmp_path):
    products = ("twin", "twin", *outcome.labels["products"][2:])
    with pytest.raises(FolderError, match="several products are called twin"):
        replace(outcome, labels={**outcome.labels, "products": products}).save(tmp_path / "saved")
    assert list(tmp_path.iterdir()) == []


# -- folders that cannot be read ---------------------------------------------------------------------------------


def test_what_is_no_outcome_is_refused(tmp_path):
    with pytest.raises(FolderError, match="there is no such folder"):
        Outcome.load(tmp_path / "nowhere")
    with pytest.raises(FolderError, match="has no manifest"):
        Outcome.load(tmp_path)
    (tmp_path / MANIFEST).write_bytes(b"\xff\xfe{")
    with pytest.raises(FolderError, match="cannot be read"):
        Outcome.load(tmp_path)
    (tmp_path / MANIFEST).write_text('{"kind": "cake"}')
    with pytest.raises(FolderError, match="not that of a middleman outcome but of a cake"):
        Outcome.load(tmp_path)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("format", 99, "of format 99, and this version reads format 1"),
        ("tables", None, "incomplete or was changed"),
        ("labels", {}, "incomplete or was changed"),
        ("regime", "feudal", 'was changed: classroom_set_margins has no regime "feudal"'),
        ("regime", ["o2o"], "has no regime"),
        ("seed", -1, "was changed: -1 is no seed"),
        ("seed", True, "is no seed"),
        ("seed", "3", "is no seed"),
        ("scenario", {"time": {"days": 0}}, "the scenario in .* cannot be used:\n.*time.days"),
    ],
)
def test_a_changed_manifest_is_refused(key, value, message, outcome, tmp_path):
    folder = outcome.save(tmp_path / "saved")
    manifest = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps({**manifest, key: value}))
    with pytest.raises(FolderError, match=message):
        Outcome.load(folder)


def test_a_scenario_that_is_not_the_one_that_was_run_is_refused(outcome, tmp_path):
    folder = outcome.save(tmp_path / "saved")
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["scenario"]["customers"]["travel_cost"] += 0.25
    (folder / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(FolderError, match="the scenario is not the one whose fingerprint it names"):
        Outcome.load(folder)


def test_a_damaged_or_missing_table_is_noticed(outcome, tmp_path):
    folder = outcome.save(tmp_path / "saved")
    path = folder / "needs.parquet"
    content = path.read_bytes()
    path.write_bytes(content[:-100])
    with pytest.raises(FolderError, match=r"needs\.parquet is not the file that was saved"):
        Outcome.load(folder)
    path.unlink()
    with pytest.raises(FolderError, match=r"needs\.parquet is missing"):
        Outcome.load(folder)


def test_an_outcome_introduces_itself_in_a_line() -> None:
    outcome = run("village", "o2o", 3)
    assert repr(outcome) == f"<Outcome of village, o2o, seed 3: {len(outcome.needs)} needs>"


def test_a_table_written_part_by_part_is_the_same_file(outcome, tmp_path, monkeypatch):
    rows = 100
    monkeypatch.setattr(archive, "ROW_GROUP", rows)
    monkeypatch.setattr(parquet, "ROW_GROUP", rows)
    folder = outcome.save(tmp_path / "parts")
    for name in ("needs", "ledger", "cells"):
        whole = tmp_path / f"{name}.parquet"
        table = archive.to_arrow(name, outcome.columns[name], outcome.labels)
        pq.write_table(table, whole, row_group_size=rows, **parquet.OPTIONS)
        assert pq.ParquetFile(whole).num_row_groups > 1
        assert (folder / whole.name).read_bytes() == whole.read_bytes()
