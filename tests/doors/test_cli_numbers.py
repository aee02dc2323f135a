"""Numbers as they are typed: digits 0 to 9 alone, whatever Python or TOML would read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
NO_NUMBERS = ("1_0", "\u0661\u0662", "\uff11\uff12", "\u00b2", "0x10", "1.0", "1e1", "\u22121", "")
HUGE = "9" * 5000


@pytest.mark.parametrize("number", [*NO_NUMBERS, HUGE, f"-{HUGE}"])
@pytest.mark.parametrize(
    "command",
    [
        ("run", "village", "--seed"),
        ("run", "village", "--days"),
        ("compare", "village", "--replications"),
        ("compare", "village", "--workers"),
        ("compare", "village", "--warm-up"),
        ("sweep", "village", "--vary", "customers.hassle=1..2", "--design", "latin", "--points"),
        ("dashboard", "--port"),
        ("tiers", "successive_margins", "-n"),
    ],
)
def test_an_option_takes_plain_digits_only(middleman: Run, command: tuple[str, ...], number: str) -> None:
    answer = middleman(*command, number)
    assert answer.code == 2
    assert "a whole number from" in answer.err
    assert len(answer.err) < 600


@pytest.mark.parametrize(
    "number", ["1_0", "1_0.5", "+1_0", "[1_0]", "\u0661", "\uff11", "\u00b2", HUGE, f"0x{'f' * 5000}"]
)
@pytest.mark.parametrize("option", [("run", "village", "--set"), ("sweep", "village", "--vary")])
def test_a_parameter_takes_plain_digits_only(middleman: Run, option: tuple[str, ...], number: str) -> None:
    answer = middleman(*option, f"customers.travel_cost={number}")
    assert answer.code == 2
    assert "customers.travel_cost" in answer.err
    assert len(answer.err) < 600


@pytest.mark.parametrize(
    "path", ["tiers.\u0660.firms", "tiers[\u0660].firms", "tiers.1_0.firms", f"tiers.{HUGE}.firms"]
)
def test_a_place_in_a_list_is_named_with_plain_digits_only(middleman: Run, path: str) -> None:
    answer = middleman("run", "village", "--set", f"{path}=2")
    assert answer.code == 2
    assert "tiers" in answer.err


@pytest.mark.parametrize(
    "text", ["1..\u0661\u0660", "1..10:\u0661\u0660", "1_0..20", f"1..2:{HUGE}", "0.1..1:1000000000"]
)
def test_a_range_takes_plain_digits_only(middleman: Run, text: str) -> None:
    assert middleman("sweep", "village", "--vary", f"customers.travel_cost={text}").code == 2


def test_names_may_hold_digits_of_all_scripts_and_underscores(middleman: Run) -> None:
    names = ["a_1", "1_0", "\u0661"]
    text = "{" + ", ".join(f'"{name}" = 1' for name in names) + "}"
    answer = middleman("run", "village", "--set", f"sources={text}")
    assert "is no parameter" in answer.err or "sources" in answer.err
    Path("a.csv").write_text("suppliers.names\n\"['1_0']\"\n", encoding="utf-8")
    answer = middleman("check", "village", "--set", "title='1_0 loaves'")
    assert answer.code == 0, answer.err
    assert "1_0 loaves" in answer.out
