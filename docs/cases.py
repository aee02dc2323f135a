"""Writes the pages of the cases, and their pictures, from fresh runs: `python docs/cases.py [NAME ...]`.

Every figure on a page is put there by this program; the words around it are in `sim/cases/texts`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from sim.cases import Case, CaseFinding, CasePlan, Findings, case_names, case_of
from sim.cases.page import rendered

FOLDER = Path(__file__).parent / "cases"
LIST = "README.md"
WHOLE, FIRST = "whole", "first"
"""Names of what was found: in all replications, which the page tells of, and in the first one alone, which is quickly
run again: tests do, so that no page can go stale without one failing."""


def pages(case: Case, plan: CasePlan) -> dict[str, str]:
    """Return what the page and the picture of a case should say, and the findings both are made of, by file."""
    found = {WHOLE: case.measure(plan), FIRST: case.measure(replace(plan, replications=1))}
    return {**drawn(case, found[WHOLE], plan), f"found/{case.name}.json": kept(found)}


def drawn(case: Case, findings: Findings, plan: CasePlan) -> dict[str, str]:
    """Return what page and picture should say of some findings, by file."""
    return {
        f"{case.name}.md": rendered(case.judged(plan, findings)),
        f"pictures/{case.name}.svg": case.picture(findings),
    }


def kept(found: Mapping[str, Findings]) -> str:
    """Return findings as a file keeps them: mean, ends of the interval and unit of each, to the last digit."""
    tables = {
        part: {name: [one.mean, one.low, one.high, one.unit] for name, one in findings.items()}
        for part, findings in found.items()
    }
    lines = (f'  "{part}": {{\n{_rows(table)}\n  }}' for part, table in tables.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _rows(table: Mapping[str, list[float | str | None]]) -> str:
    return ",\n".join(f"    {json.dumps(name)}: {json.dumps(row)}" for name, row in table.items())


def read(name: str) -> dict[str, Findings]:
    """Return the findings that the page of a case was made of."""
    tables = json.loads((FOLDER / "found" / f"{name}.json").read_text(encoding="utf-8"))
    return {part: {key: CaseFinding(*row) for key, row in table.items()} for part, table in tables.items()}


def contents() -> str:
    """Return the page that leads to the others."""
    lines = [
        "# Cases",
        "",
        "What the texts this project was made for speak of, each run, measured and judged. Every figure comes from 20",
        "paired replications (the same customers, needs and shocks under every regime); the main ones carry their 95 %",
        "interval in brackets. `middleman case NAME` gives the same page with fresh figures.",
        "",
        *(f"- [{case.title}]({case.name}.md): {case.question}" for case in map(case_of, case_names())),
    ]
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages of the cases named, all of them if none is. Returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(case_names())}")
    parser.add_argument("--workers", type=int, help="runs at the same time")
    given = parser.parse_args(arguments)
    wrong = [name for name in given.names if name not in case_names()]
    if wrong:
        parser.error(f"there is no case called {', '.join(wrong)}; the cases are: {', '.join(case_names())}")
    for folder in ("pictures", "found"):
        (FOLDER / folder).mkdir(parents=True, exist_ok=True)
    (FOLDER / LIST).write_text(contents(), encoding="utf-8")
    for name in given.names or case_names():
        for file, said in pages(case_of(name), CasePlan(workers=given.workers)).items():
            (FOLDER / file).write_text(said, encoding="utf-8")
            print(f"written: {file}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
