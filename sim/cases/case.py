"""What a case is made of: a question, what is measured, what that must show, and a picture of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sim.cases.findings import CaseCheck, Findings
from sim.cases.plan import CasePlan
from sim.cases.wording import filled_in
from sim.common.presentation import Presented


@dataclass(frozen=True)
class Case:
    """One system of the source texts, run and judged.

    Attributes:
        name: of its module, of its page, and of its text in ``texts``.
        title: in a line.
        question: what it asks.
        scenarios: names of the shipped scenarios it runs.
        measure: runs them as a plan says, and returns what was found by name.
        checks: judges findings. What it claims is fixed; whether it holds is not. Evidence names findings, as a page.
        picture: draws findings as SVG.
        said: what the picture shows, for who cannot see it.
    """

    name: str
    title: str
    question: str
    scenarios: tuple[str, ...]
    measure: Callable[[CasePlan], Findings]
    checks: Callable[[Findings], list[CaseCheck]]
    picture: Callable[[Findings], str]
    said: str

    def run(self, plan: CasePlan) -> CaseResult:
        """Run the case as planned, and judge what was found."""
        return self.judged(plan, self.measure(plan))

    def judged(self, plan: CasePlan, findings: Findings) -> CaseResult:
        """Judge what was found."""
        checks = [replace(check, evidence=filled_in(check.evidence, findings)) for check in self.checks(findings)]
        return CaseResult(self, plan, findings, checks)


@dataclass(frozen=True, repr=False)
class CaseResult(Presented):
    """What a case found, and whether it shows what it must."""

    case: Case
    plan: CasePlan
    findings: Findings
    checks: Sequence[CaseCheck]

    def __repr__(self) -> str:
        held = sum(check.holds for check in self.checks)
        return f"<CaseResult of {self.case.name}: {held} of {len(self.checks)} claims hold>"

    @property
    def holds(self) -> bool:
        """Whether everything the case must show holds."""
        return all(check.holds for check in self.checks)

    def to_dict(self) -> dict[str, object]:
        """Return the result as it stands in JSON."""
        return {
            "case": self.case.name,
            "question": self.case.question,
            "scenarios": list(self.case.scenarios),
            "replications": self.plan.replications,
            "seed": self.plan.seed,
            "findings": {name: found.to_dict() for name, found in self.findings.items()},
            "checks": [check.to_dict() for check in self.checks],
        }
