"""The list of planted faults fits the source, and the page says what came of each. Planting them is a slow command."""

from __future__ import annotations

import ast
from collections import Counter

import pytest

from tests.mutants.catalogue import MUTANTS
from tests.mutants.mutant import ROOT, Mutant
from tests.mutants.page import PAGE, Verdict, page, page_of, read

FEWEST = 60


def test_there_are_enough_and_each_has_a_name_of_its_own():
    assert len(MUTANTS) >= FEWEST
    assert [name for name, times in Counter(each.name for each in MUTANTS).items() if times > 1] == []


@pytest.mark.parametrize("file", sorted({each.file for each in MUTANTS}))
def test_every_fault_fits_the_source_exactly_once_and_leaves_python(file):
    """Where this fails the source has moved on: change the fault in tests/mutants/ as well."""
    source = (ROOT / file).read_text(encoding="utf-8")
    for each in MUTANTS:
        if each.file == file:
            assert source.count(each.old) == 1, f"{each.name}: {each.old!r} stands {source.count(each.old)} times"
            changed = each.applied(source)
            assert ast.dump(ast.parse(changed)) != ast.dump(ast.parse(source)), f"{each.name} changes nothing"


def test_the_tests_that_should_notice_are_there():
    missing = []
    for test in sorted({test for each in MUTANTS for test in each.tests}):
        file, _, name = test.partition("::")
        there = (ROOT / file).exists() and (not name or f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"))
        missing += [] if there else [test]
    assert missing == []


def test_every_fault_was_planted_and_the_page_says_what_came_of_it():
    """After a change of the list: ./run python -m tests.mutants --new"""
    found = read()
    assert [each.name for each in MUTANTS if each.name not in found] == []
    assert PAGE.read_text(encoding="utf-8") == page_of(found)
    assert [name for name in found if name not in {each.name for each in MUTANTS}] == []
    assert [each.name for each in MUTANTS if Verdict(each, found[each.name]).is_missed] == []
    assert [each.name for each in MUTANTS if each.survives and found[each.name]] == []


def test_a_fault_that_fits_nowhere_or_twice_is_refused():
    with pytest.raises(ValueError, match="stands 0 times"):
        Mutant("a.py", "x = 1", "x = 2", (), "wrong").applied("y = 1")
    with pytest.raises(ValueError, match="stands 2 times"):
        Mutant("a.py", "x = 1", "x = 2", (), "wrong").applied("x = 1\nx = 1")
    assert Mutant("a.py", "x = 1", "x = 2", (), "wrong").applied("x = 1") == "x = 2"


def test_the_page_tells_what_was_missed_from_what_nobody_can_notice():
    one = Mutant("a.py", "x", "y", ("tests/test_a.py",), "x is y")
    equal = Mutant("a.py", "x", "z", ("tests/test_a.py",), "x is z", survives="Both are the same.")
    assert Verdict(one, "").is_missed
    assert not Verdict(equal, "").is_missed
    assert not Verdict(one, "tests/test_a.py::test_x[1]").is_missed
    said = page([Verdict(one, "tests/test_a.py::test_x[1]"), Verdict(equal, "")])
    assert "1 of 2 faults are noticed." in said
    assert "| `a.py` | x is y | `test_x` |" in said
    assert "- `a.py`: x is z. Both are the same." in said
    assert "- `a.py`: x is y. Missed." in page([Verdict(one, "")])
