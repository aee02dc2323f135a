"""A short schedule of the fuzz, and that it notices what it is for."""

from __future__ import annotations

import pytest

from tests.fuzz.running import fuzzed
from tests.fuzz.targets import Tables, Target, targets

SEED = 15


def test_damaged_inputs_are_read_or_refused():
    found = fuzzed(targets(), SEED, lambda tried: tried < 250)
    assert found.crashes == []
    assert all(found.tried[name] > found.accepted[name] > 0 for name in found.tried)


@pytest.mark.slow
def test_many_damaged_inputs_are_read_or_refused():
    assert fuzzed(targets(), SEED + 1, lambda tried: tried < 5_000).crashes == []


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
