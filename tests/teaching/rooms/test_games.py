"""Games of a room: seats are given away, rounds are computed by workers, and a restart gives the same cents."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from sim.runs import backends
from sim.teaching.lessons import lesson_from
from sim.teaching.rooms import games
from sim.teaching.rooms.desks import student_desk, teacher_desk
from sim.teaching.rooms.events import Position
from sim.teaching.rooms.export import COLUMNS, csv_archive, excel_file, tables_of
from sim.teaching.rooms.games import GameWorkers, Matches, digest_of, play_island, played_of
from sim.teaching.rooms.hosting import Room, Rooms
from sim.teaching.rooms.store import EventStore

LESSON = """
name = "market"
title = "The market"
minutes = 5
[[moments]]
kind = "play"
name = "market"
title = "The market"
scenario = "class_market"
rounds = 2
seconds = 0
most = 2
[[moments]]
kind = "vote"
name = "who"
title = "Who"
question = "Who gained?"
choices = ["makers", "customers"]
"""
PATIENCE = 300.0
PROCESSES = backends.processes_apart


def wait(room: Room, wanted: Position) -> None:
    end = time.monotonic() + PATIENCE
    while room.state.position != wanted and time.monotonic() < end:
        room.tick()
        time.sleep(0.05)
    assert room.state.position == wanted, room.matches.match(0).trouble


class Here(ThreadPoolExecutor):
    """A worker of this process, which is ended as a process is."""

    def __init__(self):
        super().__init__(1)

    def shutdown(self, wait=True, *, kill_workers=False):
        del kill_workers
        super().shutdown(wait=wait)


@pytest.fixture(scope="module", autouse=True)
def _here():
    """Workers of this process: that processes of their own give the same is shown by the journeys of a game."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backends, "processes_apart", lambda *_: Here())
        patch.setattr("sim.teaching.rooms.games.available_cores", lambda: 1)
        yield


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """A room of three students on two islands, after a game of two rounds in which one of them set a margin."""
    folder = tmp_path_factory.mktemp("rooms")
    rooms = Rooms(EventStore(folder))
    room, key = rooms.open(lesson_from(LESSON, "test.toml"), 5, "0")
    for name in ("Ann", "Ben", "Cal"):
        room.join(name, name)
    teacher = teacher_desk(room, key)
    teacher.go_on(room.state.position)
    room.tick()
    teacher.go_on(room.state.position)
    assert student_desk(room, "Ann").decide(0, 1, {"margin": 5.0}) is None
    room.join("Dan", "Dan")  # late: a bot's seat at the end of the round
    room.tick()
    assert room.state.seat_of(0, 4) is None
    teacher.go_on(room.state.position)
    wait(room, Position(0, "results", 1))
    room.tick()
    assert room.state.seat_of(0, 4) is not None
    teacher.remove(1)  # what round 1 was played with stays
    teacher.shock(0, "direct")
    teacher.go_on(room.state.position)
    teacher.go_on(room.state.position)
    wait(room, Position(0, "results", 2))
    yield rooms, room, folder
    rooms.close()


def test_islands_have_the_same_customers_and_differ_by_what_students_do(played):
    _, room, _ = played
    first, second = room.matches.match(0).rounds
    assert set(first) == {0, 1}
    island = next(number for (number, _), who in room.state.ended[0, 1].seats.items() if 1 in who)
    assert first[island].market.needs == first[1 - island].market.needs
    assert digest_of({0: first[0]}) != digest_of({0: first[1]})
    assert second[0].open == ("direct",)


def test_a_restart_plays_the_same_cents(played):
    _, room, folder = played
    games._kept.clear()  # what a worker of the server that ended had in memory
    again = Rooms(EventStore(folder))
    resumed = again.room(room.code)
    end = time.monotonic() + PATIENCE
    match = resumed.matches.match(0)
    while len(match.rounds) < 2 and time.monotonic() < end:
        resumed.tick()
        time.sleep(0.05)
    assert match.trouble == ""
    assert match.rounds == room.matches.match(0).rounds
    assert [digest_of(each) for each in match.rounds] == list(room.state.digests.values())
    again.close()


def test_a_replay_that_differs_is_said(played):
    _, room, _ = played
    state = room.state
    forged = Matches(GameWorkers())
    forged.match(0).rounds.extend([room.matches.match(0).rounds[1], room.matches.match(0).rounds[0]])
    forged.match(0).briefs = room.matches.match(0).briefs
    assert forged.next_event(state, 0.0) is None
    assert "came out differently" in forged.match(0).trouble


