"""A class of 100 at one dashboard, over real websockets: ``python -m benchmarks.class_of_100``.

Starts a dashboard of its own and measures: how long a page takes to be there, and a rerun of it, while 100 students
click through what has been computed before; 30 students who each start a run nobody has made; the memory of the
server and its processes while sessions come and go. Ends with 1 where something that must hold does not.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import psutil

from benchmarks.student import Student

CHECKOUT = Path(__file__).resolve().parents[1]
STEPS = ("step=chain&guess=9000", "step=hands&guess=50", "step=offer&guess=9000", "step=leaving&guess=20")
SEEN = (
    *(("argument", link, "The market's answer") for link in STEPS),
    ("compare", "scenario=village&runs=5", "Mean of 5 runs"),
    ("compare", "scenario=classroom&runs=5", "Mean of 5 runs"),
    ("compare", "scenario=classroom&runs=5&gains=o2o", "Mean of 5 runs"),
    ("map", "scenario=classroom", "one run, seed 0"),
    ("map", "scenario=classroom&under=direct", "one run, seed 0"),
    ("prices", "scenario=classroom", "so no intervals"),
)
"""What students click through: page, link, and the words that say that it is there."""
MOST_CLICKING = 1.0
"""Minutes of clicking, however long students come and go."""
MOST = {
    "rerun p95, s": 0.25,
    "first paint p95, s": 3.0,
    "out of turn, s": 5.0,
    "memory, MB": 2000.0,
    "growth, MB": 150.0,
}
"""What must hold: no more than this."""


@contextmanager
def dashboard() -> Iterator[tuple[str, psutil.Process]]:
    """Start a dashboard with results of its own; yield its address and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as results:
        environment = {**os.environ, "MIDDLEMAN_RESULTS": results, "PYTHONPATH": str(CHECKOUT)}
        command = [sys.executable, "-m", "sim.cli", "dashboard", "--port", str(port)]
        server = subprocess.Popen(command, env=environment, cwd=CHECKOUT, stdout=subprocess.DEVNULL)
        try:
            yield f"http://localhost:{port}", psutil.Process(server.pid)
        finally:
            ended = psutil.Process(server.pid).children(recursive=True)
            server.terminate()
            for worker in ended:  # else the server waits for what they are at
                with suppress(psutil.NoSuchProcess):
                    worker.terminate()
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                server.kill()


async def answering(address: str) -> None:
    """Wait until the server answers and every page that is to be in memory is."""
    begun = time.perf_counter()
    while time.perf_counter() - begun < 120:
        student = Student(address)
        try:
            await student.open("argument", STEPS[0])
            break
        except OSError:
            await asyncio.sleep(0.2)
    for page, link, words in SEEN:
        await _look(address, page, link, words, 300)
    await student.close()


async def _look(address: str, page: str, link: str, words: str, patience: float) -> float:
    student = Student(address)
    await student.open(page, link)
    took = await student.until(lambda seen: seen.finished and shows(seen, words), patience)
    await student.close()
    return took


def shows(student: Student, words: str) -> bool:
    """Tell whether words stand on the page, on one of its figures, or in a badge."""
    return student.says(words) or any(
        words in element.metric.label
        for element in list(student.elements.values())
        if element.WhichOneof("type") == "metric"
    )


async def clicking(address: str, students: int, minutes: float, think: float) -> tuple[list[float], list[float]]:
    """Have students come in over ten seconds and click every so often; return first paints and reruns, in seconds."""
    paints: list[float] = []
    reruns: list[float] = []
    end = time.perf_counter() + 60 * minutes + 10

    async def one(number: int) -> None:
        chance = random.Random(number)
        await asyncio.sleep(10 * number / students)
        student = Student(address)
        begun = time.perf_counter()
        pages = [page for page, _, _ in SEEN]
        page = pages[number % len(pages)]
        links = [(link, words) for other, link, words in SEEN if other == page]
        link, words = links[0]
        await student.open(page, link)
        await student.until(lambda seen: seen.finished and shows(seen, words), 60)
        paints.append(time.perf_counter() - begun)
        while time.perf_counter() < end:
            await asyncio.sleep(chance.uniform(0.5, 1.5) * think)
            student.query, words = chance.choice(links)
            await student.rerun()
            reruns.append(await student.until(lambda seen, words=words: seen.finished and shows(seen, words), 60))
        assert not student.trouble, student.trouble
        await student.close()

    await asyncio.gather(*(one(number) for number in range(students)))
    return paints, reruns


@dataclass
class Served:
    """When students who started something new saw what, in seconds since the first of them, in the order they came."""

    first: dict[int, float] = field(default_factory=dict)
    whole: dict[int, float] = field(default_factory=dict)
    places: set[int] = field(default_factory=set)


async def starting(address: str, students: int, scenario: str) -> Served:
    """Have students start a run each that nobody has made, until everybody has seen the whole of it."""
    found = Served()
    begun = time.perf_counter()

    async def one(number: int) -> None:
        student = Student(address)
        await asyncio.sleep(0.1 * number)
        await student.open("compare", f"scenario={scenario}&runs=1&seed={1000 + number}")

        def done(seen: Student) -> bool:
            for text in seen.texts():
                if "before yours" in text:
                    found.places.add(int(text.split()[0]))
            whole = seen.finished and seen.says("one run, so no intervals")
            if number not in found.first and (whole or seen.says("preview:")):
                found.first[number] = time.perf_counter() - begun
            return whole

        await student.until(done, 1800)
        found.whole[number] = time.perf_counter() - begun
        assert not student.trouble, student.trouble
        await student.close()

    await asyncio.gather(*(one(number) for number in range(students)))
    return found


