"""``middleman case``: the list, a page with fresh figures, its picture, JSON, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.cases import case_names, case_of
from sim.cases.parable import TOLD
from tests.doors.conftest import Answer

Run = Callable[..., Answer]


def test_without_a_name_the_cases_are_listed(middleman: Run) -> None:
    answer = middleman("case")
    assert answer.code == 0
    for name in case_names():
        assert name in answer.out
    listed = middleman("case", "--json").content
    assert [one["case"] for one in listed] == list(case_names())
    assert all(one["question"].endswith("?") for one in listed)


def test_a_case_is_told_with_fresh_figures_and_verdicts(middleman: Run, tmp_path: Path) -> None:
    file = tmp_path / "drawn.svg"
    answer = middleman("case", "parable", "--full", "--replications", "2", "--seed", "3", "--picture", str(file))
    assert answer.code == 0
    said = " ".join(answer.out.split())
    assert "2 paired replications" in said
    assert "middleman case parable --replications 2 --seed 3" in said
    assert "customer saves 12 000.00 EUR" in said
    assert said.count("Holds:") == 8
    for mark in ("**", "##", "]("):
        assert mark not in answer.out
    assert file.read_text(encoding="utf-8").startswith("<svg ")


def test_a_check_that_does_not_hold_is_said_and_ends_with_1(middleman: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TOLD, "direct_price", 8000.01)
    for form in ((), ("--json",)):
        answer = middleman("case", "parable", "--replications", "1", *form)
        assert answer.code == 1
    assert [check["holds"] for check in json.loads(answer.out)["checks"]].count(False) == 1
    assert "Does not hold" in middleman("case", "parable", "--replications", "1").out


def test_a_case_in_json(middleman: Run) -> None:
    content = middleman("case", "parable", "--replications", "1", "--json").content
    assert content["case"] == "parable"
    assert content["question"] == case_of("parable").question
    assert content["findings"]["direct_price"] == {"mean": 8000.0, "low": None, "high": None, "unit": "EUR"}
    assert all(check["holds"] for check in content["checks"])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("case", "parabel"), ("NAME", "did you mean parable")),
        (("case", "parable", "--replications", "none"), ("--replications", "whole number")),
        (
            ("case", "parable", "--replications", "1", "--picture", "nowhere/drawn.svg"),
            ("--picture", "cannot be written"),
        ),
    ],
)
def test_what_cannot_be_done_is_refused(middleman: Run, given: tuple[str, ...], said: tuple[str, ...]) -> None:
    answer = middleman(*given)
    assert answer.code == 2
    for words in said:
        assert words in answer.err
