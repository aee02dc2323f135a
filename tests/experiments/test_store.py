"""The store: parts survive, damage is noticed, and a key is everything that decides a run."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.common import provenance
from sim.common.files import FolderError
from sim.experiments.sweep_results import Sweep, write_plan
from sim.runs import store as store_module
from sim.runs.store import RunKey, RunStore, as_part, content_hash
from sim.scenario import load_scenario

KEY = RunKey("a" * 64, "traditional", 7)
FIGURES = {"consumer_price": 0.1 + 0.2, "welfare": None, "delivery_days.p50": -0.0}


def test_what_was_put_is_got_to_the_last_bit(tmp_path):
    store = RunStore(tmp_path / "store")
    assert store.get(KEY) is None
    store.put(KEY, FIGURES)
    again = RunStore(tmp_path / "store").get(KEY)
    assert again == FIGURES
    assert str(again["delivery_days.p50"]) == "-0.0"
    assert list(again) == list(FIGURES)
    assert [path.name for path in store.parts()] == [f"{KEY.digest}.parquet"]


def test_a_part_says_what_it_is_to_any_reader(tmp_path):
    store = RunStore(tmp_path)
    store.put(KEY, FIGURES)
    table = pq.read_table(next(store.parts()))
    assert table.column_names == ["figure", "value"]
    assert b'"regime": "traditional"' in table.schema.metadata[b"middleman"]


def test_keys_differ_where_results_may(monkeypatch):
    scenario = load_scenario("village")
    changed = load_scenario("village", {"customers.travel_cost": 0.77})
    keys = [RunKey.of(scenario, "o2o", 1), RunKey.of(scenario, "o2o", 2), RunKey.of(scenario, "direct", 1)]
    digests = {key.digest for key in [*keys, RunKey.of(changed, "o2o", 1)]}
    assert len(digests) == 4
    monkeypatch.setattr("sim.runs.store.sources_sha256", lambda: "another program")
    assert RunKey.of(scenario, "o2o", 1).digest not in digests


def test_the_hash_of_the_sources_changes_with_any_of_them(tmp_path, monkeypatch):
    (tmp_path / "inner").mkdir()
    for name in ("provenance.py", "inner/market.py"):
        (tmp_path / name).write_text("price = 1\n", encoding="utf-8")
    monkeypatch.setattr(provenance, "__file__", str(tmp_path / "provenance.py"))
    hashes = []
    for text in ("price = 1\n", "price = 2\n"):
        (tmp_path / "inner/market.py").write_text(text, encoding="utf-8")
        provenance.sources_sha256.cache_clear()
        hashes.append(provenance.sources_sha256())
    provenance.sources_sha256.cache_clear()
    assert hashes[0] != hashes[1]


def cut(path):
    path.write_bytes(path.read_bytes()[:-20])


def emptied(path):
    path.write_bytes(b"")


def flipped(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 0xFF
    path.write_bytes(bytes(content))


def another_run(path):
    pq.write_table(as_part(RunKey("b" * 64, "traditional", 7), FIGURES), path)


def a_changed_figure(path):
    table = as_part(KEY, FIGURES)
    forged = table.set_column(1, "value", pa.array([1.0, None, 0.0]))
    pq.write_table(forged.replace_schema_metadata(table.schema.metadata), path)


@pytest.mark.parametrize("damage", [cut, emptied, flipped, another_run, a_changed_figure], ids=lambda f: f.__name__)
def test_damage_is_noticed_set_aside_and_mended(tmp_path, damage):
    store = RunStore(tmp_path)
    store.put(KEY, FIGURES)
    damage(store.path_of(KEY))
    damaged = store.path_of(KEY).read_bytes()
    assert store.get(KEY) is None
    assert store.get(KEY) is None
    (aside,) = store.set_aside()
    assert aside.read_bytes() == damaged
    store.put(KEY, FIGURES)
    assert store.get(KEY) == FIGURES
    assert len(list(store.parts())) == 1


def test_a_part_cut_or_flipped_anywhere_is_damaged_and_never_an_error(tmp_path):
    store = RunStore(tmp_path)
    store.put(KEY, FIGURES)
    sound = store.path_of(KEY).read_bytes()
    for at in range(0, len(sound), 23):
        flipped_there = bytearray(sound)
        flipped_there[at] ^= 0x55
        for content in (sound[:at], bytes(flipped_there)):
            store.path_of(KEY).write_bytes(content)
            assert store.get(KEY) in (None, FIGURES)  # some bytes say nothing
    store.path_of(KEY).write_bytes(sound)
    assert store.get(KEY) == FIGURES


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.ESTALE, errno.EMFILE])
def test_a_part_that_cannot_be_read_for_now_is_left_alone(tmp_path, monkeypatch, number):
    store = RunStore(tmp_path)
    store.put(KEY, FIGURES)
    path = store.path_of(KEY)

    def failing(found, most):
        assert found == path
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as broken:
        broken.setattr("sim.runs.store.read_found", failing)
        with pytest.raises(FolderError, match=r"cannot be read .* left as it is"):
            store.get(KEY)
    assert store.set_aside() == []
    assert store.get(KEY) == FIGURES


@pytest.mark.parametrize(("reads", "found", "aside"), [(1, FIGURES, []), (2, None, [b"PAR1"])])
def test_a_good_part_put_while_another_looks_at_the_damaged_one_stays(tmp_path, monkeypatch, reads, found, aside):
    """One sweep has read a damaged part; before it has dealt with that, another puts a good one in its place.

    What is damaged is read twice: a good part that is there by then is found.
    """
    store, other = RunStore(tmp_path), RunStore(tmp_path)
    store.put(KEY, FIGURES)
    path, reading = store.path_of(KEY), store_module.read_part
    path.write_bytes(b"PAR1")
    looks = []

    def overtaken(content, digest):
        looks.append(content)
        if len(looks) == reads:
            other.put(KEY, FIGURES)
        return reading(content, digest)

    with monkeypatch.context() as slow:
        slow.setattr(store_module, "read_part", overtaken)
        assert store.get(KEY) == found
    assert other.get(KEY) == store.get(KEY) == FIGURES
    assert [each.read_bytes() for each in store.set_aside()] == aside


def test_what_is_damaged_on_the_way_from_the_disk_is_read_once_more(tmp_path, monkeypatch):
    store, reading, broken = RunStore(tmp_path), store_module.read_found, [True]
    store.put(KEY, FIGURES)

    def flipped(path, most):
        return b"PAR1" if broken and broken.pop() else reading(path, most)

    monkeypatch.setattr(store_module, "read_found", flipped)
    assert store.get(KEY) == FIGURES
    assert store.set_aside() == []


def test_files_and_the_names_of_files_are_on_the_disk_before_anybody_is_told(tmp_path, monkeypatch):
    """Whatever is put in place is written through first, and its folder after; a new folder in the one above it."""
    written, syncing, replacing = [], os.fsync, Path.replace

    def noted(handle):
        written.append(Path(os.readlink(f"/proc/self/fd/{handle}")))
        syncing(handle)

    def put(self, target):
        assert self in written
        written.append(Path(target))
        return replacing(self, target)

    monkeypatch.setattr(os, "fsync", noted)
    monkeypatch.setattr(Path, "replace", put)
    store = RunStore(tmp_path / "new" / "store")
    store.put(KEY, FIGURES)
    plan = write_plan(Sweep(load_scenario("village"), ({},), ("direct",), (1,), store))
    for file in (store.path_of(KEY), plan):
        assert file.parent in written[written.index(file) :]
    for folder in (store.path_of(KEY).parent, plan.parent, store.folder, store.folder.parent):
        assert folder.parent in written


def test_a_write_that_fails_leaves_nothing(tmp_path, monkeypatch):
    store = RunStore(tmp_path)

    def full(table, path):
        path.write_bytes(b"half of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sim.runs.store.write_parquet", full)
    with pytest.raises(FolderError, match="No space"):
        store.put(KEY, FIGURES)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert store.get(KEY) is None


def test_a_file_is_no_store(tmp_path):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(FolderError, match="cannot be a store"):
        RunStore(tmp_path / "file")


def test_contents_are_told_apart():
    assert content_hash({"a": 1.0}) != content_hash({"a": None})
    assert content_hash({"a": 0.0}) != content_hash({"a": -0.0})
    assert content_hash({"a": 1.0, "b": 2.0}) != content_hash({"a": 2.0, "b": 1.0})
