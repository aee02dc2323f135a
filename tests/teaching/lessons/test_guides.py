"""Guides and sheets: fresh, their numbers the simulation's, and what is printed fits on one page."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from sim.teaching.lessons import lesson_from, load_lesson, names
from sim.teaching.lessons.answers import figure_key, shipped_answers
from sim.teaching.lessons.guides import guide, numbers
from sim.teaching.lessons.printing import exit_ticket, handout
from sim.teaching.rooms.moments import Play, Predict, Ticket, Vote
from tests.teaching.lessons.runs import from_runs

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs" / "teaching"
CHROMIUM = "/usr/bin/chromium"
PARTS = ("**Aim.**", "## Script", "## What the class usually says", "## Questions for discussion", "## Answer key")
PAGE = re.compile(rb"/Type\s*/Page[^s]")


@pytest.fixture(scope="module")
def teaching() -> ModuleType:
    """The program that writes guides and sheets."""
    spec = importlib.util.spec_from_file_location("docs_teaching", ROOT / "docs" / "teaching.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium without a window."""
    if not Path(CHROMIUM).exists():
        pytest.skip("there is no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=CHROMIUM)
        yield started
        started.close()


def test_guides_and_sheets_are_fresh(teaching: ModuleType):
    for path, text in teaching.pages().items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run `python docs/teaching.py`"


@pytest.mark.parametrize("name", numbers())
def test_a_number_of_a_guide_is_the_simulations(name: str):
    figure, _ = numbers()[name]
    assert from_runs(figure) == pytest.approx(shipped_answers()[figure_key(figure)], rel=1e-9)


def test_every_number_stands_in_a_guide_and_every_name_has_a_number():
    texts = [(ROOT / "sim/teaching/lessons/texts" / f"{name}.md").read_text(encoding="utf-8") for name in names()]
    used = {name for text in texts for name in re.findall(r"\{(\w+)\}", text)}
    assert used == set(numbers())


@pytest.mark.parametrize("name", names())
def test_a_guide_has_all_a_teacher_needs(name: str):
    text, lesson = guide(name), load_lesson(name)
    assert all(part in text for part in PARTS)
    for moment in lesson.moments:
        if isinstance(moment, (Predict, Vote)):
            said = re.sub(r"\W+", " ", moment.question + moment.title).lower()
            asked = [re.sub(r"\W+", " ", each).lower().strip() for each in re.findall(r"\| \*([^*|]+)\* \|", text)]
            assert any(each in said for each in asked), moment.name
    minutes = [int(minute) for minute in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)]
    sessions = [[]]
    for minute in minutes:
        if minute == 0 and sessions[-1]:
            sessions.append([])
        sessions[-1].append(minute)
    assert all(session == sorted(session) for session in sessions)
    assert sum(max(session) for session in sessions) < lesson.minutes
    assert "handout.html" in text
    assert "exit.html" in text


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_sheet_is_one_page(name: str, paper: str, browser: Any, tmp_path: Path):
    page = browser.new_page()
    for made in (handout, exit_ticket):
        path = tmp_path / "sheet.html"
        path.write_text(made(load_lesson(name)), encoding="utf-8")
        page.goto(path.as_uri())
        assert len(PAGE.findall(page.pdf(format=paper))) == 1, made.__name__
    page.close()


@pytest.mark.parametrize("name", names())
def test_a_handout_carries_the_lesson_and_gives_no_answer_away(name: str):
    lesson, sheet = load_lesson(name), handout(load_lesson(name))
    for moment in lesson.moments:
        if isinstance(moment, Ticket):
            assert moment.questions[0].question not in sheet
            assert all(each.question.replace("'", "&#39;") in exit_ticket(lesson) for each in moment.questions)
        else:
            assert moment.title in sheet
        if isinstance(moment, Predict):
            assert moment.question in sheet
            assert moment.why not in sheet
        if isinstance(moment, Play):
            assert sheet.count("<tr><td>") == moment.rounds
    assert not re.search(r"https?://|url\(|<script", sheet)  # nothing is loaded


def test_the_example_of_ones_own_lesson_is_one():
    text = (DOCS / "own_lesson.md").read_text(encoding="utf-8")
    example = re.search(r"<!-- the tests read this lesson -->\n```toml\n(.*?)```", text, re.DOTALL)
    assert example is not None
    lesson = lesson_from(example[1], "bread.toml")
    assert [moment.kind for moment in lesson.moments] == ["predict", "vote", "play", "ticket"]
    assert "What is in the price of bread?" in handout(lesson)


def test_whatever_a_lesson_says_stays_text_on_paper():
    lesson = lesson_from(
        'name = "x"\ntitle = "<b>x</b>"\nminutes = 5\n[[moments]]\nkind = "talk"\nname = "t"\ntitle = "<script>"\n',
        "x.toml",
    )
    assert "<script>" not in handout(lesson)
    assert "&lt;b&gt;x&lt;/b&gt;" in handout(lesson)
