"""Links that lead to themselves, as Python 3.13 and later see them: ``Path.resolve`` leaves them standing.

Until 3.12 it raises RuntimeError for them. A Python that raises would never notice code that relies on it, so it is
made to behave like its successors here; on these the tests run as they are.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.common.files import FolderError, resolved_folder, write_text
from sim.common.found_files import read_found
from sim.kernels.numerics import code_cache
from sim.runs.store import RunKey, RunStore
from sim.scenario import ScenarioError, load_scenario

LOOPS = ("loop", "loop/x", "one/x", "link to a loop", "below/loop/x/y")


@pytest.fixture(autouse=True)
def _as_on_python_3_13(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Have links that lead to themselves, one by one and in pairs, and a ``resolve`` that does not mind them."""

    def resolve(self: Path, strict: bool = False) -> Path:
        return type(self)(os.path.realpath(self, strict=strict))

    monkeypatch.setattr(Path, "resolve", resolve)
    monkeypatch.chdir(tmp_path)
    Path("loop").symlink_to("loop")
    Path("one").symlink_to("two")
    Path("two").symlink_to("one")
    Path("link to a loop").symlink_to("loop")
    Path("below").mkdir()
    Path("below/loop").symlink_to(tmp_path / "loop")


def test_this_python_behaves_like_its_successors() -> None:
    assert Path("loop").resolve() == Path("loop").absolute()


@pytest.mark.parametrize("place", LOOPS)
def test_a_folder_is_refused_before_anything_is_written_there(place: str) -> None:
    with pytest.raises(FolderError, match="there is no such place"):
        resolved_folder(place)
    with pytest.raises(FolderError, match="there is no such place"):
        write_text(Path(place) / "report.html", "text")
    with pytest.raises(FolderError, match="there is no such place"):
        RunStore(Path(place)).put(RunKey("a" * 64, "direct", 0), {"figure": 1.0})
    assert sorted(os.listdir()) == ["below", "link to a loop", "loop", "one", "two"]


@pytest.mark.parametrize("place", LOOPS)
def test_what_is_found_behind_it_is_not_there(place: str) -> None:
    with pytest.raises(OSError, match=r"symbolic links|No such file|Not a directory"):
        read_found(Path(place), 1000)


@pytest.mark.parametrize("place", ["loop", "one"])
def test_compiled_code_is_kept_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    monkeypatch.setattr(code_cache, "user_cache_folder", lambda: tmp_path / place)
    folder, why = code_cache.chosen_folder("code")
    assert folder is not None
    assert folder.parent == Path(code_cache.locked_folder().name)
    assert "cannot be used" in why


@pytest.mark.parametrize("name", ["loop.toml", "below/../loop.toml"])
def test_a_scenario_behind_it_is_not_there(name: str) -> None:
    Path("loop.toml").symlink_to("loop.toml")
    with pytest.raises(ScenarioError, match="no such file"):
        load_scenario(name)
    Path("heir.toml").write_text(f'extends = "{name}"\nname = "heir"\n')
    with pytest.raises(ScenarioError, match="no such file"):
        load_scenario("heir.toml")


@pytest.mark.parametrize("command", [("run", "village", "--out"), ("sweep", "--resume", "--store"), ("results",)])
def test_commands_refuse_it_as_bad_input(middleman: Callable[..., Any], command: tuple[str, ...]) -> None:
    answer = middleman(*command, "loop/x")
    assert answer.code == 2
    assert "there is no such place" in answer.err
    assert answer.out == ""
