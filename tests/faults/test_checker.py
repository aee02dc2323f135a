"""The harness notices what it is for: faults planted into the program, and a process that is really killed."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress

import pytest

from sim.common import files
from sim.runs import store as store_module
from sim.runs.dispatcher import Dispatcher
from sim.runs.store import RunStore
from tests.faults.disk import Disk, Fault
from tests.faults.stories import OfTheStore, Story
from tests.faults.walk import left_over, new_folder, tree, walk
from tests.faults.workers import walk_after_a_death


def no_flush(monkeypatch):
    """A file gets its name before its content is on the disk."""
    monkeypatch.setattr(files, "_flush", lambda file: None)


def no_flush_of_names(monkeypatch):
    """A folder's list of names is left to the system."""
    monkeypatch.setattr(files, "sync_folder", lambda folder: None)


def written_in_place(monkeypatch):
    """A page is written under its own name."""

    @contextmanager
    def in_place(file, **how):
        yield file

    monkeypatch.setattr(files, "whole_file", in_place)


def swallowed(monkeypatch):
    """That the disk is full is nobody's concern."""
    put = RunStore.put

    def quietly(self, key, figures):
        with suppress(ValueError):
            put(self, key, figures)

    monkeypatch.setattr(RunStore, "put", quietly)


def never_cleaned(monkeypatch):
    """What a killed process left stays."""
    monkeypatch.setattr(store_module, "remove_orphans_in", lambda folders: None)


class Putting(OfTheStore):
    """Runs are put, and nothing is looked at afterwards: what ``put`` says is believed."""

    def play(self, root):
        store = RunStore(root / "store")
        store.remove_orphans()
        for number, key in enumerate(self.keys):
            if store.get(key) is None:
                store.put(key, {"figure": number / 7})
        return "put"

    def prepare(self, root):
        RunStore(root / "store").put(self.keys[0], {"figure": 0.0})

    def check(self, root, done, whole):
        store = RunStore(root / "store")
        there = [store.get(key) for key in self.keys]
        right = [{"figure": number / 7} for number in range(3)]
        assert all(each in (None, good) for each, good in zip(there, right, strict=True)), "wrong figures"
        assert there[0] == right[0], "what was there before is lost"
        assert done is None or there == right, "what was put is lost"


class APage(Story):
    """A page takes the place of an older one."""

    name = "page"

    def prepare(self, root):
        files.write_text(root / "page.html", "<p>old</p>" * 99)

    def play(self, root):
        files.write_text(root / "page.html", "<p>new</p>" * 99)
        return "new"

    def check(self, root, done, whole):
        page = (root / "page.html").read_text()
        assert page in ("<p>old</p>" * 99, "<p>new</p>" * 99), "half a page"
        assert done is None or "new" in page, "a page is lost"


@pytest.mark.parametrize(
    ("planted", "story", "kind"),
    [(written_in_place, APage(), "kill"), (swallowed, Putting(), "full"), (never_cleaned, Putting(), "kill")],
)
def test_a_planted_fault_is_noticed(monkeypatch, planted, story, kind):
    assert walk(story, kind, every=7).mishandled == []
    planted(monkeypatch)
    assert walk(story, kind).mishandled


@pytest.mark.parametrize("planted", [no_flush, no_flush_of_names])
def test_what_a_power_cut_takes_is_noticed(monkeypatch, planted):
    planted(monkeypatch)
    with new_folder() as place:
        root = place / "now"
        root.mkdir()
        disk = Disk(root, Fault("power"))
        with disk.between():
            files.write_text(root / "report.html", "whole")
        with disk.rest():
            disk.unsynced.lose(names=True)
        disk.unsynced.close()
        assert not (root / "report.html").exists() or (root / "report.html").read_text() != "whole"


def test_what_was_flushed_survives_a_power_cut():
    with new_folder() as place:
        root = place / "now"
        root.mkdir()
        disk = Disk(root, Fault("power"))
        with disk.between():
            files.make_folder(root / "a" / "b")
            files.write_text(root / "a" / "b" / "report.html", "old")
            files.write_text(root / "a" / "b" / "report.html", "whole")
        disk.unsynced.lose(names=True)
        disk.unsynced.close()
        assert (root / "a" / "b" / "report.html").read_text() == "whole"


def test_a_dispatcher_that_cannot_start_new_workers_and_says_nothing_is_noticed(monkeypatch, caplog):
    caplog.set_level("CRITICAL")

    def unheard(self, broken):
        self._replace(broken)

    monkeypatch.setattr(Dispatcher, "_why_not_replaced", unheard)
    _, mishandled = walk_after_a_death("fail")
    assert any("for ever" in wrong for _, _, wrong in mishandled)


class Killing(Disk):
    """A disk whose process is really killed."""

    def end(self):
        os._exit(9)


def names_of(root):
    """Return the files below a folder, and their sizes; hidden names end in what was drawn at random."""
    found = tree(root)
    return sorted((".partial" if name.endswith(".partial") else name, len(content)) for name, content in found.items())


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_process_held_to_be_killed_leaves_what_one_that_is_killed_leaves(tmp_path):
    from tests.faults.walk import played

    story: Story = OfTheStore()
    (tmp_path / "before").mkdir()
    story.prepare(tmp_path / "before")
    _, whole, _ = played(story, tmp_path, Fault())
    writes = [number for number, kind in enumerate(whole.done) if kind in ("write", "rename", "fsync")]
    for number in writes[::3]:
        _, disk, _ = played(story, tmp_path, Fault("kill", number))
        held = names_of(disk.root)
        assert _really_killed(story, tmp_path, number) == held
        assert left_over(disk.root) or whole.done[number] != "write"


def _really_killed(story, place, number):
    """Return what is left where the process is killed at an operation."""
    import shutil

    root = place / "now"
    shutil.rmtree(root)
    shutil.copytree(place / "before", root)
    child = os.fork()
    if child == 0:
        try:
            with Killing(root, Fault("kill", number)).between():
                story.play(root)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 9
    (root / "temporary").mkdir(exist_ok=True)
    return names_of(root)
