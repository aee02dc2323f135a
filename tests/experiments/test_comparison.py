"""Summaries of replications, from figures made by hand."""

import csv
import json

import duckdb
import pandas as pd
import polars as pl
import pytest

from sim.common.estimates import Estimate, estimate
from sim.common.files import FolderError
from sim.experiments.comparison import COLUMNS, KIND, Comparison
from sim.runs.replication import Replication
from sim.scenario import load_scenario

NAMES = ("traditional", "direct")


def replication(seed, price, direct_price, fill_rate, gained):
    return Replication(
        seed,
        {
            "traditional": {"consumer_price": price, "fill_rate": fill_rate},
            "direct": {"consumer_price": direct_price, "fill_rate": None},
        },
        {"direct": {"same_need.gained": gained}},
    )


@pytest.fixture
def comparison():
    pair = [replication(5, 100.0, 90.0, None, 0.25), replication(77, 200.0, 188.0, 0.5, 0.75)]
    return Comparison.of(load_scenario("village"), NAMES, pair)


def test_figures_are_means_over_replications(comparison):
    assert comparison.figures["traditional"]["consumer_price"].mean == 150.0
    assert comparison.figures["direct"]["consumer_price"].mean == 139.0


def test_differences_are_paired(comparison):
    # -10 and -12: mean -11, standard error 1, t(1) = 12.706; unpaired, the interval would be a hundred wide.
    found = comparison.differences["direct"]["consumer_price"]
    assert found.mean == -11.0
    assert (found.low, found.high) == pytest.approx((-11.0 - 12.7062, -11.0 + 12.7062), abs=1e-4)
    assert list(comparison.differences) == ["direct"]


def test_same_need_stands_among_the_differences(comparison):
    assert comparison.differences["direct"]["same_need.gained"] == estimate([0.25, 0.75])
    assert comparison.same_need == {"direct": {"gained": estimate([0.25, 0.75])}}


def test_a_figure_rests_on_the_replications_in_which_it_is_defined(comparison):
    assert comparison.figures["traditional"]["fill_rate"] == Estimate(0.5, None, None, 1)
    assert comparison.figures["direct"]["fill_rate"] == Estimate(None, None, None, 0)
    assert comparison.differences["direct"]["fill_rate"] == Estimate(None, None, None, 0)


def test_a_figure_that_only_one_regime_has_is_undefined_under_the_others():
    only = Replication(0, {"traditional": {"a": 1.0}, "direct": {"b": 2.0}}, {"direct": {}})
    found = Comparison.of(load_scenario("village"), NAMES, [only])
    assert [name for regime in NAMES for name in found.figures[regime]] == ["a", "b", "a", "b"]
    assert found.figures["direct"]["a"].mean is None
    assert found.differences["direct"]["b"].mean is None


def test_the_dict_has_the_shape_that_is_promised(comparison):
    said = json.loads(json.dumps(comparison.to_dict(), allow_nan=False))
    low, high = (comparison.differences["direct"]["consumer_price"].low, -11.0 + 12.706204736174694)
    nothing = {"mean": None, "low": None, "high": None}
    tables = {"regimes", "differences", "variance_ratios", "settling"}
    assert set(said) == {"scenario", "seed", "replications", "pricing", "failed", *tables}
    assert (said["scenario"], said["seed"], said["replications"]) == ("village", 5, 2)
    assert set(said["regimes"]["traditional"]) == {"figures"}
    assert said["regimes"]["direct"]["figures"]["fill_rate"] == nothing
    difference = said["differences"]["direct"]["consumer_price"]
    assert difference == pytest.approx({"mean": -11.0, "low": low, "high": high})


def test_the_frame_has_a_row_per_estimate(comparison):
    frame = comparison.to_frame()
    assert tuple(frame.columns) == COLUMNS
    assert len(frame) == 2 * 2 + 3
    row = frame.set_index(["table", "regime", "figure"]).loc[("figures", "direct", "fill_rate")]
    assert row["mean"] != row["mean"]  # missing
    assert row["n"] == 0


def test_saved_files_say_the_same(comparison, tmp_path):
    folder = comparison.save(tmp_path / "saved")
    said = json.loads((folder / "comparison.json").read_text())
    assert said == comparison.to_dict()
    path = folder / "comparison.parquet"
    frame = pd.read_parquet(path)
    pd.testing.assert_frame_equal(
        frame.astype(dict.fromkeys(("table", "regime", "figure"), "str")), comparison.to_frame()
    )
    assert pl.read_parquet(path).rows() == duckdb.sql(f"select * from '{path}'").fetchall()
    with (folder / "comparison.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["figure"] for row in rows] == list(frame["figure"])
    assert [row["mean"] for row in rows][:2] == ["150.0", "0.5"]


def test_the_manifest_of_a_comparison_says_how_to_make_it_again(comparison, tmp_path):
    manifest = json.loads((comparison.save(tmp_path / "saved") / "manifest.json").read_text())
    assert (manifest["kind"], manifest["seed"], manifest["replications"]) == (KIND, 5, 2)
    assert manifest["regimes"] == list(NAMES)
    assert load_scenario(manifest["scenario"]) == load_scenario("village")


def test_a_comparison_is_saved_whole_or_not_at_all(comparison, tmp_path, monkeypatch):
    def interrupted(*arguments, **named):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(pd.DataFrame, "to_csv", interrupted)
        with pytest.raises(KeyboardInterrupt):
            comparison.save(tmp_path / "saved")
    assert list(tmp_path.iterdir()) == []
    comparison.save(tmp_path / "saved")
    with pytest.raises(FolderError, match="earlier middleman comparison"):
        comparison.save(tmp_path / "saved")
    comparison.save(tmp_path / "saved", overwrite=True)


def test_nan_never_reaches_json(tmp_path):
    broken = replication(0, float("nan"), 1.0, 1.0, 0.0)
    with pytest.raises(ValueError, match="JSON"):
        Comparison.of(load_scenario("village"), NAMES, [broken]).save(tmp_path / "saved")
    assert list(tmp_path.iterdir()) == []


def test_a_comparison_in_a_notebook_is_a_line(comparison):
    assert repr(comparison).startswith("<Comparison of ")
    assert ", seed " in repr(comparison)
    assert len(repr(comparison)) < 200
