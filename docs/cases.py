"""Writes the pages of the cases, and their pictures, from fresh runs: `python docs/cases.py [NAME ...]`.

Every figure on a page is put there by this program; the words around it are in `sim/cases/texts`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from sim.cases import Case, Plan, case_names, case_of
from sim.cases.page import rendered

FOLDER = Path(__file__).parent / "cases"
LIST = "README.md"


def pages(case: Case, plan: Plan) -> dict[str, str]:
    """Return what the page and the picture of a case should say, by file."""
    findings = case.measure(plan)
    checks = case.checks(findings)
    return {
        f"{case.name}.md": rendered(case, findings, checks, plan),
        f"pictures/{case.name}.svg": case.picture(findings),
    }


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
    (FOLDER / "pictures").mkdir(parents=True, exist_ok=True)
    (FOLDER / LIST).write_text(contents(), encoding="utf-8")
    for name in given.names or case_names():
        for file, said in pages(case_of(name), Plan(workers=given.workers)).items():
            (FOLDER / file).write_text(said, encoding="utf-8")
            print(f"written: {file}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
