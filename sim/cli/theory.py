"""``theory``: what a sceptic runs first. Compares the market with theory and independent packages, check by check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import options
from sim.cli.console import NARROWEST, Page, announce_compiling, print_json, progress, say, wrapped
from sim.cli.errors import NOT_HELD, bad_argument, combined_error, unknown
from sim.cli.screen import first_screen
from sim.common.number_format import NO_VALUE, number_of, significant
from sim.report.text.grid import Grid

if TYPE_CHECKING:
    from sim.validation.registry import Check, Row

HOW_TO_READ = (
    "How to read: theory's number, or that of an independent package; the market's number, ± half of its 95 % "
    "interval if it is random; the difference the check allows. fails: the difference is larger. undecided: the "
    "interval is too wide. no judge: the package is not installed."
)
FULL = "Every number beside theory's: --full."
DIGITS = 5
NUMBERS = 50
"""Columns for numbers and verdict; names of figures take the rest."""


def theory(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="CHECK", help="Checks or themes from `--list` (default: all)."),
    ] = None,
    seed: options.Seed = "0",
    slow: Annotated[
        bool, typer.Option("--slow", "--all", help="Include slow checks: about a quarter of an hour.")
    ] = False,
    listing: Annotated[bool, typer.Option("--list", help="List the checks and their claims; run none.")] = False,
    full: options.Full = False,
    json: options.Json = False,
) -> None:
    """Compare the market with theory: claim, theory's number, the market's number, verdict.

    Exit code 0 if every number holds, 1 if one does not. Checks whose package is not installed are skipped.
    """
    from sim.validation import registry

    number = options.whole_number("--seed", seed, 0)
    _refuse_unknown(names)
    checks = registry.checks_named(names or None)
    if listing:
        _list(checks, json=json)
        return
    _refuse_idle(names, checks, slow=slow)
    announce_compiling()
    with progress("Checks") as moved:
        rows = registry.theory(names or None, number, slow=slow, progress=moved)
    if json:
        print_json({"seed": number, "verdicts": _counts(rows), "rows": [row.to_dict() for row in rows]})
    elif full:
        _print(rows)
    else:
        _print_first_screen(rows)
    left_out = 0 if slow else sum(case.slow for check in checks for case in check.cases)
    if left_out:
        say(f"{number_of(left_out, 'slow set')} of parameters left out; --slow includes them.")
    if not all(row.stands for row in rows):
        raise typer.Exit(NOT_HELD)


def _refuse_unknown(names: Sequence[str] | None) -> None:
    from sim.validation.registry import CHECKS, THEMES

    known = [*THEMES, *CHECKS]
    wrong = [name for name in names or () if name not in known]
    if wrong:
        raise combined_error([unknown("CHECK", name, "check", known) for name in wrong])


def _refuse_idle(names: Sequence[str] | None, checks: Sequence[Check], *, slow: bool) -> None:
    """Refuse a check that was requested by name and would not be run at all."""
    idle = [check.name for check in checks if all(case.slow for case in check.cases)]
    if names and not slow and len(idle) == len(checks):
        raise bad_argument("CHECK", " ".join(names), "all its sets of parameters are slow", "add --slow")


def _counts(rows: Sequence[Row]) -> dict[str, int]:
    """Return how often each verdict was reached."""
    found = Counter(row.verdict for row in rows)
    return {verdict: found[verdict] for verdict in ("holds", "fails", "undecided", "no judge")}  # type: ignore[index]


def _list(checks: Sequence[Check], *, json: bool) -> None:
    from sim.validation.registry import THEMES

    if json:
        print_json(
            [
                {
                    **{"theme": check.theme, "check": check.name, "claim": check.claim, "source": check.source},
                    "cases": [{"case": case.name, "slow": case.slow} for case in check.cases],
                }
                for check in checks
            ]
        )
        return
    page, width = Page(), max(len(check.name) for check in checks)
    for theme, group in groupby(sorted(checks, key=_place), key=lambda check: check.theme):
        page.heading(f"{THEMES[theme]}: middleman theory {theme}")
        for check in group:
            page.entry(check.name, f"{check.claim} ({check.source}).{_time(check)}", width)


def _time(check: Check) -> str:
    return " Slow: add --slow." if all(case.slow for case in check.cases) else ""


def _place(item: Check | Row) -> int:
    """Return the position of a check or row: by theme, then in the given order."""
    from sim.validation.registry import THEMES

    return list(THEMES).index(item.theme)


def _print(rows: Sequence[Row]) -> None:
    from sim.validation.registry import THEMES

    page = Page()
    page.paragraph(HOW_TO_READ)
    for theme, group in groupby(sorted(rows, key=_place), key=lambda row: row.theme):
        page.heading(THEMES[theme])
        page.lines(_grid(list(group), page.width).lines(page.width))
    page.line()
    page.lines(_summary(rows, page.width))


def _summary(rows: Sequence[Row], width: int) -> list[str]:
    """Return how many numbers hold, and those that do not."""
    plural = {"holds": "hold", "fails": "fail"}
    said = ", ".join(
        f"{n} {verdict if n == 1 else plural.get(verdict, verdict)}" for verdict, n in _counts(rows).items() if n
    )
    lines = wrapped(f"{number_of(len(rows), 'number')} compared with theory: {said}.", width)
    for row in rows:
        if not row.stands:
            lines += wrapped(f"{row.verdict}: {row.check}, {row.case}: {row.figure}", width, "  ", "    ")
    return lines


def _print_first_screen(rows: Sequence[Row]) -> None:
    """Print how many numbers hold, theme by theme, and the tables as far as there is room."""
    from sim.validation.registry import THEMES

    page = Page()
    themes = {theme: list(group) for theme, group in groupby(sorted(rows, key=_place), key=lambda row: row.theme)}
    counted = Grid(["theme", "hold", "of"])
    for theme, group in themes.items():
        counted.add(THEMES[theme], str(_counts(group)["holds"]), str(len(group)))
    tables = [_grid(group, page.width).lines(page.width) for group in themes.values()]
    by_theme = counted.lines(page.width) if len(themes) > 1 else []
    blocks = [_summary(rows, page.width), by_theme, *([] if by_theme else [*tables, wrapped(HOW_TO_READ, page.width)])]
    shown = first_screen(blocks, FULL)
    page.lines(shown if shown[-1] == FULL or not by_theme else [*shown, "", FULL])


def _grid(rows: Sequence[Row], width: int) -> Grid:
    """Return the rows of a theme: a line or two for each check, one for each set of parameters, one for each figure."""
    grid = Grid(["", "theory", "market", "", "allowed", "verdict"], left=frozenset({3, 5}))
    check = case = ""
    for row in rows:
        if row.check != check:
            if check:
                grid.across("")
            for line in wrapped(f"{row.check}: {row.claim} ({row.source})", max(width, NARROWEST), "", "  "):
                grid.across(line)
            check, case = row.check, ""
        if row.case != case:
            grid.across(f"  {row.case}")
            case = row.case
        _add(grid, row, max(width - NUMBERS, NARROWEST))
    return grid


def _add(grid: Grid, row: Row, room: int) -> None:
    if row.theory is None:
        grid.across(f"    {row.verdict}: {row.figure}")
        return
    lines = wrapped(row.figure, room, "    ", "      ")
    for line in lines[:-1]:
        grid.across(line)
    half = "" if row.low is None or row.high is None else f"± {significant((row.high - row.low) / 2, 2)}"
    found = NO_VALUE if row.model is None else significant(row.model, DIGITS)
    grid.add(lines[-1], significant(row.theory, DIGITS), found, half, significant(row.allowance or 0.0, 2), row.verdict)
