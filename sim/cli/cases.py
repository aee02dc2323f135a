"""``case``: runs one of the project's cases, measures it and writes its page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import options
from sim.cli.console import Page, announce_compiling, print_json, progress
from sim.cli.errors import NOT_HELD, unknown
from sim.cli.screen import first_screen, one_line
from sim.common.files import write_text
from sim.common.number_format import number_of

if TYPE_CHECKING:
    from sim.cases import CaseResult

PICTURE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
SECTION = re.compile(r"^## ", re.MULTILINE)
IN_SHORT = ("Question", "Result")
"""Sections of a case's page that its first screen shows."""
FULL = "The whole page, with what is assumed and what would change the answer: --full."


def case(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Name of a case; without one, the cases are listed.")
    ] = None,
    replications: options.Replications = "20",
    seed: options.Seed = "0",
    workers: options.Workers = None,
    picture: Annotated[
        Path | None, typer.Option("--picture", metavar="FILE", help="Write the picture too: case.svg.")
    ] = None,
    full: options.Full = False,
    json: options.Json = False,
) -> None:
    """Show one of the cases this project was made for, with fresh figures.

    Exit code 1 if a claim of the case fails.
    """
    from sim.cases import CasePlan, case_names, case_of

    if name is None:
        _list(json)
        return
    if name not in case_names():
        raise unknown("NAME", name, "case", case_names())
    runs, first = options.whole_number("--replications", replications), options.whole_number("--seed", seed, 0)
    hands = None if workers is None else options.whole_number("--workers", workers)
    chosen = case_of(name)
    announce_compiling()
    with progress(f"{name}: runs") as moved:
        found = chosen.run(CasePlan(runs, first, hands, progress=moved))
    if picture is not None:
        with options.writing(picture, "--picture"):
            write_text(picture, chosen.picture(found.findings))
    if json:
        print_json(found.to_dict())
    else:
        _print(found, full=full)
    if not found.holds:
        raise typer.Exit(NOT_HELD)


def _list(json: bool) -> None:
    from sim.cases import case_names, case_of

    cases = [case_of(name) for name in case_names()]
    if json:
        print_json([{"case": one.name, "title": one.title, "question": one.question} for one in cases])
        return
    page, width = Page(), max(len(one.name) for one in cases)
    page.line("Cases: show one with `middleman case NAME`")
    for one in cases:
        page.line(one_line(f"  {one.name:<{width}}  {one.title}", page.width))


def _print(found: CaseResult, *, full: bool) -> None:
    """Print the page of a case, or its first screen: whether it holds, question and result."""
    from sim.cases.page import rendered
    from sim.cli.markdown import markdown_lines

    page = Page()
    text = PICTURE.sub(rf"Picture ({found.case.name}.svg; --picture FILE writes it): \1.", rendered(found))
    if full:
        page.styled_lines(markdown_lines(text, page.width))
        return
    title, *sections = SECTION.split(text.strip())
    wanted = [section for name in IN_SHORT for section in sections if section.startswith(name)]
    parts = [title.splitlines()[0], f"**{_verdict(found)}**", *(f"## {section}" for section in wanted)]
    blocks = [markdown_lines(part, page.width) for part in parts]
    page.styled_lines(first_screen(blocks, FULL))


def _verdict(found: CaseResult) -> str:
    """Return how many claims of a case hold, and the first that does not."""
    broken = [check.claim for check in found.checks if not check.holds]
    if not broken:
        return f"All {number_of(len(found.checks), 'claim')} hold."
    return f"{len(broken)} of {number_of(len(found.checks), 'claim')} fail. Does not hold: {broken[0]}."
