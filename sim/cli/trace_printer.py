"""``trace``: a story of one need, printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.cli.console import Page
from sim.report.text.trace_text import sections

if TYPE_CHECKING:
    from sim.results.figures.story import Story

INDENT = "  "


def print_story(story: Story, scenario: str, regime: str) -> None:
    """Print a story in the order in which it happened."""
    page = Page()
    page.heading(f"Need {story.need} of {scenario} under {story.regime}: day {story.day}, seed {story.seed}")
    if regime:
        page.paragraph(regime)
    for section in sections(story):
        page.heading(section.title)
        for sentence in section.sentences:
            page.paragraph(sentence, indent=INDENT, hanging=INDENT)
        if section.table is not None:
            page.lines(section.table.lines(page.width))
        if section.note:
            page.paragraph(section.note, indent=INDENT, hanging=INDENT)
