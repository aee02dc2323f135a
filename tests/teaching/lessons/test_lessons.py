"""Lessons: the shipped ones can be given, their answers are the simulation's, and one's own are checked."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from sim.teaching.lessons import LessonError, lesson_problems, load_lesson, names, path_of
from sim.teaching.lessons.answers import answer_of, figure_key, figures_of, shipped_answers
from sim.teaching.lessons.guides import numbers
from sim.teaching.rooms.moments import Figure, Play, Predict, Vote
from tests.teaching.lessons.runs import from_runs

SHIPPED = [load_lesson(name) for name in names()]
FIGURES = {figure_key(figure): figure for lesson in SHIPPED for figure in figures_of(lesson)}


@pytest.mark.parametrize("name", names())
def test_a_shipped_lesson_can_be_given(name: str):
    assert lesson_problems(name) == []
    lesson = load_lesson(name)
    assert lesson.name == name == path_of(name).stem
    assert lesson.aim.endswith(".")
    assert lesson.moments[-1].kind == "ticket"
    assert all(moment.note or moment.kind == "ticket" for moment in lesson.moments)


def test_the_three_lessons_are_as_long_as_promised():
    assert [(lesson.name, lesson.minutes) for lesson in SHIPPED] == [
        ("predict", 25),
        ("play", 50),
        ("two-sessions", 90),
    ]


def test_every_answer_is_shipped_and_none_besides():
    assert set(shipped_answers()) == set(FIGURES) | {figure_key(figure) for figure, _ in numbers().values()}


@pytest.mark.parametrize("key", FIGURES)
def test_a_shipped_answer_is_the_simulations(key: str):
    figure = FIGURES[key]
    assert answer_of(figure) == shipped_answers()[key]
    assert from_runs(figure) == pytest.approx(shipped_answers()[key], rel=1e-9)


def test_an_answer_that_is_not_shipped_is_computed():
    own = Figure("village", "traditional", ("consumer_price",), runs=2)
    assert figure_key(own) not in FIGURES
    found = answer_of(own)
    assert 8.0 < found.low < 9.3 < found.value < 9.6 < found.high
    assert found.runs == 2
    difference = answer_of(Figure("village", "direct", ("consumer_price",), against="traditional", factor=-1.0, runs=2))
    assert difference.value > 0
    assert difference.low <= difference.value <= difference.high


@pytest.mark.parametrize("lesson", SHIPPED, ids=lambda lesson: lesson.name)
def test_answers_lie_on_the_slider_and_not_where_it_starts(lesson):
    for moment in lesson.moments:
        if isinstance(moment, Predict):
            answer = answer_of(moment.figure).value
            assert moment.low < answer < moment.high
            assert abs(answer - moment.start) > 0.02 * (moment.high - moment.low)


STATED = {
    # what a story says, and where it comes from
    ("predict", "parcels", "21.67"): Figure("middleman_worth", "traditional", ("consumer_price",), runs=5),
    ("predict", "parcels", "13.48"): Figure("middleman_worth", "direct", ("consumer_price",), runs=5),
    ("play", "gained", "6.75"): Figure("class_market", "with_direct", ("consumer_surplus",), against="traditional"),
    ("play", "gained", "0.03"): Figure("class_market", "with_direct", ("supplier_profit",), against="traditional"),
    ("play", "gained", "0.92"): Figure("class_market", "with_direct", ("welfare",), against="traditional", factor=-1.0),
}
"""Numbers in texts that are not filled in by the program."""


@pytest.mark.parametrize(("lesson", "moment", "number"), STATED)
def test_a_number_that_stands_in_a_text_is_the_simulations(lesson: str, moment: str, number: str):
    found = next(each for each in load_lesson(lesson).moments if each.name == moment)
    assert number in getattr(found, "story", "") + getattr(found, "why", "")
    assert f"{from_runs(STATED[lesson, moment, number]).value:.2f}" == number


def test_every_number_with_cents_in_a_text_is_checked():
    for lesson in SHIPPED:
        for moment in lesson.moments:
            for number in re.findall(r"\d+\.\d\d", getattr(moment, "story", "") + getattr(moment, "why", "")):
                assert (lesson.name, moment.name, number) in STATED


def test_the_right_choice_about_sacks_is_right():
    """The second choice says that a parcel costs more than the margins."""
    vote = next(each for each in load_lesson("predict").moments if each.name == "always")
    assert isinstance(vote, Vote)
    assert vote.right == 1
    shop = from_runs(Figure("middleman_worth", "traditional", ("full_price",), runs=5))
    parcel = from_runs(Figure("middleman_worth", "direct", ("full_price",), runs=5))
    assert parcel.low > shop.high


def test_the_right_choice_about_gains_is_right():
    gains = {
        who: from_runs(Figure("class_market", "with_direct", (figure,), against="traditional")).value
        for who, figure in (
            ("Makers", "supplier_profit"),
            ("Customers", "consumer_surplus"),
            ("Shops", "retailer_profit"),
        )
    }
    vote = next(each for each in load_lesson("play").moments if each.name == "gained")
    assert isinstance(vote, Vote)
    assert vote.choices[vote.right or 0] == max(gains, key=lambda who: gains[who]) == "Customers"


def test_a_game_that_names_nothing_has_the_seats_controls_and_shocks_of_its_market():
    game = next(each for each in load_lesson("play").moments if isinstance(each, Play))
    assert len(game.seats) == 14
    assert [shock.name for shock in game.shocks] == ["direct", "o2o", "parcels"]
    assert {role for control in game.controls for role in control.roles} == {seat.role for seat in game.seats}
    own = next(each for each in load_lesson("two-sessions").moments if isinstance(each, Play))
    assert [shock.round for shock in own.shocks] == [3, 5, 0]


OWN = """
name = "mine"
title = "My own lesson"
minutes = 20

