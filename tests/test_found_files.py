"""Files that were found: special files, links to devices, depth without end, other formats are never trusted."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from sim.common import orphans
from sim.common.files import FolderError, check_free, read_manifest, whole_file, whole_folder, write_text
from sim.common.found_files import UnfitFileError, json_in, open_found, read_found
from sim.common.parquet import write_parquet
from sim.experiments.sweep_results import planned_sweep
from sim.experiments.sweeping import passing_store, sweep
from sim.results.workbooks import saved_tables
from sim.runs.design import read_points
from sim.runs.point_runs import _reached, _token
from sim.runs.store import UNDER, DamagedPartError, RunKey, RunStore, as_part, content_hash, read_part
from sim.scenario import ScenarioError, load_scenario

KEY = RunKey("0" * 64, "direct", 7)
FIGURES = {"welfare": 1.5, "price": None}
DEEP = "[" * 100_000


def pipe(path: Path) -> None:
    os.mkfifo(path)


def link_to_a_pipe(path: Path) -> None:
    pipe(path.with_name(f"{path.name}.pipe"))
    path.symlink_to(f"{path.name}.pipe")


def link_to_a_device(path: Path) -> None:
    """Make a device of its own, which does what /dev/zero does; where only the superuser may, a link to a pipe."""
    device = path.with_name(f"{path.name}.device")
    try:
        os.mknod(device, stat.S_IFCHR | 0o600, os.makedev(1, 5))
    except OSError:
        return link_to_a_pipe(path)
    return path.symlink_to(device.name)


SPECIAL = {"pipe": pipe, "link": link_to_a_pipe, "device": link_to_a_device, "folder": Path.mkdir}
special = pytest.mark.parametrize("make", SPECIAL.values(), ids=SPECIAL)


@special
def test_only_a_regular_file_is_read(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "found")
    with pytest.raises(UnfitFileError, match=r"it is (a folder|not a regular file)"):
        read_found(tmp_path / "found")


def test_a_file_larger_than_allowed_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_bytes(b"12345")
    (tmp_path / "link").symlink_to("file")
    assert read_found(tmp_path / "link", 5) == b"12345"
    with pytest.raises(UnfitFileError, match="larger than"):
        open_found(tmp_path / "file", 4)
    monkeypatch.setattr("sim.common.found_files._refuse_unfit", lambda *_: None)
    with pytest.raises(UnfitFileError, match="larger than"):  # it grew after it was looked at
        read_found(tmp_path / "file", 4)
    with open("/dev/null", "rb") as opened:
        assert not os.get_inheritable(opened.fileno())


@pytest.mark.parametrize("content", [DEEP, '{"a":' * 50_000, b"\xff\xfe", "9" * 5000, "", "{"])
def test_json_of_any_kind_is_a_value_or_a_value_error(content: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        json_in(content)


# -- stores ------------------------------------------------------------------------------------------------------------


@special
def test_a_part_that_is_no_file_is_not_there_and_gives_way(tmp_path: Path, make: Callable[[Path], None]) -> None:
    store = RunStore(tmp_path)
    path = store.path_of(KEY)
    path.parent.mkdir(parents=True)
    make(path)
    assert store.get(KEY) is None
    target = path.resolve()
    before = target.lstat().st_mode
    if make is Path.mkdir:
        with pytest.raises(FolderError, match="cannot be written"):
            store.put(KEY, FIGURES)
    else:
        store.put(KEY, FIGURES)
        assert store.get(KEY) == FIGURES
    if target != path:  # where a link led, nothing was touched
        assert target.lstat().st_mode == before


def test_a_store_makes_nobody_write_outside_of_it(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.write_text("mine", encoding="utf-8")
    store = RunStore(tmp_path / "store")
    path = store.path_of(KEY)
    path.parent.mkdir(parents=True)
    path.symlink_to(mine)
    (store.folder / "token").symlink_to(tmp_path / "new")
    assert store.get(KEY) is None
    store.put(KEY, FIGURES)
    _token(store)
    assert (store.get(KEY), mine.read_text(encoding="utf-8")) == (FIGURES, "mine")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("name", ["pipe", "link", "device", "folder"])
def test_what_is_no_file_is_never_replaced_by_one(tmp_path: Path, name: str) -> None:
    """As the superuser, ``--report /dev/null --overwrite`` would else break the system."""
    SPECIAL[name](tmp_path / "there")
    target = (tmp_path / "there").resolve()
    before = target.lstat()
    with pytest.raises(OSError, match="not a regular file"):
        write_text(tmp_path / "there", "report")
    assert (target.lstat().st_mode, target.lstat().st_ino) == (before.st_mode, before.st_ino)
    (tmp_path / "file").touch()
    (tmp_path / "to file").symlink_to("file")
    write_text(tmp_path / "to file", "report")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "report"


def forged(about: Any, figures: dict[str, Any] | None = None) -> bytes:
    """Return a part with something else in its metadata."""
    table = as_part(KEY, FIGURES if figures is None else figures)
    text = about if isinstance(about, str) else json.dumps(about)
    sink = pa.BufferOutputStream()
    write_parquet(table.replace_schema_metadata({UNDER: text.encode()}), sink)
    return bytes(sink.getvalue())


def about(**changes: Any) -> dict[str, Any]:
    return {"format": 1, "key": KEY.digest, "content": content_hash(FIGURES)} | changes


def test_a_forged_part_is_read_as_it_should_be() -> None:
    assert read_part(forged(about()), KEY.digest) == FIGURES


@pytest.mark.parametrize(
    "said", [DEEP, "[]", "null", "3", about(format=2), about(format=None), about(key="x"), about(content="x"), {}]
)
def test_a_part_that_says_anything_else_is_damaged(said: Any) -> None:
    with pytest.raises(DamagedPartError):
        read_part(forged(said), KEY.digest)


def test_a_part_of_few_bytes_and_endless_rows_is_not_unpacked() -> None:
    rows = 20_000_000
    table = pa.table({"figure": pa.array(["x"]).take(pa.array([0] * 1)), "value": [1.0]})
    endless = pa.concat_tables([table] * 1).take(pa.array([0] * 1000))
    sink = pa.BufferOutputStream()
    write_parquet(pa.concat_tables([endless] * (rows // 1000)), sink)
    content = bytes(sink.getvalue())
    assert len(content) < 1_000_000
    before = pa.total_allocated_bytes()
    with pytest.raises(DamagedPartError, match="more than"):
        read_part(content, KEY.digest)
    assert pa.total_allocated_bytes() - before < 1_000_000


def test_of_damaged_parts_no_more_are_set_aside_than_anybody_would_look_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.runs.store.MOST_SET_ASIDE", 3)
    store = RunStore(tmp_path)
    for seed in range(6):
        key = RunKey("0" * 64, "direct", seed)
        store.put(key, FIGURES)
        store.path_of(key).write_bytes(b"damaged")
        assert store.get(key) is None
    assert len(store.set_aside()) == 3


@special
def test_a_token_that_is_no_file_is_bad_input_or_another_folder(tmp_path: Path, make: Callable[[Path], None]) -> None:
    store = RunStore(tmp_path)
    make(tmp_path / "token")
    with pytest.raises(FolderError, match="cannot be written"):
        _token(store)

    class Job:
        folder, token = str(tmp_path), "x"

    assert _reached(Job) is None  # type: ignore[arg-type]


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """Return the file of a plan of a sweep without a run."""
    sweep("village", [], ["direct"], replications=1, store=tmp_path, workers=1)
    [path] = (tmp_path / "sweeps").glob("*.json")
    assert planned_sweep(tmp_path).seeds == (0,)
    return path


@special
def test_a_plan_that_is_no_file_is_bad_input(plan: Path, make: Callable[[Path], None]) -> None:
    plan.unlink()
    make(plan)
    with pytest.raises(FolderError, match="cannot be used"):
        planned_sweep(plan.parents[1])


CHANGED: dict[str, Any] = {
    "format": [2, None, "1"],
    "kind": ["middleman outcome", 3],
    "seeds": [[], [1.5], ["0"], [True], [-1], [2**63], 3, [0] * 100_001, None],
    "regimes": [[], ["no such regime"], "direct", None, [["direct"]]],
    "points": [[1], "ab", 7, None, [["customers.travel_cost", 1]]],
    "scenario": [None, 3, "village.toml", {}, "[" * 5000],
}


@pytest.mark.parametrize(("part", "value"), [(part, value) for part in CHANGED for value in CHANGED[part]])
def test_a_plan_of_another_version_or_changed_is_bad_input(plan: Path, part: str, value: Any) -> None:
    plan.write_text(json.dumps({**json.loads(plan.read_text()), part: value}), encoding="utf-8")
    with pytest.raises(FolderError, match="cannot be used"):
        planned_sweep(plan.parents[1])


@pytest.mark.parametrize("text", [DEEP, "[]", "null", "9" * 5000, "{", '{"seeds": 1e999}'])
def test_a_plan_that_is_none_is_bad_input(plan: Path, text: str) -> None:
    plan.write_text(text, encoding="utf-8")
    with pytest.raises(FolderError, match="cannot be used"):
        planned_sweep(plan.parents[1])


# -- saved results, designs, scenarios ---------------------------------------------------------------------------------


@special
def test_a_manifest_that_is_no_file_is_bad_input(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "manifest.json")
    with pytest.raises(FolderError, match="cannot be read"):
        read_manifest(tmp_path, "middleman outcome")


@pytest.mark.parametrize("files", [3, None, "abc", [1, [2]], {"a": 1}])
def test_a_manifest_that_names_no_files_covers_none(tmp_path: Path, files: Any) -> None:
    said = {"kind": "middleman tables", "format": 1, "files": files}
    (tmp_path / "manifest.json").write_text(json.dumps(said), encoding="utf-8")
    (tmp_path / "mine").touch()
    with pytest.raises(FolderError, match="no part of"):
        check_free(tmp_path, "middleman tables", overwrite=True)


@pytest.mark.parametrize("text", [DEEP, "9" * 5000, "\x00"])
def test_a_manifest_that_is_none_is_bad_input(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(FolderError, match="cannot be read"):
        read_manifest(tmp_path, "middleman outcome")


def spoil(path: Path, make: Callable[[Path], None]) -> None:
    path.unlink()
    make(path)


@pytest.mark.parametrize(
    "make", [*SPECIAL.values(), lambda path: path.write_bytes(b"PAR1 nothing PAR1"), Path.touch, lambda path: None]
)
def test_damaged_tables_of_a_comparison_are_bad_input(tmp_path: Path, make: Callable[[Path], None]) -> None:
    manifest = {"kind": "middleman comparison", "format": 1, "files": ["comparison.parquet"]}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    make(tmp_path / "comparison.parquet")
    with pytest.raises(FolderError, match=r"comparison\.parquet cannot be read"):
        saved_tables(tmp_path)


@special
def test_a_design_or_a_scenario_that_is_no_file_is_bad_input(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "points.csv")
    with pytest.raises(ScenarioError, match="it cannot be read: it is"):
        read_points(tmp_path / "points.csv")
    make(tmp_path / "market.toml")
    with pytest.raises(ScenarioError, match=r"a folder|not a regular file"):
        load_scenario(tmp_path / "market.toml")


# -- what killed processes left ----------------------------------------------------------------------------------------

WRITING = """
import sys, time
from pathlib import Path
from sim.common.files import whole_file, whole_folder
from sim.common.orphans import temporary_folder
place = Path(sys.argv[1])
with whole_file(place / "report.html") as one, whole_folder(place / "out", "tables") as other:
    one.write_text("half")
    (other / "half").touch()
    print(temporary_folder()[0], flush=True)
    time.sleep(60)
