"""A knob is moved, new figures are there: ``python -m benchmarks.knob``. Ends with 1 where 5 in 100 take a second."""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import time

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


async def measure(moves: int, page: str) -> list[float]:
    """Move a knob of `classroom` again and again; return how long the first new figures took, in seconds."""
    chance, took = random.Random(0), []
    with dashboard() as (address, _):
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
            begun = time.perf_counter()
            await student.rerun(id=slider.id, double_array_value=[round(chance.uniform(0.0, 12.0), 2)])
            await student.until(lambda seen, before=before: seen.query != before and figures(seen), 120)
            took.append(time.perf_counter() - begun)
        await student.close()
    return took


def main() -> int:
    """Measure, print, and return 1 where it takes too long."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.knob", description=__doc__)
    parser.add_argument("--moves", type=int, default=40)
    parser.add_argument("--page", choices=sorted(CHARTS), default="compare")
    asked = parser.parse_args()
    took = asyncio.run(measure(asked.moves, asked.page))
    half, most = statistics.median(took), at(0.95, took)
    print(f"{asked.page}: {len(took)} moves: p50 {half:.2f} s, p95 {most:.2f} s, at most {MOST:g}")
    return int(at(0.95, took) > MOST)


if __name__ == "__main__":
    sys.exit(main())
