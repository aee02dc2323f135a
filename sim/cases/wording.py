"""Findings as people read them: one way to write a number, everywhere in the cases."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sim.cases.findings import DAYS, EUR, POINTS, SHARE, CaseFinding, Findings
from sim.common.number_format import HOURS_A_DAY, duration, grouped, significant_decimals

LARGE = 1000.0


def value(number: float, unit: str, decimals: int | None = None) -> str:
    """Write a number without its unit; decimals follow from the number where none are given."""
    factor = 100 if unit in (SHARE, POINTS) else 1
    places = decimals_of(number, unit) if decimals is None else decimals
    return grouped(factor * number, places)


def decimals_of(number: float, unit: str) -> int:
    """Return the decimals with which a number of a unit is written."""
    if unit == EUR:
        return 2
    if unit in (SHARE, POINTS):
        return 1 if abs(number) >= 0.01 or number == 0 else 2
    return 0 if float(number).is_integer() or abs(number) >= LARGE else significant_decimals(number)


def behind(unit: str) -> str:
    """Return what stands behind a number of a unit."""
    said = {SHARE: "%", POINTS: "percentage points", "": ""}.get(unit, unit)
    return f" {said}" if said else ""


def amount(finding: CaseFinding) -> str:
    """Write the number and its unit, without the interval."""
    if finding.unit == DAYS:
        return duration(finding.mean)
    return f"{value(finding.mean, finding.unit)}{behind(finding.unit)}"


def spoken(finding: CaseFinding) -> str:
    """Write a finding with its interval: ``6.27 (6.21 to 6.33)``, ``8.3 % (8.1 to 8.5)``, ``20 000.00 EUR``.

    There are no brackets where there is no interval, or none that shows at the digits written.
    """
    said = amount(finding)
    between = interval(finding)
    return f"{said} ({between})" if between else said


def interval(finding: CaseFinding) -> str:
    """Write the ends of the interval; nothing where they do not differ at the digits written."""
    if finding.low is None or finding.high is None:
        return ""
    if finding.unit == DAYS:
        low, high = _times(finding)
    else:
        decimals = decimals_of(finding.mean, finding.unit)
        low, high = (value(end, finding.unit, decimals) for end in (finding.low, finding.high))
    return "" if low == high else f"{low} to {high}"


def _times(finding: CaseFinding) -> tuple[str, str]:
    """Write both ends of a time in the unit in which its mean is written."""
    assert finding.low is not None
    assert finding.high is not None
    factor = 1 if abs(finding.mean) >= 1 else HOURS_A_DAY
    decimals = significant_decimals(factor * finding.mean, 3 if factor == 1 else 2)
    return grouped(factor * finding.low, decimals), grouped(factor * finding.high, decimals)


PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")
FORMS = {"": spoken, "mean": amount, "number": lambda finding: value(finding.mean, finding.unit), "interval": interval}
"""How a finding can be written: with its interval, without it, without unit as well, or the interval alone."""


def filled_in(text: str, findings: Findings, words: Mapping[str, str] | None = None) -> str:
    """Fill in a text: ``{NAME}`` stands for a word or a finding, ``{NAME:mean}`` for a finding in one of ``FORMS``.

    Raises KeyError when a place names neither.
    """

    def said(match: re.Match[str]) -> str:
        name, form = match[1], match[2] or ""
        if words is not None and not form and name in words:
            return words[name]
        if name not in findings or form not in FORMS:
            raise KeyError(f"{match[0]} is no finding of this case, or is asked for in a form unknown")
        return FORMS[form](findings[name])

    return PLACE.sub(said, text)