"""


def hidden(folder: Path) -> list[str]:
    return sorted(re.sub(r"\.[0-9a-f]{8}\.", ".", path.name) for path in folder.iterdir())


def test_what_a_killed_process_left_is_deleted_and_what_a_living_one_makes_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orphans, "JUST_MADE", 0.0)
    (tmp_path / "tmp").mkdir()
    (tmp_path / "place").mkdir()
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    command = [sys.executable, "-c", WRITING, str(tmp_path / "place")]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        temporary = Path(process.stdout.readline().strip())

        def others_write() -> None:
            write_text(tmp_path / "place" / "report.html", "whole")
            with whole_folder(tmp_path / "place" / "out", "tables") as folder:
                (folder / "file").touch()
            store = passing_store()
            assert store.folder.is_dir()

        (tmp_path / "place" / ".mine.partial").touch()
        others_write()
        assert temporary.is_dir()
        assert hidden(tmp_path / "place")[:3] == [".mine.partial", ".out.partial", ".report.html.partial"]
        process.kill()
        process.wait()
    (tmp_path / "place" / "report.html").unlink()
    (tmp_path / "place" / "out" / "file").unlink()
    others_write()
    assert hidden(tmp_path / "place") == [".mine.partial", "out", "report.html"]
    assert not temporary.exists()


def test_a_folder_that_was_put_aside_by_a_process_that_was_killed_then_is_put_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orphans, "JUST_MADE", 0.0)
    (tmp_path / ".out.0123abcd.replaced").mkdir()
    (tmp_path / ".out.0123abcd.replaced" / "mine").touch()
    (tmp_path / ".out.0123abcd.partial").mkdir()
    with pytest.raises(FolderError, match="holds something else"), whole_folder(tmp_path / "out", "tables"):
        pass
    assert (tmp_path / "out" / "mine").exists()
    assert hidden(tmp_path) == ["out"]


def test_a_store_is_swept_of_parts_that_nobody_finished(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    store.put(KEY, FIGURES)
    left = [folder / f".x.{'0' * 8}.partial" for folder in (tmp_path, store.path_of(KEY).parent, tmp_path / "sweeps")]
    (tmp_path / "sweeps").mkdir()
    for path in left:
        path.touch()
    sweep("village", [], ["direct"], replications=1, store=tmp_path, workers=1)
    assert all(path.exists() for path in left)  # they may have been made just now
    for path in left:
        os.utime(path, (time.time() - 60,) * 2)
    sweep("village", [], ["direct"], replications=1, store=tmp_path, workers=1)
    assert not any(path.exists() for path in left)
    assert store.get(KEY) == FIGURES


def test_where_there_are_no_locks_age_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    def no_locks(*_: Any) -> None:
        raise OSError("no locks")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with whole_file(tmp_path / "file") as partial:
        partial.write_text("x")
    os.utime(tmp_path / "file", (time.time() - 3600,) * 2)
    assert not orphans.is_abandoned(tmp_path / "file")
    os.utime(tmp_path / "file", (time.time() - orphans.UNLOCKABLE - 60,) * 2)
    assert orphans.is_abandoned(tmp_path / "file")
    assert not orphans.is_abandoned(tmp_path / "not there")
