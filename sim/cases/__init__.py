"""Cases: the systems the source texts speak of, each run, measured, checked and told on a page of its own."""

from __future__ import annotations

from sim.cases.case import Case, CaseResult
from sim.cases.catalogue import case_names, case_of
from sim.cases.findings import Check, Finding, Findings
from sim.cases.plan import Plan

__all__ = ["Case", "CaseResult", "Check", "Finding", "Findings", "Plan", "case_names", "case_of"]
