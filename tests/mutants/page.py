"""docs/background/mutants.md: every planted fault, and which test noticed it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from tests.mutants.catalogue import MUTANTS
from tests.mutants.mutant import ROOT, Mutant

PAGE = ROOT / "docs" / "background" / "mutants.md"
FOUND = ROOT / "tests" / "mutants" / "found.json"
HEAD = """# Planted faults

Does the test suite notice when the program is wrong? Each line below is a small fault planted in a copy of the source,
by itself; the tests named in `tests/mutants/` are run on it, and where these pass, the rest of their folder. This page
is written by `./run python -m tests.mutants` (most of an hour; kernels run as plain Python). The fast suite makes sure
that every fault still fits the source exactly once and stands on this page.
"""


@dataclass(frozen=True)
class Verdict:
    """Which test noticed a fault; empty: none did."""

    mutant: Mutant
    noticed_by: str

    @property
    def is_missed(self) -> bool:
        """Whether no test noticed, although one should."""
        return not self.noticed_by and not self.mutant.survives

    def __str__(self) -> str:
        said = f"noticed by {self.noticed_by}" if self.noticed_by else "MISSED" if self.is_missed else "survives"
        return f"{self.mutant.name}: {said}"


def read() -> dict[str, str]:
    """Return what came of every fault that was planted so far: by name, the test that noticed, or nothing."""
    if not FOUND.exists():
        return {}
    found: dict[str, str] = json.loads(FOUND.read_text(encoding="utf-8"))
    return found


def write(found: dict[str, str]) -> None:
    """Keep what came of the faults there are, and write the page."""
    kept = {each.name: found[each.name] for each in MUTANTS if each.name in found}
    FOUND.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(page_of(kept), encoding="utf-8")


def page_of(found: dict[str, str]) -> str:
    """Return the page that says what came of the faults planted so far."""
    return page([Verdict(each, found[each.name]) for each in MUTANTS if each.name in found])


def page(verdicts: Sequence[Verdict]) -> str:
    """Return the page."""
    noticed = sum(bool(each.noticed_by) for each in verdicts)
    left = [each for each in verdicts if not each.noticed_by]
    rows = [row(each) for each in verdicts if each.noticed_by]
    lines = [HEAD, f"{noticed} of {len(verdicts)} faults are noticed.", "", "## Those that no test notices", ""]
    lines += [f"- `{each.mutant.file}`: {each.mutant.fault}. {each.mutant.survives or 'Missed.'}" for each in left]
    lines += [] if left else ["None."]
    lines += ["", "## Those that are noticed", "", "| file | fault | noticed by |", "|---|---|---|", *rows]
    return "\n".join(lines) + "\n"


def row(verdict: Verdict) -> str:
    """Return the line of the table about a fault that was noticed."""
    test = verdict.noticed_by.split("::")[-1].split("[")[0]
    return f"| `{verdict.mutant.file}` | {verdict.mutant.fault} | `{test}` |"
