"""The page of a case: its text with every figure filled in from findings."""

from __future__ import annotations

from pathlib import Path

from sim.cases.case import Case, CaseResult
from sim.cases.plan import REPLICATIONS, CasePlan
from sim.cases.wording import filled_in
from sim.common.number_format import number_of

TEXTS = Path(__file__).parent / "texts"
VERDICT = {True: "Holds", False: "Does not hold"}


def rendered(found: CaseResult) -> str:
    """Return the page of a case: its text with findings, picture, checks, question, command and runs filled in.

    Raises KeyError when a place of the text names none of these.
    """
    case, plan = found.case, found.plan
    given = {
        "picture": f"![{case.said}](pictures/{case.name}.svg)",
        "checks": "\n".join(f"- **{VERDICT[each.holds]}:** {each.claim}. {each.evidence}." for each in found.checks),
        "question": case.question,
        "command": command(case, plan),
        "runs": f"{number_of(plan.replications, 'paired replication')}",
    }
    text = (TEXTS / f"{case.name}.md").read_text(encoding="utf-8")
    body = filled_in(text, found.findings, given).strip()
    return f"# {case.title}\n\n{body}\n"


def command(case: Case, plan: CasePlan) -> str:
    """Return the command that gives the same figures again."""
    said = f"middleman case {case.name}"
    if plan.replications != REPLICATIONS:
        said += f" --replications {plan.replications}"
    if plan.seed:
        said += f" --seed {plan.seed}"
    return said
