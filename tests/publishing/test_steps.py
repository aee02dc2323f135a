"""Guesses: how they are scored, and where they are drawn."""

from __future__ import annotations

import pytest

from sim.publishing.argument import NAMES, STEPS
from sim.publishing.card import VerdictCard, strip_rows, verdict_card
from sim.publishing.kept_answers import kept_comparison, kept_verdict
from sim.publishing.step import score_in_words
from sim.publishing.verdict import limits_of, sentence, verdict_strip
from sim.report import charts
from sim.report.charts import GuessMark, PartOfHundred
from sim.report.comparison_protocol import Between

HANDS = STEPS[NAMES.index("hands")]


@pytest.mark.parametrize(
    ("guess", "answer", "better"),
    [
        (75, 75, 100),  # 100 of 101 positions are farther, and half of the one that is as near
        (0, 100, 0),  # 100 of 101 are nearer
        (50, 75, 50),  # farther: 0 to 49; as near: 50 and 100: (50 + 1) / 101
        (0, 50, 1),  # as near: 0 and 100
    ],
)
def test_a_score_counts_guesses_that_are_farther(guess, answer, better):
    assert HANDS.closer_than(guess, answer) == better


def test_a_score_is_about_half_for_a_guess_at_random():
    scores = [HANDS.closer_than(guess, 30) for guess in range(101)]
    assert sum(scores) / len(scores) == pytest.approx(50, abs=0.5)
    assert score_in_words(HANDS, 30, 30) == "No random guess comes closer."


def test_parts_of_100_add_up_and_say_whose_they_are():
    parts = [PartOfHundred("wholesaler", 12.5, "#E69F00"), PartOfHundred("shop", 12.5, "#D55E00")]
    parts.append(PartOfHundred("maker", 75.0, "#009E73"))
    chart = charts.parts_of_hundred(parts, "finding", "of 100")
    written = [int(bar.text[0].split("<b>")[1].removesuffix("</b>")) for bar in chart.figure.data]
    assert sum(written) == 100
    assert [bar.text[0].split("<br>")[0] for bar in chart.figure.data] == ["wholesaler", "shop", "maker"]


@pytest.mark.parametrize("mark", [GuessMark(), GuessMark(1)])
@pytest.mark.parametrize("guess", [0.0, 40.0, 99.0, 250.0])
def test_a_guess_is_drawn_where_it_was_made_and_the_axis_holds_it(mark, guess):
    chart = charts.side_by_side({"a": Between(60, 55, 65), "b": Between(20, None, None)}, "finding", "of 100")
    drawn = charts.with_guess(chart, guess, mark)
    shape, note = drawn.figure.layout.shapes[-1], drawn.figure.layout.annotations[-1]
    assert (shape.x0, shape.x1, note.x) == (guess, guess, guess)
    low, high = drawn.figure.layout.xaxis.range
    assert low <= guess <= high
    assert f"Your guess: {guess:g}" in drawn.alternative
    assert chart.figure.layout.shapes == ()


def test_every_guess_that_can_be_made_lies_on_the_chart_of_its_step():
    for step in STEPS:
        shown = step.draw([kept_comparison(view) for view in step.views])
        for guess in (step.low, step.start, step.high):
            figure = charts.with_guess(shown, guess, step.mark).figure
            low, high = figure.layout.xaxis.range
            assert low <= guess <= high, (step.name, guess)


def test_a_card_holds_sentence_strip_and_link_and_no_markup():
    points = kept_verdict()
    strip = verdict_strip(points[0], points[0].scenario, limits_of(points))
    card = verdict_card(
        VerdictCard(sentence({"helped": "<b>parcels</b> are cheap"}), strip, "parcel 1", "http://x/?a&b")
    )
    assert "&lt;b&gt;parcels&lt;/b&gt; are cheap" in card
    assert "http://x/?a&amp;b" in card
    assert card.count("<circle") == len(strip_rows(strip)) >= 8
    changes = {who: value for who, value, _, _ in strip_rows(strip)}
    assert changes["makers"] == pytest.approx(points[0].differences["direct"]["supplier_profit"].mean)


def test_the_sentence_leaves_a_gap_where_nothing_was_written():
    assert sentence({"helped": "a", "makers": "c"}) == (
        "Cutting out the middleman helped customers when a and hurt them when ___; it helped makers when c."
    )