def megabytes(server: psutil.Process) -> float:
    """Return what the server and its processes hold, memory they share counted once."""
    return sum(held_by(process) for process in [server, *server.children(recursive=True)])


def held_by(process: psutil.Process) -> float:
    """Return the MB that a process holds; what it shares with others is divided among them."""
    held = process.memory_full_info()
    return float(getattr(held, "pss", held.rss)) / 2**20


@dataclass
class Churn:
    """Memory while students came and went: minutes since the first, and MB."""

    minutes: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)

    @property
    def settled(self) -> tuple[list[float], list[float]]:
        """The last two thirds: before, caches fill."""
        first = len(self.minutes) // 3
        return self.minutes[first:], self.megabytes[first:]

    @property
    def growth(self) -> float:
        """By how many MB memory has grown since it settled."""
        _, sizes = self.settled
        return sizes[-1] - sizes[0]

    @property
    def slope(self) -> float:
        """MB an hour, of a straight line fitted through all measurements since memory settled."""
        minutes, sizes = self.settled
        return 60 * statistics.linear_regression(minutes, sizes).slope if len(set(minutes)) > 1 else 0.0


async def churn(address: str, server: psutil.Process, minutes: float) -> Churn:
    """Have students come, start something new, and leave; print memory every minute."""
    found = Churn()
    begun, told, number = time.perf_counter(), 0, 0
    while (passed := (time.perf_counter() - begun) / 60) < minutes or len(found.minutes) < 4:
        number += 1
        links = [f"scenario=village&runs=2&seed={100 * number + each}" for each in range(8)]
        looks = [_look(address, "compare", link, "Mean of 2 runs", 300) for link in links]
        looks.append(_look(address, "map", f"scenario=village&seed={number}", f"one run, seed {number}", 300))
        looks.append(_look(address, "prices", f"scenario=village&seed={number}", "so no intervals", 300))
        await asyncio.gather(*looks)
        found.minutes.append((time.perf_counter() - begun) / 60)
        found.megabytes.append(megabytes(server))
        if passed >= told:
            told += 1
            print(f"  minute {passed:5.1f}: {found.megabytes[-1]:7.1f} MB, {10 * number} students came", flush=True)
    return found


def at(share: float, values: Sequence[float]) -> float:
    """Return the value that a share of all do not exceed."""
    return sorted(values)[max(0, min(len(values) - 1, round(share * len(values)) - 1))]


async def measure(asked: argparse.Namespace) -> dict[str, float]:
    """Measure everything, print as it comes, and return it."""
    found: dict[str, float] = {}
    with dashboard() as (address, server):
        await answering(address)
        paints, reruns = await clicking(address, asked.students, min(asked.minutes, MOST_CLICKING), asked.think)
        found["first paint p95, s"], found["rerun p95, s"] = at(0.95, paints), at(0.95, reruns)
        print(f"{asked.students} students, {len(reruns)} clicks: p50 {statistics.median(reruns):.3f} s", flush=True)
        served = await starting(address, asked.starters, asked.scenario)
        first = [served.first[number] for number in range(asked.starters)]
        found["out of turn, s"] = max((before - after for before, after in pairwise(first)), default=0.0)
        print(f"{asked.starters} new runs: first figures after {min(first):.1f} to {max(first):.1f} s,", end=" ")
        print(f"all of them after {max(served.whole.values()):.1f} s;", end=" ")
        print(f"places shown in the queue: up to {max(served.places, default=0)}", flush=True)
        found["memory, MB"] = megabytes(server)
        came = await churn(address, server, asked.minutes)
        minutes = came.settled[0]
        print(f"churn of {came.minutes[-1]:.1f} min: {came.slope:+.1f} MB an hour, fitted from minute", end=" ")
        print(
            f"{minutes[0]:.1f} on; {came.megabytes[0]:.0f} MB at first, {came.megabytes[-1]:.0f} at the end", flush=True
        )
        found["growth, MB"] = came.growth
        found["memory, MB"] = max(found["memory, MB"], megabytes(server))
    return found


def main() -> int:
    """Measure, print, and return 1 where something that must hold does not."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.class_of_100", description=__doc__)
    parser.add_argument("--students", type=int, default=100)
    parser.add_argument("--starters", type=int, default=30, help="students who each start a run nobody has made")
    parser.add_argument("--scenario", default="classroom", help="what they start")
    parser.add_argument(
        "--minutes",
        type=float,
        default=0.5,
        help="of coming and going (60: an hour of it), and, at most one, of clicking",
    )
    parser.add_argument("--think", type=float, default=5.0, help="seconds between two clicks, on average")
    found = asyncio.run(measure(parser.parse_args()))
    for name, value in found.items():
        print(f"{name:20} {value:10.2f}   at most {MOST[name]:g}   {'holds' if value <= MOST[name] else 'FAILS'}")
    return int(any(value > MOST[name] for name, value in found.items()))


if __name__ == "__main__":
    sys.exit(main())
