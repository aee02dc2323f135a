"""What a case is made of: a question, what is measured, what that must show, and a picture of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.cases.findings import Check, Findings
from sim.cases.plan import Plan


@dataclass(frozen=True)
class Case:
    """One system of the source texts, run and judged.

    Attributes:
        name: of its module, of its page, and of its text in ``texts``.
        title: in a line.
        question: what it asks.
        scenarios: names of the shipped scenarios it runs.
        measure: runs them as a plan says, and returns what was found by name.
        checks: judges findings. What it claims is fixed; whether it holds is not.
        picture: draws findings as SVG.
        said: what the picture shows, for who cannot see it.
    """

    name: str
    title: str
    question: str
    scenarios: tuple[str, ...]
    measure: Callable[[Plan], Findings]
    checks: Callable[[Findings], list[Check]]
    picture: Callable[[Findings], str]
    said: str
