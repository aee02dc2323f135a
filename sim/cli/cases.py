"""``case``: runs one of the project's cases, measures it and writes its page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import options
from sim.cli.console import Page, announce_compiling, print_json, progress
from sim.cli.errors import NOT_HELD, unknown
from sim.common.files import write_text

if TYPE_CHECKING:
    from sim.cases import CaseResult

ENTRY = re.compile(r"^(-|\d+\.) (.*?)(?=^(?:-|\d+\.) |\Z)", re.MULTILINE | re.DOTALL)
"""A list item, after a dash or a number."""
EMPHASIS = re.compile(r"(\*\*?)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)


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
        _print(found)
    if not found.holds:
        raise typer.Exit(NOT_HELD)


def _list(json: bool) -> None:
    from sim.cases import case_names, case_of

    cases = [case_of(name) for name in case_names()]
    if json:
        print_json([{"case": one.name, "title": one.title, "question": one.question} for one in cases])
        return
    page = Page()
    page.heading("Cases: show one with `middleman case NAME`")
    for one in cases:
        page.entry(one.name, f"{one.title}. {one.question}", max(len(name) for name in case_names()))


def _print(found: CaseResult) -> None:
    """Print the page of a case: without markup, wrapped to the terminal's width."""
    from sim.cases.page import rendered

    page = Page()
    for block in re.split(r"\n{2,}", rendered(found).strip()):
        if block.startswith("#"):
            page.heading(block.lstrip("# "))
            continue
        if block.startswith("!["):
            page.paragraph(f"Picture ({found.case.name}.svg; --picture FILE writes it): {block[2 : block.index(']')]}.")
        elif block.startswith("|"):
            page.lines(block.splitlines())
        elif ENTRY.match(block):
            for sign, entry in ENTRY.findall(block):
                page.paragraph(_bare(entry), indent=f"  {sign} ", hanging=" " * (len(sign) + 3))
        else:
            page.paragraph(_bare(block))
        page.line()


def _bare(text: str) -> str:
    """Return text without emphasis and line breaks."""
    return " ".join(EMPHASIS.sub(r"\2", text).split())
