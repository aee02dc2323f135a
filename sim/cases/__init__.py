"""Cases: the systems the source texts speak of, each run, measured, checked and told on a page of its own."""

from __future__ import annotations

from sim.cases.case import Case, CaseResult
from sim.cases.catalogue import case_names, case_of
from sim.cases.findings import CaseCheck, CaseFinding, Findings
from sim.cases.plan import CasePlan

__all__ = ["Case", "CaseCheck", "CaseFinding", "CasePlan", "CaseResult", "Findings", "case_names", "case_of"]
