"""Workbooks as visitors upload them: damaged as files, and damaged inside, packed again so that they open."""

from __future__ import annotations

import csv
import io
import random
import zipfile

import xlsxwriter

from sim.scenario import load_scenario
from sim.tables.meanings import FIRMS, PRODUCTS
from sim.tables.templates import template
from sim.tables.uploads import Sent, read_sent
from tests.fuzz.inputs import mutated
from tests.fuzz.targets import Tables

INSIDE = 0.7
"""Share of inputs that are damaged inside."""


class Workbooks(Tables):
    """Workbooks (.xlsx), laid over a scenario."""

    name = "workbook"

    def valid(self) -> list[bytes]:
        """Return workbooks of products and of firms."""
        return [workbook_of(template(kind, load_scenario("village"))) for kind in (PRODUCTS, FIRMS)]

    def input(self, seed: int, number: int) -> bytes:
        """Return the input of a number."""
        drawn = random.Random(f"{self.name} {seed} {number}")
        content = drawn.choice(self.known)
        if drawn.random() > INSIDE:
            return mutated(content, self.known, drawn)
        parts = parts_of(content)
        name = drawn.choice(sorted(parts))
        return packed({**parts, name: mutated(parts[name], sorted(parts.values()), drawn)})

    def read(self, content: bytes) -> bool:
        """Read it as an upload: that never raises."""
        reading = read_sent([Sent("table.xlsx", content)], "village")
        assert (reading.scenario is None) == bool(reading.remarks), "neither a scenario nor a remark"
        return reading.scenario is not None


def workbook_of(table: str) -> bytes:
    """Return a workbook with one sheet of what a CSV file holds, numbers as numbers."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"strings_to_numbers": True}) as book:
        sheet = book.add_worksheet("table")
        for number, row in enumerate(csv.reader(io.StringIO(table))):
            sheet.write_row(number, 0, row)
    return file.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    """Return the files in a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    """Return a workbook of some files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()
