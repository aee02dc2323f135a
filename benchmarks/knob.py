"""A knob is moved, new figures are there: ``python -m benchmarks.knob``. Ends with 1 where 5 in 100 take a second.

The clock counts what other programs take as well. So it also prints the processor time of the server and its workers
between a move and the first figures, and how busy the machine was.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import sys
import time
from dataclasses import dataclass, field

import psutil

from benchmarks.class_of_100 import at, dashboard
from benchmarks.student import Student

MOST = 1.0
KNOB = "Customers' hassle"
CHARTS = {"compare": 4, "map": 1, "prices": 5}
"""Charts that a page of `classroom` shows at least, once its figures are there."""


def figures(student: Student) -> bool:
    """Tell whether a page shows figures of the view that was asked for."""
    told = any(student.says(words) for words in ("preview:", "one run", "Mean of"))
    return student.finished and told and student.count("plotly_chart") >= CHARTS[student.page]


@dataclass
class Measured:
    """How long the first new figures took after each move, in seconds.

    Attributes:
        clock: by the clock.
        processor: processor time of the server and all its workers meanwhile.
    """

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


def processor_time(server: psutil.Process) -> float:
    """Return the processor time that a process and those it has started have taken, in seconds."""
    times = [process.cpu_times() for process in (server, *server.children(recursive=True))]
    return sum(each.user + each.system for each in times)


async def measure(moves: int, page: str) -> Measured:
    """Move a knob of `classroom` again and again, and wait for the first new figures."""
    chance, took = random.Random(0), Measured()
    with dashboard() as (address, server):
        student = Student(address)
        for _ in range(600):
            try:
                await student.open(page, "scenario=classroom")
                break
            except OSError:
                await asyncio.sleep(0.2)
        await student.until(figures, 300)
        for _ in range(moves):
            await asyncio.sleep(1.0)
            slider, before = student.widget("slider", KNOB), student.query
            student.elements = {}
            spent, begun = processor_time(server), time.perf_counter()
            await student.rerun(id=slider.id, double_array_value=[round(chance.uniform(0.0, 12.0), 2)])
            await student.until(lambda seen, before=before: seen.query != before and figures(seen), 120)
            took.clock.append(time.perf_counter() - begun)
            took.processor.append(processor_time(server) - spent)
        await student.close()
    return took


def main() -> int:
    """Measure, print, and return 1 where it takes too long."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.knob", description=__doc__)
    parser.add_argument("--moves", type=int, default=40)
    parser.add_argument("--page", choices=sorted(CHARTS), default="compare")
    asked = parser.parse_args()
    took = asyncio.run(measure(asked.moves, asked.page))
    half, most = statistics.median(took.clock), at(0.95, took.clock)
    print(f"{asked.page}: {asked.moves} moves: p50 {half:.2f} s, p95 {most:.2f} s, at most {MOST:g}")
    spent = f"p50 {statistics.median(took.processor):.2f} s, p95 {at(0.95, took.processor):.2f} s"
    print(f"processor time: {spent}; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    return int(most > MOST)


if __name__ == "__main__":
    sys.exit(main())
