"""Markdown on a terminal: headings at the left, tables, lists and emphasis as the terminal can show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from sim.cli.console import NO_BREAK_SPACE, console, glued, printable

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult

WIDEST = 100
HELD = "\ue000"
"""Stands for a space within a number; rich breaks lines at a no-break space, too."""


def markdown_lines(text: str, width: int) -> list[str]:
    """Return Markdown as lines of at most ``width`` characters, with escape codes where standard output shows them."""
    from rich.markdown import Heading, Markdown

    class LeftHeading(Heading):
        """A heading in bold at the left; rich would centre it."""

        def __rich_console__(self, _: Console, __: ConsoleOptions) -> RenderResult:
            self.text.justify = "left"
            self.text.stylize("bold")
            yield self.text

    class Page(Markdown):
        elements: ClassVar[Any] = {**Markdown.elements, "heading_open": LeftHeading}

    page = console()
    page.soft_wrap, page.width = False, max(1, min(width, WIDEST))
    with page.capture() as written:
        page.print(Page(glued(printable(text)).replace(NO_BREAK_SPACE, HELD), hyperlinks=False))
    lines = [line.replace(HELD, " ").rstrip() for line in written.get().splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    return lines
