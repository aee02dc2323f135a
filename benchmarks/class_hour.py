"""An hour of a class at one dashboard: ``python -m benchmarks.class_hour`` (``--minutes 8`` for a short one).

Students come, click, upload markets of their own and leave; some open links that are made to be heavy; a room has a
lesson with guesses and games, whose phones leave and come back; workers are killed. Prints what the server holds as
time passes: memory, files, processes, and how long a light page takes. Ends with 1 where memory or disk is not flat,
where a light page is not served, or where a process or a file is left over in the end.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.class_lesson import LESSON, Lesson
from benchmarks.class_of_100 import SEEN, at, held_by, shows
from benchmarks.room import Server
from benchmarks.student import Student
from sim.scenario import load_scenario, scenario_to_toml

HEAVY = (
    "scenario=classroom_set_margins&set=geography.customers=40000&set=time.days=150&set=customers.breadth=32"
    "&set=customers.reach=16&set=customers.need_rate=0.5&runs=50"
)
"""A link whose every run takes minutes, and no more memory than most machines have."""
PATIENCE = 120.0
"""Seconds after which a student gives up on a page."""
FLAT = 50.0
"""MB by which memory and disk may differ between the second quarter of the time and the last."""
LIGHT = 15.0
"""Seconds within which 95 of 100 light pages that nobody has seen before are served, on a machine that is overloaded
all the time."""
KILLING = 120.0
"""Seconds between two kills of a worker. A new one needs four seconds of a core to begin: half a minute or more where a
dozen processes want it, and more frequent kills would let none begin."""
SETTLING = 100.0
"""Seconds after which the server has forgotten those who left."""


@dataclass
class Hour:
    """What was seen.

    Attributes:
        minutes, memory, server, disk, files, processes: at each look: since the start; MB held by all; MB held by the
            server without its workers; MB of results; open files of the server; processes.
        light: seconds that light pages took.
        counts: what happened, and how often.
        trouble: what should not have happened.
    """

    minutes: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)
    server: list[float] = field(default_factory=list)
    disk: list[float] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    processes: list[int] = field(default_factory=list)
    light: list[float] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    trouble: list[str] = field(default_factory=list)

    def count(self, what: str) -> None:
        """Count something that happened."""
        self.counts[what] = self.counts.get(what, 0) + 1

    def growth(self, values: Sequence[float]) -> float:
        """Return by how much the last quarter's median exceeds the second quarter's: in the first, caches fill."""
        quarter = max(1, len(values) // 4)
        return statistics.median(values[-quarter:]) - statistics.median(values[quarter : 2 * quarter] or values[:1])


class Class:
    """Those who use the dashboard, until time is up.

    Args:
        address, server: of the dashboard.
        folder: with its results, and its temporary files.
        minutes: how long.
        rest: seconds between two heavy links of one who opens them.
    """

    def __init__(self, address: str, server: psutil.Process, folder: Path, minutes: float, rest: float = 0.0):
        self.address, self.server, self.folder, self.rest = address, server, folder, rest
        self.begun = time.monotonic()
        self.end = self.begun + 60 * minutes
        self.hour = Hour()
        self.number = 0

    async def visit(self, page: str, link: str, words: str) -> float:
        """Open a page, and return after how many seconds it was there."""
        student = Student(self.address)
        await student.open(page, link)
        try:
            took = await student.until(lambda seen: seen.finished and shows(seen, words), PATIENCE)
            self.hour.trouble += student.trouble
            return took
        finally:
            await student.close()

    async def clicking(self, seed: int) -> None:
        """Come, click through pages that others have seen, and leave; again and again."""
        chance = random.Random(seed)
        while time.monotonic() < self.end:
            for page, link, words in chance.sample(SEEN, 3):
                await self.attempt("page seen before", self.visit(page, link, words))
                await asyncio.sleep(chance.uniform(0.5, 4.0))

    async def asking(self) -> None:
        """Open light pages that nobody has seen before."""
        while time.monotonic() < self.end:
            self.number += 1
            look = self.visit("compare", f"scenario=village&runs=1&seed={10_000 + self.number}", "one run")
            took = await self.attempt("new light page", look)
            if took is not None:
                self.hour.light.append(took)
            await asyncio.sleep(2.0)

    async def uploading(self) -> None:
        """Upload a market of one's own, look at it, and leave."""
        while time.monotonic() < self.end:
            self.number += 1
            changed = {"name": f"mine-{self.number}", "customers.travel_cost": 0.2 + self.number / 10_000}
            await self.attempt("upload", self._upload(scenario_to_toml(load_scenario("village", changed)).encode()))
            await asyncio.sleep(8.0)

    async def _upload(self, content: bytes) -> None:
        student = Student(self.address)
        await student.open("data", "runs=1")
        try:
            await student.until(lambda seen: seen.finished and seen.count("file_uploader") > 0, PATIENCE)
            await student.upload("A scenario", "mine.toml", content, PATIENCE)
            # Its shops lose money, so that conclusions wait for "show anyway".
            words = "Does this look like your business?"
            await student.until(lambda seen: "scenario=upload-" in seen.query and shows(seen, words), PATIENCE)
            self.hour.trouble += student.trouble
        finally:
            await student.close()

    async def burdening(self) -> None:
        """Open a heavy link, wait a while, and leave."""
        while time.monotonic() < self.end:
            self.number += 1
            await self.attempt("heavy link", self._burden(f"{HEAVY}&seed={self.number}"))
            await asyncio.sleep(min(self.rest, max(0.0, self.end - time.monotonic())))

    async def _burden(self, link: str) -> None:
        student = Student(self.address)
        await student.open("compare", link)
        await asyncio.sleep(min(40.0, max(0.0, self.end - time.monotonic())))
        await student.close()

    async def killing(self) -> None:
        """Kill a worker now and then."""
        chance = random.Random(0)
        while time.monotonic() < self.end - KILLING:
            await asyncio.sleep(KILLING)
            workers = [each for each in self.server.children(recursive=True) if "popen_loky" in " ".join(called(each))]
            if workers:
                with suppress(psutil.NoSuchProcess):
                    chance.choice(workers).send_signal(signal.SIGKILL)
                    self.hour.count("worker killed")

    async def looking(self) -> None:
        """Look at what the server holds, and print it every so often."""
        every = max(5.0, (self.end - self.begun) / 120)
        told = 0.0
        while time.monotonic() < self.end:
            minute = (time.monotonic() - self.begun) / 60
            with suppress(psutil.NoSuchProcess):  # a worker that was killed in between
                self.look(minute)
                if minute >= told:
                    told = minute + (self.end - self.begun) / 60 / 16
                    print(self.line(), flush=True)
            await asyncio.sleep(every)

    def look(self, minute: float) -> None:
        """Note what the server holds."""
        everybody = [self.server, *self.server.children(recursive=True)]
        memory, processes = sum(held_by(each) for each in everybody), len(everybody)
        self.hour.memory.append(memory)
        self.hour.server.append(held_by(self.server))
        self.hour.minutes.append(minute)
        self.hour.disk.append(sum(file.stat().st_size for file in there(self.folder)) / 2**20)
        self.hour.files.append(self.server.num_fds())
        self.hour.processes.append(processes)

    def line(self) -> str:
        """Return the latest look in a line."""
        hour = self.hour
        return (
            f"  minute {hour.minutes[-1]:5.1f}: {hour.memory[-1]:7.1f} MB ({hour.server[-1]:6.1f} the server), "
            f"{hour.disk[-1]:6.1f} MB on disk, "
            f"{hour.files[-1]:4d} open files, {hour.processes[-1]:2d} processes, "
            f"light page {at(0.95, hour.light[-20:] or [0.0]):4.1f} s; "
            + ", ".join(f"{count} {what}" for what, count in hour.counts.items())
        )

    async def attempt(self, what: str, doing: object) -> float | None:
        """Await something that a student does; note where it came to nothing."""
        try:
            took = await doing  # type: ignore[misc]
        except (TimeoutError, OSError, AssertionError, LookupError) as error:
            if "could not be computed" in str(error):  # its worker was killed more than once; a student tries again
                self.hour.count("given up after kills")
                return None
            self.hour.trouble.append(f"{what}: {type(error).__name__} {str(error)[:200]}")
            return None
        self.hour.count(what)
        return took  # type: ignore[no-any-return]

    def note(self, what: str, trouble: str) -> None:
        """Note what happened in the room, or what should not have."""
        if trouble:
            self.hour.trouble.append(trouble)
        else:
            self.hour.count(what)

    async def all(self, students: int, lesson: Lesson) -> None:
        """Have everybody do what they do until time is up."""
        clicking = [self.clicking(number) for number in range(students)]
        others = [self.asking(), self.uploading(), self.burdening(), self.burdening(), self.killing(), self.looking()]
        await asyncio.gather(*clicking, *others, lesson.all())


