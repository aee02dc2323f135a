"""What teachers and strategists give the command line: lessons of their own, and what they sold week by week."""

from __future__ import annotations

import tempfile
from pathlib import Path

from sim.fitting.history import history_of_tables
from sim.scenario import ScenarioError, load_scenario
from sim.scenario.names import product_names
from sim.tables import read_history
from sim.teaching.lessons import LessonError, load_lesson, names
from sim.teaching.lessons.reading import path_of
from tests.fuzz.targets import Target, refused

WEEKS = 6


class Lessons(Target):
    """Lessons in TOML."""

    name = "lesson"

    def valid(self) -> list[bytes]:
        """Return the shipped lessons."""
        return [path_of(name).read_bytes() for name in names()]

    def read(self, content: bytes) -> bool:
        """Read it as a teacher's own file."""
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "mine.toml")
            file.write_bytes(content)
            try:
                load_lesson(file)
            except LessonError as error:
                return refused(error)
        return True


class Histories(Target):
    """Weekly prices and units in CSV, as a market is fitted to them."""

    name = "history"

    def valid(self) -> list[bytes]:
        """Return histories of the products of a scenario, with commas and with semicolons."""
        rows = [
            f"{week},{product},{4 + 0.1 * week:.2f},{20 + week}"
            for week in range(1, WEEKS)
            for product in product_names(load_scenario("village"))
        ]
        text = "\n".join(["week,sku,price,units", *rows, ""])
        return [text.encode(), text.replace(",", ";").replace(".", ",").encode()]

    def read(self, content: bytes) -> bool:
        """Read it, and put it in order."""
        try:
            history_of_tables([read_history(content, "weeks.csv")], product_names(load_scenario("village")))
        except ScenarioError as error:
            return refused(error)
        return True
