"""Pictures of cases: plain SVG, the same to the last byte for the same findings, readable at 390 px."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from textwrap import wrap
from typing import NamedTuple

from sim.cases.findings import CaseFinding
from sim.cases.wording import amount, behind, value
from sim.report.charts.palette import NEUTRAL

WIDTH, SIDE = 390, 12
LETTER, LINE = 6.6, 18
"""Width of a letter and height of a line of the usual text, 13 px."""
BAR, GAP = 22, 34
INK = "#222222"


class Bar(NamedTuple):
    """A labelled finding, and the colour of whom it belongs to."""

    label: str
    finding: CaseFinding
    colour: str = NEUTRAL


class FindingCurve(NamedTuple):
    """Findings along a line: what it is called, where along x, what was found there, in which colour."""

    label: str
    x: Sequence[float]
    findings: Sequence[CaseFinding]
    colour: str = NEUTRAL


class Axis(NamedTuple):
    """What stands at an axis: a label, and the values marked on it with what is written there."""

    label: str
    marks: Sequence[tuple[float, str]]


def svg_text(x: float, y: float, said: str, *, anchor: str = "start", bold: bool = False, colour: str = INK) -> str:
    """Return a line of text."""
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}"{weight}>{escape(said)}</text>'


def svg_line(x1: float, y1: float, x2: float, y2: float, colour: str = INK, width: float = 1.5) -> str:
    """Return a straight line."""
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{colour}" stroke-width="{width:g}"/>'


def framed(headline: str, drawn: Sequence[str], top: float, height: float, note: str = "") -> str:
    """Return a whole picture: a headline in bold, what is drawn, and a note underneath in small grey letters.

    Elements that are ``drawn`` have y from 0 to ``height``; ``top`` is unused room above them.
    """
    heads = wrap(headline, 44)
    notes = wrap(note, 56)
    down = SIDE + LINE * len(heads) + top
    whole = down + height + (16 * len(notes) + 10 if notes else 0) + SIDE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {whole:.0f}" role="img" '
        'font-family="system-ui, sans-serif" font-size="13">',
        f"<title>{escape(headline)}</title>",
        f'<rect width="{WIDTH}" height="{whole:.0f}" fill="white"/>',
        *(svg_text(SIDE, SIDE + 12 + LINE * number, said, bold=True) for number, said in enumerate(heads)),
        f'<g transform="translate(0 {down:.0f})">',
        *drawn,
        "</g>",
        '<g font-size="12">' if notes else "",
        *(
            svg_text(SIDE, down + height + 16 * (number + 1), said, colour="#555555")
            for number, said in enumerate(notes)
        ),
        "</g>" if notes else "",
        "</svg>",
    ]
    return "\n".join([part for part in parts if part]) + "\n"


def bars(headline: str, rows: Sequence[Bar], note: str = "") -> str:
    """Return bars one under another, each with its label above and its number at its end; whiskers are intervals.

    All findings have one unit. Negative ones go to the left of the axis.
    """
    low = min(0.0, *(_least(row.finding) for row in rows))
    high = max(0.0, *(_most(row.finding) for row in rows))
    room = WIDTH - 2 * SIDE - LETTER * max(len(amount(row.finding)) for row in rows) - 10
    scale = room / ((high - low) or 1.0)
    zero = SIDE - low * scale
    drawn = []
    for number, row in enumerate(rows):
        y = number * (BAR + GAP)
        mean = row.finding.mean
        left, wide = (zero, mean * scale) if mean >= 0 else (zero + mean * scale, -mean * scale)
        middle = y + 18 + BAR / 2
        drawn += [
            svg_text(SIDE, y + 12, row.label),
            f'<rect x="{left:.1f}" y="{y + 18}" width="{max(wide, 1):.1f}" height="{BAR}" fill="{row.colour}"/>',
        ]
        end = zero + max(_most(row.finding), mean, 0.0) * scale
        if row.finding.low is not None and row.finding.high is not None and row.finding.low < row.finding.high:
            drawn += _whisker(zero + row.finding.low * scale, zero + row.finding.high * scale, middle)
        drawn.append(svg_text(end + 6, middle + 5, amount(row.finding)))
    drawn.append(svg_line(zero, 14, zero, len(rows) * (BAR + GAP) - 10, NEUTRAL, 1))
    return framed(headline, drawn, 8, len(rows) * (BAR + GAP), note)


def _least(finding: CaseFinding) -> float:
    return finding.mean if finding.low is None else finding.low


def _most(finding: CaseFinding) -> float:
    return finding.mean if finding.high is None else finding.high


def _whisker(left: float, right: float, y: float) -> list[str]:
    """Return an interval lying down."""
    return [svg_line(left, y, right, y), svg_line(left, y - 4, left, y + 4), svg_line(right, y - 4, right, y + 4)]


def curves(headline: str, lines: Sequence[FindingCurve], x: Axis, y: Axis, note: str = "") -> str:
    """Return findings along x as lines with dots and upright intervals, labels in a key under the headline."""
    tall, left = 220.0, 12.0 + LETTER * max(len(said) for _, said in y.marks) + 8
    right = WIDTH - SIDE - 10.0
    xs = [at for one in lines for at in one.x] + [at for at, _ in x.marks]
    ys = [end for one in lines for found in one.findings for end in (_least(found), _most(found))]
    ys += [at for at, _ in y.marks]
    key = LINE * (len(lines) + 1) + 8

    def across(at: float) -> float:
        return left + (at - min(xs)) / ((max(xs) - min(xs)) or 1.0) * (right - left)

    def up(at: float) -> float:
        return key + tall - (at - min(ys)) / ((max(ys) - min(ys)) or 1.0) * tall

    drawn = [svg_text(SIDE, key - 14, y.label, colour="#555555")]
    for at, said in y.marks:
        drawn += [
            svg_line(left, up(at), right, up(at), "#dddddd", 1),
            svg_text(left - 6, up(at) + 4, said, anchor="end"),
        ]
    for at, said in x.marks:
        drawn += [svg_line(across(at), key + tall, across(at), key + tall + 5, NEUTRAL, 1)]
        drawn += [svg_text(across(at), key + tall + LINE, said, anchor="middle")]
    drawn.append(svg_text((left + right) / 2, key + tall + 2 * LINE + 2, x.label, anchor="middle", colour="#555555"))
    for number, one in enumerate(lines):
        drawn += _curve(one, number, across, up)
    return framed(headline, drawn, 8, key + tall + 2 * LINE + 8, note)


def _curve(one: FindingCurve, number: int, across: Callable[[float], float], up: Callable[[float], float]) -> list[str]:
    """Return one line with its key."""
    points = [(across(at), up(found.mean), found) for at, found in zip(one.x, one.findings, strict=True)]
    path = " ".join(f"{a:.1f},{b:.1f}" for a, b, _ in points)
    drawn = [
        f'<rect x="{SIDE}" y="{LINE * number + 3}" width="12" height="12" fill="{one.colour}"/>',
        svg_text(SIDE + 18, LINE * number + 13, one.label),
        f'<polyline points="{path}" fill="none" stroke="{one.colour}" stroke-width="2"/>',
    ]
    for a, b, found in points:
        if found.low is not None and found.high is not None and found.low < found.high:
            drawn.append(svg_line(a, up(found.low), a, up(found.high), one.colour))
        drawn.append(f'<circle cx="{a:.1f}" cy="{b:.1f}" r="4" fill="{one.colour}"/>')
    return drawn


def marks(values: Sequence[float], unit: str = "") -> list[tuple[float, str]]:
    """Return marks for an axis: numbers with as many decimals as the widest apart of them need."""
    decimals = 0 if all(float(each * (100 if unit == "share" else 1)).is_integer() for each in values) else 2
    return [(each, f"{value(each, unit, decimals)}{behind(unit) if unit == 'share' else ''}") for each in values]
