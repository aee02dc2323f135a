"""``middleman new --exercise``: the file that is written, checked, run and compared, with the textbook's own answers.

The numbers are typed in from the textbooks, not taken from the formulas of the exercises.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.exercises import EXERCISES, Exercise, ExerciseError, exercise_toml
from sim.formulas.bullwhip import lost_sales_ratio, moving_average_ratio

Run = Callable[..., Any]
PUBLISHED: dict[tuple[str, str], dict[str, dict[str, float]]] = {
    ("double_margin", ""): {
        "traditional": {
            "wholesale_price": 40.0,
            "consumer_price": 55.0,
            "retailer_margin_money": 15.0,
            "quantity": 15_000.0,
            "total_profit.retailer": 225_000.0,
            "retailer_profit": 225.0 / 70.0,
            "total_profit.all": 675_000.0,
        },
        "direct": {"consumer_price": 40.0, "quantity": 30_000.0, "total_profit.all": 900_000.0},
    },
    ("hotelling", "t=12 c=3"): {"traditional": {"consumer_price": 15.0, "retailer_profit": 12.0, "hhi": 0.5}},
    ("salop", "n=5 t=20 c=4 F=.5"): {"traditional": {"consumer_price": 8.0, "retailer_profit": 1.5, "hhi": 0.2}},
    ("cournot", "a=12 b=1 c=7 n=1"): {"traditional": {"consumer_price": 9.5, "total_profit.retailer": 62_500.0}},
    ("cournot", "a=100 b=2 c=10 n=2"): {"traditional": {"consumer_price": 40.0, "quantity": 30_000.0}},
    ("bertrand", "n=3"): {"traditional": {"consumer_price": 10.0, "quantity": 90_000.0}},
}
"""What a textbook prints; ten days count, of a hundred customers for each unit, where quantities are compared."""


def letters_of(text: str) -> list[str]:
    return [part for letter in text.split() for part in ("--letter", letter)]


@pytest.mark.parametrize(("exercise", "letters"), PUBLISHED)
def test_the_market_answers_as_the_textbook_does(middleman: Run, exercise: str, letters: str) -> None:
    assert middleman("new", "--exercise", exercise, "mine", *letters_of(letters)).code == 0
    assert middleman("check", "mine.toml", "--strict").code == 0
    found = middleman("compare", "mine.toml", "-n", "1", "--json").content["regimes"]
    for regime, figures in PUBLISHED[exercise, letters].items():
        for figure, expected in figures.items():
            assert found[regime]["figures"][figure]["mean"] == pytest.approx(expected, rel=0.005), figure


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_exercise_is_a_scenario_that_check_passes(middleman: Run, exercise: str) -> None:
    assert middleman("new", f"--exercise={exercise}", "mine").code == 0
    text = Path("mine.toml").read_text()
    assert middleman("check", "mine.toml", "--strict").code == 0
    assert max(len(line) for line in text.splitlines() if line.startswith("#")) <= 120
    assert EXERCISES[exercise].source.split()[0] in text
    assert 'rule = "learning"' not in text
    for letter in EXERCISES[exercise].letters:
        assert f"#   {letter} = " in text
    assert "middleman compare mine.toml" in text or "middleman run mine.toml" in text


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_commands_of_the_file_are_ones_that_there_are(middleman: Run, exercise: str) -> None:
    about: Exercise = EXERCISES[exercise]
    assert middleman("new", "--exercise", exercise, "mine").code == 0
    for command in about.run(about.given()):
        _, name, *options = command.split("#")[0].replace("FILE", "mine.toml").split()
        short = ["--days", "2", "--set", "time.warm_up=0"] if name != "new" else []
        changed = [word if word != "1" or options[k - 1] != "-n" else "2" for k, word in enumerate(options)]
        assert middleman(name, *changed, *short).code in (0, 3), command
    assert middleman("theory", f"exercise_{exercise}", "--list").code == 0


def test_the_list_shows_all_of_them_with_their_letters(middleman: Run) -> None:
    answer = middleman("new", "--exercise", "list", "--full")
    assert (answer.code, answer.err) == (0, "")
    for name, exercise in EXERCISES.items():
        assert f"\n  {name} " in answer.out
        for letter, about in exercise.letters.items():
            assert f" {letter} = {about.value:g}: " in answer.out
    assert not list(Path().iterdir())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--exercise", "hotellng", "x"), ("did you mean hotelling?", "bullwhip")),
        (("--exercise", "hotelling", "x", "--letter", "z=1"), ("has no letter z", "t (cost per unit of distance")),
        (("--exercise", "hotelling", "x", "--letter", "t=0,5"), ("write 0.5, with a decimal point",)),
        (("--exercise", "hotelling", "x", "--letter", "t=.5"), ("margin t L would be 0.5", "2.5 or more")),
        (("--exercise", "hotelling", "x", "--letter", "t"), ("LETTER=NUMBER",)),
        (("--exercise", "hotelling", "x", "--letter", "t=5", "--letter", "t=6"), ("given twice",)),
        (("--exercise", "salop", "x", "--letter", "n=2.5"), ("a whole number from 2 to 24",)),
        (("--exercise", "cournot", "x", "--letter", "c=200"), ("make c smaller",)),
        (("--exercise", "bass", "x", "--letter", "q=.01"), ("has a peak only if",)),
        (("--exercise", "newsvendor", "x", "--letter", "c=11"), ("below p",)),
        (("--exercise", "hotelling", "x", "--from", "village"), ("remove --from or --exercise",)),
        (("x", "--letter", "t=1"), ("add --exercise",)),
        (("--exercise", "hotelling"), ("a name is needed",)),
        (("--exercise", "hotelling", "village"), ("a built-in scenario has this name",)),
    ],
)
def test_what_cannot_be_written_says_what_to_do(
    middleman: Run, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    answer = middleman("new", *arguments)
    assert (answer.code, answer.out) == (2, "")
    for word in words:
        assert word in answer.err
    assert not list(Path().iterdir())


def test_letters_out_of_range_are_refused_in_python_too() -> None:
    with pytest.raises(ExerciseError, match=r"lost is 2; .*: a whole number from 0 to 1"):
        exercise_toml(EXERCISES["bullwhip"], "mine", {"lost": 2.0})


def test_orders_vary_less_than_the_formula_says_where_customers_leave() -> None:
    for lead, periods in ((2, 5), (1, 4), (4, 8)):
        assert lost_sales_ratio(lead, periods, 600, 0.1, days=40_000) < moving_average_ratio(lead, periods)


def test_where_customers_come_back_the_formula_does_not_hold(middleman: Run) -> None:
    """As the file says; 2.12 is the formula's number."""
    middleman("new", "--exercise", "bullwhip", "mine", "--letter", "lost=1")
    back = middleman("run", "mine.toml", "--set", "customers.waiting_cost=0", "--days", "600", "--json").content
    assert back["figures"]["bullwhip"]["retailer"] < 0.9 * 2.12
