"""Prints the story of one need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.cli.console import Page, wrapped
from sim.cli.screen import first_screen
from sim.report.text.trace_text import IN_SHORT, sections

if TYPE_CHECKING:
    from sim.results.figures.story import Story
    from sim.scenario import Scenario

INDENT = "  "


def print_story(story: Story, scenario: Scenario) -> None:
    """Print a story in the order in which it happened."""
    page = Page()
    page.heading(_title(story, scenario))
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


def print_story_in_short(story: Story, scenario: Scenario) -> None:
    """Print on one screen what was bought and who kept what of it, then the rest as far as it goes."""
    page = Page()
    parts = {section.title.partition(" of this unit")[0]: section for section in sections(story)}
    order = [title for title in IN_SHORT if title in parts]
    blocks = [wrapped(_title(story, scenario), page.width)]
    for title in [*order, *(title for title in parts if title not in order)]:
        section = parts[title]
        said = [line for each in section.sentences for line in wrapped(each, page.width, INDENT, INDENT * 2)]
        table = [] if section.table is None else section.table.lines(page.width)
        blocks.append([section.title, *said, *table])
    page.lines(first_screen(blocks, "All of it, goods and money included: --full."))


def _title(story: Story, scenario: Scenario) -> str:
    title = scenario.regime_title(story.regime)
    return f"Need {story.need} of {scenario.name}, {title}: day {story.day}, seed {story.seed}"
