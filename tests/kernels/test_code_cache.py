"""The folder of compiled code: nothing is run that others might have placed there, and no damage stops a run."""

import os
import time
from pathlib import Path

import pytest

from sim.kernels.numerics import code_cache
from sim.kernels.numerics.code_cache import CheckedFiles, chosen_folder
from tests.kernels.test_compiler import copy_of_the_package, run_python  # noqa: F401 - a fixture

ASK = """
from sim.kernels.caller import answer
from sim.kernels.numerics import compiler
print(answer(1), sum(answer.stats.cache_hits.values()), compiler.kept_for_others(), compiler.WHY_NOT_KEPT)
"""


@pytest.fixture
def ask(copy_of_the_package, tmp_path):  # noqa: F811
    """Ask a new process: its answer, how often it found code, whether it keeps code, and why not."""
    return lambda cache=tmp_path / "cache": run_python(ASK, cache, copy_of_the_package.parent.parent).split(maxsplit=3)


# --- Damage -----------------------------------------------------------------------------------------------


def test_damaged_code_is_compiled_again_and_then_found_and_a_pickle_in_its_place_is_never_read(ask, tmp_path):
    """Reading a pickle runs it: here it would leave a file."""
    mark = tmp_path / "was run"
    for planted in (b"", f"cposix\nsystem\n(S'touch \"{mark}\"'\ntR.".encode()):
        ask()
        code = [path for path in (tmp_path / "cache").rglob("*") if path.suffix in (".nbi", ".nbc")]
        assert len(code) == 2
        assert all(path.stat().st_mode & 0o077 == 0 for path in (*code, code[0].parents[1]))  # for its user alone
        for path in code:
            path.write_bytes(planted)
        assert ask()[:2] == ["20", "0"]
        assert ask()[:2] == ["20", "1"]
    assert not mark.exists()


DAMAGE = {
    "empty": lambda _: b"",
    "cut": lambda content: content[: len(content) // 2],
    "flipped": lambda content: content[:-4] + bytes([content[-4] ^ 1]) + content[-3:],
    "a pickle": lambda _: b"\x80\x04N.",
    "longer": lambda content: content * 2,
}


@pytest.mark.parametrize("ending", [".nbi", ".nbc"])
@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_every_damage_means_that_there_is_no_code(tmp_path, ending, damage):
    files = CheckedFiles(str(tmp_path), "kernel", "as written")
    files.save("key", "code")
    assert files.load("key") == "code"
    assert CheckedFiles(str(tmp_path), "kernel", "edited").load("key") is None
    (path,) = tmp_path.glob(f"*{ending}")
    path.write_bytes(damage(path.read_bytes()))
    assert files.load("key") is None
    files.save("key", "other code")
    assert files.load("key") == "other code"
    path.unlink()
    path.mkdir()
    assert files.load("key") is None


# --- Others -----------------------------------------------------------------------------------------------


def owned_by(user, group=-1, mode=0o700):
    def spoil(folder):
        os.chown(folder, user, group)
        folder.chmod(mode)

    return spoil


def misplaced(folder):
    (folder / "numba").write_text("no folder")


def no_mark(folder):
    (folder / "compiled").mkdir()


SPOILT = [
    ("can be written by others", lambda folder: folder.chmod(0o777)),
    ("can be written by others", lambda folder: folder.parent.chmod(0o777)),
    ("is damaged", misplaced),
    ("is damaged", no_mark),
]
if hasattr(os, "geteuid") and os.geteuid() == 0:  # only root gives files away
    SPOILT += [
        ("can be written by others", owned_by(-1, 12_345, 0o770)),
        ("belongs to another user", owned_by(12_345)),
        ("belongs to another user", lambda folder: os.chown(folder.parent, 12_345, -1)),
    ]


@pytest.mark.parametrize(("why", "spoil"), SPOILT)
def test_a_folder_in_which_others_may_have_placed_code_is_not_used(tmp_path, monkeypatch, why, spoil):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    folder, said = chosen_folder("code")
    assert (folder, said) == (tmp_path.resolve() / "cache" / "kernels-code", "")
    spoil(folder)
    elsewhere, said = chosen_folder("code")
    assert why in said
    assert elsewhere.parent == Path(code_cache.locked_folder().name)


def test_a_folder_under_one_in_which_all_may_write_is_fine_if_nobody_else_may_rename_it(tmp_path):
    (tmp_path / "sticky").mkdir()
    (tmp_path / "sticky").chmod(0o1777)
    (tmp_path / "sticky" / "own").mkdir(mode=0o700)
    assert code_cache.distrusted(tmp_path / "sticky" / "own") == ""
    (tmp_path / "sticky").chmod(0o777)
    assert "can be written by others" in code_cache.distrusted(tmp_path / "sticky" / "own")


# --- No room ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["a file", "a file/below", "loop", "/dev/full", "/proc/no", "nul\0"])
def test_a_cache_that_cannot_be_is_replaced_by_a_temporary_folder(tmp_path, monkeypatch, place):
    (tmp_path / "a file").write_text("in the way, for root too")
    (tmp_path / "loop").symlink_to("loop")
    monkeypatch.setattr(code_cache, "user_cache_folder", lambda: tmp_path / place)
    folder, why = chosen_folder("code")
    assert folder.parent == Path(code_cache.locked_folder().name)
    assert "cannot be used" in why


def test_without_any_room_for_code_it_is_compiled_and_not_kept(copy_of_the_package, tmp_path):  # noqa: F811
    code = "import tempfile; tempfile.tempdir = '/proc/no'\n" + ASK
    (tmp_path / "a file").touch()
    assert run_python(code, tmp_path / "a file", copy_of_the_package.parent.parent).startswith("20 0 False")


def test_a_cache_that_goes_away_while_a_process_runs_is_no_reason_to_stop(copy_of_the_package, tmp_path):  # noqa: F811
    cache = tmp_path / "cache"
    code = f"import shutil\nfrom sim.kernels.caller import answer\nshutil.rmtree({str(cache)!r})\n"
    code += f"open({str(cache)!r}, 'w').close()\nprint(answer(1))"
    assert run_python(code, cache, copy_of_the_package.parent.parent) == "20"


def test_folders_of_code_that_nobody_has_used_are_deleted_when_they_are_many(tmp_path, monkeypatch):
    monkeypatch.setattr(code_cache, "MOST_FOLDERS", 2)
    old = time.time() - code_cache.UNUSED - 60
    for number, used in enumerate((old, old - 1, old - 2, time.time(), time.time())):
        folder = tmp_path / f"kernels-{number}"
        (folder / "code").mkdir(parents=True)
        os.utime(folder, (used, used))
    (tmp_path / "mine").mkdir()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert chosen_folder("new") == (tmp_path.resolve() / "kernels-new", "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kernels-3", "kernels-4", "kernels-new", "mine"]