def called(process: psutil.Process) -> list[str]:
    """Return the command line of a process; empty where it has ended."""
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


def there(folder: Path) -> Iterator[Path]:
    """Yield the files below a folder."""
    for place, _, names in os.walk(folder):
        yield from (file for name in names if (file := Path(place, name)).exists())


@contextmanager
def own_folder() -> Iterator[Path]:
    """Yield a folder for all files of a server, its temporary ones included."""
    before = os.environ.get("TMPDIR")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TMPDIR"] = folder
        tempfile.tempdir = None
        try:
            yield Path(folder)
        finally:
            tempfile.tempdir = None
            if before is None:
                del os.environ["TMPDIR"]
            else:
                os.environ["TMPDIR"] = before


def report(hour: Hour, left: list[str]) -> int:
    """Print what must hold and what did; return 1 where it did not."""
    found = {
        "growth of memory, MB": (hour.growth(hour.memory), FLAT),
        "growth of the server, MB": (hour.growth(hour.server), FLAT),
        "growth of disk, MB": (hour.growth(hour.disk), FLAT),
        "growth of open files": (hour.growth(hour.files), 20.0),
        "light page p95, s": (at(0.95, hour.light or [PATIENCE]), LIGHT),
        "trouble": (float(len(hour.trouble)), 0.0),
        "left over": (float(len(left)), 0.0),
    }
    for what in [*dict.fromkeys(hour.trouble)][:10] + left[:10]:
        print(f"  {what}")
    for name, (value, most) in found.items():
        print(f"{name:24} {value:10.2f}   at most {most:g}   {'holds' if value <= most else 'FAILS'}")
    return int(any(value > most for value, most in found.values()))


