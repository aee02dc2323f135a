"""A short schedule of the fuzz, and that it notices what it is for."""

from __future__ import annotations

import time

import pytest

from tests.fuzz.running import LONGEST, fuzzed
from tests.fuzz.targets import Tables, Target, targets
from tests.fuzz.workbooks import Workbooks, packed, parts_of

SEED = 15


def test_damaged_inputs_are_read_or_refused():
    found = fuzzed(targets(), SEED, lambda tried: tried < 250)
    assert found.crashes == []
    assert all(found.tried[name] > found.accepted[name] > 0 for name in found.tried)


@pytest.mark.slow
def test_many_damaged_inputs_are_read_or_refused():
    assert fuzzed(targets(), SEED + 1, lambda tried: tried < 5_000).crashes == []


ENDLESS = 20_000
"""Tags; with these, an answer took a minute while every match began anew at each tag."""


@pytest.mark.parametrize(
    ("part", "begin", "again"),
    [
        ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row>", b'<c r="A1"><f>'),
        ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row>", b"<c "),
        ("xl/workbook.xml", b"<workbook>", b"<sheet "),
        ("xl/_rels/workbook.xml.rels", b"", b"<Relationship "),
        ("xl/styles.xml", b"<numFmt ", b'numFmtId="1" '),
        ("xl/styles.xml", b"", b"<cellXfs "),
    ],
)
def test_a_small_workbook_of_tags_that_never_end_takes_no_time(part, begin, again):
    target = Workbooks()
    content = packed({**parts_of(target.known[0]), part: begin + again * ENDLESS})
    assert len(content) < 20_000
    begun = time.thread_time()
    assert not target.read(content)
    assert time.thread_time() - begun < LONGEST


def test_valid_inputs_are_accepted():
    for target in targets():
        accepted = [content for content in target.known if target.read(content)]
        assert accepted, target.name


def test_the_same_seed_gives_the_same_inputs():
    first, second = Tables(), Tables()
    assert [first.input(3, n) for n in range(20)] == [second.input(3, n) for n in range(20)]
    assert first.input(3, 0) != first.input(4, 0)


class Careless(Target):
    """A reader that does not expect what is no number."""

    name = "careless"

    def valid(self):
        return [b"a=1\nb=2\n"]

    def read(self, content):
        return sum(int(line.partition(b"=")[2]) for line in content.splitlines()) > 0


def test_a_reader_that_crashes_is_noticed():
    found = fuzzed([Careless()], SEED, lambda tried: tried < 50)
    assert found.crashes
    _, number, content, said = found.crashes[0]
    assert content == Careless().input(SEED, number)
    assert "ValueError" in said
