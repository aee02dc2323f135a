"""Prints the story of one need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.cli.console import Page
from sim.report.text.trace_text import sections

if TYPE_CHECKING:
    from sim.results.figures.story import Story
    from sim.scenario import Scenario

INDENT = "  "


def print_story(story: Story, scenario: Scenario) -> None:
    """Print a story in the order in which it happened."""
    page = Page()
    title = scenario.regime_title(story.regime)
    page.heading(f"Need {story.need} of {scenario.name}, {title}: day {story.day}, seed {story.seed}")
    meaning = scenario.regime(story.regime).meaning
    if meaning:
        page.paragraph(meaning)
    for section in sections(story):
        page.heading(section.title)
        for sentence in section.sentences:
            page.paragraph(sentence, indent=INDENT, hanging=INDENT)
        if section.table is not None:
            page.lines(section.table.lines(page.width))
        if section.note:
            page.paragraph(section.note, indent=INDENT, hanging=INDENT)
