"""Views of single runs: first the opening days, then the whole; what was made once is there for all."""

from __future__ import annotations

import os
import shutil
from dataclasses import fields

import pandas as pd
import pytest

from sim.experiments import run, single_run_views
from sim.experiments.jobs import replications_of
from sim.experiments.single_run_views import EndingsView, MapView, PricesView, period_of, recalled, staged_views
from sim.results.figures.endings import empty_share, endings
from sim.results.figures.maps import market_map
from sim.results.figures.paths import price_paths
from sim.runs import store
from sim.runs.store import RunKey, RunStore
from sim.scenario import load_scenario


def whole_only(kind, folder, regime="o2o"):
    [[task]] = staged_views(kind, load_scenario("village"), [regime], 3, str(folder)).stages
    return task


def test_prices_are_those_of_the_run_and_are_kept(tmp_path):
    task = whole_only(PricesView, tmp_path)
    assert task.kept() is None
    made = task.do()
    pd.testing.assert_frame_equal(made, price_paths(run("village", "o2o", 3)))
    pd.testing.assert_frame_equal(task.kept(), made)


def test_a_map_is_that_of_the_run_and_is_kept(tmp_path):
    task = whole_only(MapView, tmp_path)
    made, expected = task.do(), market_map(run("village", "o2o", 3))
    for found in (made, task.kept()):
        for field in fields(expected):
            there, here = getattr(expected, field.name), getattr(found, field.name)
            if isinstance(there, pd.DataFrame):
                pd.testing.assert_frame_equal(there, here)
            else:
                assert there == here, field.name


def test_what_followed_empty_shelves_is_that_of_the_run_and_is_kept(tmp_path):
    task = whole_only(EndingsView, tmp_path)
    made, outcome = task.do(), run("village", "o2o", 3)
    assert made == {"endings": endings(outcome), "met": empty_share(outcome)} == task.kept()


def test_what_is_damaged_is_made_anew(tmp_path):
    task = whole_only(PricesView, tmp_path)
    task.do()
    [path] = (tmp_path / "views").iterdir()
    content = path.read_bytes()
    places = range(0, len(content), 97)
    flipped = [content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :] for place in places]
    for spoilt in (b"", content[: len(content) // 2], content[:40], b"PK" + b"\0" * 50, content * 2, *flipped):
        path.write_bytes(spoilt)
        assert task.kept() is None
    path.unlink()
    os.mkfifo(path)
    assert task.kept() is None
    assert len(task.do()) == len(recalled(str(tmp_path), task.key)[0]["prices"])


def test_what_is_kept_for_visitors_is_for_nobody_else_on_the_machine(tmp_path):
    before = os.umask(0o022)
    try:
        task = whole_only(PricesView, tmp_path / "results")
        task.do()
        [job] = replications_of(load_scenario("village"), ["direct", "o2o"], 1, 3, str(tmp_path / "results"))
        made = job.do()
    finally:
        os.umask(before)
    there = list((tmp_path / "results").rglob("*"))
    assert len([path for path in there if path.is_file()]) == 6
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "results", *there))
    assert job.kept() == made


def test_results_that_cannot_be_read_are_not_there(tmp_path):
    [job] = replications_of(load_scenario("village"), ["direct"], 1, 3, str(tmp_path / "results"))
    made = job.do()
    shutil.rmtree(tmp_path / "results")
    (tmp_path / "results").touch()
    assert job.kept() is None
    assert job.do() == made


def test_the_oldest_results_of_runs_are_forgotten(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "FOLDERS", 1)
    kept = RunStore(tmp_path, most=2)
    keys = [RunKey("0" * 64, "direct", seed) for seed in range(4000)]
    together = [key for key in keys if key.digest[:2] == keys[0].digest[:2]][:4]
    for number, key in enumerate(together):
        kept.put(key, {"welfare": 1.0})
        os.utime(kept.path_of(key), (number, number))
    assert [kept.get(key) is not None for key in together] == [False, False, True, True]


def test_the_oldest_are_forgotten(tmp_path, monkeypatch):
    monkeypatch.setattr(single_run_views, "MOST_FILES", 2)
    for regime in ("traditional", "direct", "o2o", "hybrid"):
        whole_only(PricesView, tmp_path, regime).do()
    assert len(list((tmp_path / "views").glob("*.zip"))) == 2


def test_nothing_is_kept_without_a_folder_or_where_the_disk_refuses(tmp_path):
    (tmp_path / "file").write_text("")
    for folder in ("", tmp_path / "file"):
        task = whole_only(PricesView, folder)
        assert len(task.do())
        assert task.kept() is None


def test_a_long_run_is_shown_in_steps_the_whole_last():
    staged = staged_views(PricesView, load_scenario("successive_margins"), ["traditional", "direct"], 0, "somewhere")
    assert [stage[0].scenario.time.days for stage in staged.stages] == [24, 682, 5460]
    assert [stage[0].folder for stage in staged.stages] == ["", "", "somewhere"]
    brief, more, whole = staged.stages
    assert staged.wanted(lambda task: False) == (*brief, *more, *whole)
    assert staged.wanted(whole[0].__eq__) == (brief[1], more[1], *whole)
    assert staged.wanted(lambda task: True) == whole


def test_of_each_regime_the_longest_run_that_is_there_is_shown():
    staged = staged_views(PricesView, load_scenario("classroom"), ["traditional", "direct"], 0)
    tasks = staged.wanted(lambda task: False)
    assert staged.shown(tasks, (None,) * 4) == {}
    assert staged.shown(tasks, ("brief", "brief too", None, None))["direct"] == (tasks[1], "brief too")
    found = staged.shown(tasks, ("brief", "brief too", "whole", None))
    assert [each for _, each in found.values()] == ["whole", "brief too"]


@pytest.mark.parametrize("kind", [PricesView, MapView])
def test_views_of_different_kinds_runs_and_lengths_have_names_of_their_own(kind):
    staged = staged_views(kind, load_scenario("classroom"), ["traditional", "direct"], 0)
    other = staged_views(MapView if kind is PricesView else PricesView, load_scenario("classroom"), ["traditional"], 0)
    keys = [task.key for stage in (*staged.stages, *other.stages) for task in stage]
    assert len(set(keys)) == len(keys) == 6


def test_a_long_run_is_played_in_as_many_pictures_as_can_be_sent():
    assert [period_of(days) for days in (1, 200, 201, 10_000)] == [1, 1, 2, 50]
