"""The page of a case: its text with every figure filled in from findings."""

from __future__ import annotations

import re
from pathlib import Path

from sim.cases.case import Case, CaseResult
from sim.cases.findings import CaseCheck
from sim.cases.plan import REPLICATIONS, CasePlan
from sim.cases.wording import amount, interval, spoken, value
from sim.common.number_format import number_of

TEXTS = Path(__file__).parent / "texts"
PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")
FORMS = {
    "": spoken,
    "mean": amount,
    "number": lambda finding: value(finding.mean, finding.unit),
    "interval": interval,
}
"""How a finding can be written: with its interval, without it, without unit as well, or the interval alone."""


def case_text(case: Case) -> str:
    """Return the text of a case with its places still empty."""
    return (TEXTS / f"{case.name}.md").read_text(encoding="utf-8")


def rendered(found: CaseResult) -> str:
    """Return the page of a case.

    In its text ``{NAME}`` stands for a finding, ``{NAME:mean}`` and the other ``FORMS`` for it in another form;
    ``{picture}``, ``{checks}``, ``{question}``, ``{command}`` and ``{runs}`` for what the names say.

    Raises:
        KeyError: when a place names neither.
    """
    case, findings, plan = found.case, found.findings, found.plan
    given = {
        "picture": f"![{case.said}](pictures/{case.name}.svg)",
        "checks": "\n".join(listed_check(check) for check in found.checks),
        "question": case.question,
        "command": command(case, plan),
        "runs": f"{number_of(plan.replications, 'paired replication')}",
    }

    def filled(match: re.Match[str]) -> str:
        name, form = match[1], match[2] or ""
        if not form and name in given:
            return given[name]
        if name not in findings or form not in FORMS:
            raise KeyError(f"{case.name}.md: {match[0]} is no finding of this case, or is asked for in a form unknown")
        return FORMS[form](findings[name])

    body = PLACE.sub(filled, case_text(case)).strip()
    return f"# {case.title}\n\n{body}\n"


def listed_check(check: CaseCheck) -> str:
    """Return a check as an entry of a list."""
    return f"- **{'Holds' if check.holds else 'Does not hold'}:** {check.claim}. {check.evidence}."


def command(case: Case, plan: CasePlan) -> str:
    """Return the command that gives the same figures again."""
    said = f"middleman case {case.name}"
    if plan.replications != REPLICATIONS:
        said += f" --replications {plan.replications}"
    if plan.seed:
        said += f" --seed {plan.seed}"
    return said
