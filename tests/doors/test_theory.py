"""``middleman theory``: rows for people and programs, exit codes, and what is said of bad names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sim.common.estimates import Estimate
from sim.validation import registry
from sim.validation.claims import exact
from sim.validation.registry import CHECKS, THEMES, Check, CheckCase, Finding

Run = Callable[..., Any]
KEYS = [
    *("theme", "check", "case", "figure", "claim", "source", "theory", "model", "low", "high", "difference"),
    *("allowance", "verdict"),
]


def check_that(*findings: Finding, **more: Any) -> Check:
    """Return a check that finds what it is told to."""
    one = Check(
        "sums", "chains", "One and one is three", "Nobody 1899", 0.01, (CheckCase("here", {}),), lambda *_: findings
    )
    return replace(one, **more)


def test_rows_for_programs(middleman: Run) -> None:
    answer = middleman("theory", "cost_plus", "trading_relations", "--json", "--seed", "3")
    told = answer.content
    assert list(told) == ["seed", "verdicts", "rows"]
    assert told["seed"] == 3
    assert told["verdicts"] == {"holds": len(told["rows"]), "fails": 0, "undecided": 0, "no judge": 0}
    assert all(list(row) == KEYS for row in told["rows"])
    assert [row["check"] for row in told["rows"]] == ["cost_plus"] * 3 + ["trading_relations"] * 4
    assert told["rows"][0] | {"claim": "", "source": "", "case": ""} == {
        **{
            "theme": "channels",
            "check": "cost_plus",
            "case": "",
            "figure": "consumer price",
            "claim": "",
            "source": "",
        },
        **{"theory": 20_000.0, "model": 20_000.0, "low": None, "high": None, "difference": 0.0, "allowance": 10.0},
        "verdict": "holds",
    }


@pytest.mark.parametrize("columns", [80, 200])
def test_rows_for_people(middleman: Run, columns: int) -> None:
    answer = middleman("theory", "cost_plus", "shelf_coverage", "--full", columns=columns)
    assert answer.code == 0
    assert max(len(line) for line in answer.out.splitlines()) <= columns
    words = " ".join(answer.out.split())
    for said in ("(Definition)", "20 000 20 000 10 holds", "share of needs met 0.69299", "±"):
        assert said in words
    assert words.endswith("6 numbers compared with theory: 6 hold.")


@pytest.mark.parametrize("columns", [0, 1, 25])
def test_there_is_an_answer_where_there_is_hardly_any_room(middleman: Run, columns: int) -> None:
    answer = middleman("theory", "cost_plus", "--full", columns=columns)
    assert answer.code == 0
    assert "holds" in answer.out


def test_a_theme_stands_for_its_checks(middleman: Run) -> None:
    told = middleman("theory", "rivals", "--json").content
    assert {row["check"] for row in told["rows"]} == {"bertrand_nash"}


def test_what_does_not_hold_is_said_and_ends_with_1(middleman: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CHECKS, "sums", check_that(Finding("sum", 3.0, exact(2.0)), Finding("ones", 2.0, exact(2.0))))
    answer = middleman("theory", "sums", "--full")
    assert answer.code == 1
    assert "1 holds, 1 fails" in answer.out
    assert answer.out.endswith("  fails: sums, here: sum\n")
    assert "Internal error" not in answer.err
    assert middleman("theory", "sums", "--json").code == 1


def test_what_is_undecided_does_not_hold_either(middleman: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    wide = Estimate(3.0, 1.0, 5.0, 9)
    monkeypatch.setitem(CHECKS, "sums", check_that(Finding("sum", 3.0, wide)))
    answer = middleman("theory", "sums")
    assert answer.code == 1
    assert "undecided: sums, here: sum" in answer.out


def test_a_judge_who_is_not_there_is_no_failure(middleman: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CHECKS, "sums", check_that(Finding("sum", 3.0, exact(2.0)), judge="no_such_package"))
    answer = middleman("theory", "sums", "cost_plus", "--full")
    assert answer.code == 0
    assert "no judge: no_such_package is not installed: pip install 'middleman[test]'" in answer.out
    row = middleman("theory", "sums", "--json").content["rows"][0]
    assert (row["verdict"], row["theory"], row["model"]) == ("no judge", None, None)


def test_the_list_says_what_there_is_and_runs_nothing(middleman: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "theory", lambda *_, **__: pytest.fail("it ran"))
    answer = middleman("theory", "--list")
    assert answer.code == 0
    for name in CHECKS:
        assert f"\n  {name} " in answer.out
    for theme in THEMES:
        assert f"middleman theory {theme}\n" in answer.out
    told = middleman("theory", "--list", "--json").content
    assert {one["check"] for one in told} == set(CHECKS)
    assert {"theme", "claim", "source", "cases"} <= set(told[0])
    space = [one["check"] for one in middleman("theory", "space", "--list", "--json").content]
    assert space == ["two_ends_of_a_street", "around_a_circle", "beside_a_direct_seller"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("phlogiston",), ('"phlogiston"', "chains", "linear_chain", "tours_solved")),
        (("bertrand_nesh", "sums"), ("2 problems", "did you mean bertrand_nash?", '"sums"')),
        (("collusion",), ("are slow", "add --slow")),
        (("cost_plus", "--seed", "x"), ("--seed", '"x"', "from 0 up")),
    ],
)
def test_what_cannot_be_asked(middleman: Run, arguments: tuple[str, ...], words: tuple[str, ...]) -> None:
    answer = middleman("theory", *arguments)
    assert (answer.code, answer.out) == (2, "")
    for word in words:
        assert word in answer.err


def test_it_says_what_it_left_out(middleman: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = (CheckCase("here", {}), CheckCase("there", {}, slow=True))
    monkeypatch.setitem(CHECKS, "sums", check_that(Finding("sum", 2.0, exact(2.0)), cases=cases))
    assert middleman("theory", "sums").err == "1 slow set of parameters left out; --slow includes them.\n"
    for option in ("--slow", "--all"):
        answer = middleman("theory", "sums", option)
        assert (answer.code, answer.err) == (0, "")
        assert "2 numbers compared with theory: 2 hold." in answer.out