def test_a_worker_goes_on_where_it_was_and_plays_again_what_it_has_lost(played):
    _, room, _ = played
    game = room.state.lesson.moments[0]
    rounds = played_of(room.state, 0)[0]
    whole = play_island("x", game, 5, rounds, 0)
    assert play_island("x", game, 5, rounds, 1).results == whole.results[1:]
    assert play_island("y", game, 5, rounds[:1], 0).results == whole.results[:1]
    assert play_island("y", game, 5, rounds, 0).results == whole.results


def test_processes_that_are_killed_are_replaced_and_end_with_the_room(monkeypatch):
    monkeypatch.setattr(backends, "processes_apart", PROCESSES)
    workers = GameWorkers()
    first = workers.run(0, os.getpid).result()
    assert first != os.getpid()
    os.kill(first, signal.SIGKILL)
    end = time.monotonic() + PATIENCE
    second = first
    while second == first and time.monotonic() < end:
        with suppress(BrokenExecutor):  # that it died is not known at once
            second = workers.run(0, os.getpid).result()
    assert second not in (first, os.getpid())
    workers.close()
    while Path(f"/proc/{second}/stat").exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert not Path(f"/proc/{second}/stat").exists()


class Dying(Here):
    """A worker that dies: of the first jobs it is given, or before it is given one."""

    def __init__(self, jobs: int):
        super().__init__()
        self.jobs = jobs

    def submit(self, *job, **named):
        if self.jobs == 0:
            raise BrokenExecutor("it died while it had nothing to do")
        self.jobs -= 1
        return super().submit(self.die)

    def die(self):
        raise BrokenExecutor("it died in the middle of a round")


@pytest.mark.parametrize("jobs", [0, 1])
def test_a_game_goes_on_when_a_worker_dies(played, monkeypatch, jobs):
    _, room, _ = played
    dying = [Dying(jobs)]
    monkeypatch.setattr(backends, "processes_apart", lambda *_: dying.pop() if dying else Here())
    again = Matches(GameWorkers())
    end = time.monotonic() + PATIENCE
    while len(again.match(0).rounds) < 2 and time.monotonic() < end:
        assert again.next_event(room.state, 0.0) is None
        time.sleep(0.02)
    assert again.match(0).trouble == ""
    assert again.match(0).rounds == room.matches.match(0).rounds


def test_a_game_that_kills_its_workers_is_given_up_and_can_be_tried_again(played, monkeypatch):
    _, room, _ = played
    monkeypatch.setattr(backends, "processes_apart", lambda *_: Dying(1))
    again = Matches(GameWorkers())
    end = time.monotonic() + PATIENCE
    while not again.match(0).trouble and time.monotonic() < end:
        assert again.next_event(room.state, 0.0) is None
        time.sleep(0.02)
    assert "it died in the middle of a round" in again.match(0).trouble
    assert again.match(0).rounds == []
    monkeypatch.setattr(backends, "processes_apart", lambda *_: Here())
    again.match(0).try_again()
    while len(again.match(0).rounds) < 2 and time.monotonic() < end:
        assert again.next_event(room.state, 0.0) is None
        time.sleep(0.02)
    assert again.match(0).rounds == room.matches.match(0).rounds


def test_tables_hold_what_happened_and_names_only_where_asked_for(played):
    _, room, _ = played
    tables = tables_of(room.state, {0: room.matches.match(0).rounds})
    assert set(tables) == {*COLUMNS, "codebook"}
    assert set(tables["participants"]["name"]) == {""}
    assert set(tables_of(room.state, names=True)["participants"]["name"]) == {"Ann", "Ben", "Cal", "Dan"}
    decided = tables["decisions"]
    assert list(decided[(decided["round"] == 1)]["value"]) == [5.0]
    assert list(decided[(decided["round"] == 1)]["students"]) == ["1"]
    results = tables["results"]
    assert len(results) == 2 * 2 * 14
    assert set(results["digest"]) == set(room.state.digests.values())
    for name, table in tables.items():
        if name != "codebook":
            known = tables["codebook"][tables["codebook"]["table"] == name]
            assert list(table.columns) == list(known["column"])
    assert excel_file(tables)[:2] == csv_archive(tables)[:2] == b"PK"