[[moments]]
kind = "predict"
name = "price"
title = "A price"
question = "What does bread cost?"
unit = "EUR"
low = 1
high = 20
start = 5
figure = { scenario = "village", regime = "traditional", names = ["consumer_price"] }
why = "It costs {answer}."

[[moments]]
kind = "play"
name = "game"
title = "A game"
scenario = "class_market"
rounds = 4

[[moments]]
kind = "ticket"
name = "exit"
title = "Before you go"
questions = [{ question = "What did you learn?" }]
"""


def own_lesson(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    text = OWN
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_ones_own_lesson_can_be_given(tmp_path: Path):
    lesson = load_lesson(own_lesson(tmp_path))
    assert [moment.kind for moment in lesson.moments] == ["predict", "play", "ticket"]
    assert load_lesson(str(tmp_path / "mine.toml")) == lesson


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('regime = "traditional"', 'regime = "barter"'), r"moments\[0\]\.figure\.regime: 'barter'.*village are"),
        (('scenario = "village"', 'scenario = "vilage"'), r"moments\[0\]\.figure\.scenario: 'vilage'"),
        (('"consumer_price"', '"consumer_prize"'), r"figure\.names: 'consumer_prize'.*no figure of this name"),
        (("high = 20", "high = 1"), r"moments\[0\]\.high: 1(\.0)? is not allowed: must be above low"),
        (("start = 5", "start = 50"), r"start: 50(\.0)? is not allowed: must lie from 1"),
        (("{answer}", "{anser}"), r"why: \{anser\}.*names in braces here are: answer"),
        (("{answer}", "{answer"), r"why: .*expected '\}'"),
        (('unit = "EUR"\n', ""), r"moments\[0\]\.unit: is missing"),
        (('unit = "EUR"', 'unit = "EUR"\ncolour = "red"'), r"moments\[0\]\.colour: there is no such key here"),
        (('kind = "play"', 'kind = "game"'), r"moments\[1\]\.kind: a moment's kind is predict, vote"),
        (('kind = "play"\n', ""), r"moments\[1\]: every moment says its `kind`"),
        (('"class_market"', '"classroom"'), r"moments\[1\]\.scenario: 'classroom'.*retailers\.stores"),
        (("rounds = 4", "rounds = 40"), r"moments\[1\]\.rounds: 40 is not allowed: 1 to 20 rounds"),
        (('name = "game"', 'name = "price"'), r"moments\[1\]\.name: 'price' is not allowed: each moment has a name"),
        (("rounds = 4", 'rounds = 4\nshocks = [{name = "rain", title = "", text = ""}]'), r"'rain'.*direct, o2o"),
        (("rounds = 4", "rounds = 4\nmost = 40"), r"most: 40 is not allowed: 1 to 28"),
        (('question = "What did you learn?"', 'question = "?", choices = ["a"]'), r"choices: 1 is not allowed: 2 to 6"),
        (("minutes = 20", "minutes = 0"), r"minutes: 0 is not allowed"),
        (("minutes = 20", 'minutes = "long"'), r"minutes: 'long' is not allowed"),
        (('title = "A price"', f'title = "{"long " * 30}"'), r"title: 150 letters; there is room for 90"),
        (("minutes = 20", "minutes = "), r"not valid TOML: Invalid value \(at line 4"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place_and_what_is_allowed(tmp_path: Path, change: tuple[str, str], told: str):
    problems = lesson_problems(own_lesson(tmp_path, change))
    assert problems
    assert problems[0].startswith("mine.toml")
    assert any(re.search(told, problem) for problem in problems), problems


def test_all_problems_are_said_at_once_with_their_lines(tmp_path: Path):
    path = own_lesson(
        tmp_path, ("high = 20", "high = 1"), ("rounds = 4", "rounds = 40"), ("minutes = 20", "minutes = 0")
    )
    problems = lesson_problems(path)
    assert len(problems) == 3
    lines = path.read_text(encoding="utf-8").splitlines()
    for problem in problems:
        line = re.search(r"line (\d+)", problem)
        assert line is not None
        assert lines[int(line[1]) - 1].split(" ")[0] in problem


@pytest.mark.parametrize("name", ["nothing", "nowhere/lesson.toml"])
def test_a_lesson_that_is_not_there_says_so(name: str):
    with pytest.raises(LessonError, match=r"predict, play, two-sessions|cannot be read"):
        load_lesson(name)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("a = " + "[" * 90_000, "nested deeper than"),
        ("a" + ".a" * 60_000 + " = 1", "nested deeper than"),
        ("a = " + "9" * 5_000, "Exceeds the limit"),
        ("#" * 300_000, "it is larger than 0.2 MB"),
    ],
    ids=["lists", "tables", "digits", "size"],
)
def test_a_file_made_to_break_a_reader_is_refused(tmp_path: Path, content: str, said: str):
    path = tmp_path / "mine.toml"
    path.write_text(content, encoding="utf-8")
    assert [said in problem for problem in lesson_problems(path)] == [True]


def test_what_is_no_file_is_refused(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.toml")
    for place in (tmp_path / "pipe.toml", Path(os.devnull), tmp_path):
        (problem,) = lesson_problems(place)
        assert "it is not a regular file" in problem or "it is a folder" in problem


def test_a_file_that_is_no_text_says_so(tmp_path: Path):
    path = tmp_path / "photo.toml"
    path.write_bytes(b"\xff\xd8\xff")
    assert lesson_problems(path) == ["photo.toml: is not UTF-8 text; save it as UTF-8"]