def measure(minutes: float, students: int, phones: int, rest: float) -> int:
    """Have the hour happen; print, and return the exit code."""
    with own_folder() as folder, tempfile.TemporaryDirectory(dir=folder.parent) as of_class:
        with a_class(Path(of_class)) as (room, server):
            asyncio.run(_ready(room.address))
            people = Class(room.address, server, folder, minutes, rest)
            asyncio.run(people.all(students, Lesson(room, phones, minutes, people.note)))
            time.sleep(SETTLING)
            people.look(minutes + SETTLING / 60)
            print(f"  all have left: {people.line().strip()}", flush=True)
            everybody = [server, *server.children(recursive=True)]
            hour = people.hour
            for values in (hour.minutes, hour.memory, hour.server, hour.disk, hour.files):
                values.pop()
        _, alive = psutil.wait_procs(everybody, 10)
        left = [f"process {' '.join(called(each))[:100]}" for each in alive]
        left += [f"file {file.relative_to(folder)}" for file in there(folder)]
    return report(people.hour, left)


@contextmanager
def a_class(folder: Path) -> Iterator[tuple[Server, psutil.Process]]:
    """Start a class with a room; yield it, and its process."""
    room = Server(folder, LESSON)
    server = psutil.Process(room.process.pid)
    try:
        yield room, server
    finally:
        for worker in server.children(recursive=True):  # else the server waits for what they are at
            with suppress(psutil.NoSuchProcess):
                worker.terminate()
        room.end()


async def _ready(address: str) -> None:
    """Wait until the server answers, and has every page in memory that students click through."""
    from benchmarks.class_of_100 import answering

    await answering(address)


def main() -> int:
    """Measure, print, and return 1 where something that must hold does not."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.class_hour", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--students", type=int, default=30, help="who click all the time")
    parser.add_argument("--phones", type=int, default=20, help="that take part in a lesson")
    parser.add_argument("--rest", type=float, default=0.0, help="seconds between heavy links; 0: there always are two")
    asked = parser.parse_args()
    return measure(asked.minutes, asked.students, asked.phones, asked.rest)


if __name__ == "__main__":
    sys.exit(main())
