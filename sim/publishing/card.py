"""The card of a verdict: a sentence, who gains, and the link, as one picture."""

from __future__ import annotations

import textwrap
from html import escape
from typing import Any, NamedTuple

from sim.report.charts import Chart

WIDTH, MARGIN, LINE, ROW = 720, 32, 30, 26
LETTERS = 56
"""Letters in a line of the sentence."""
FONT = 'font-family="system-ui, sans-serif"'


class VerdictCard(NamedTuple):
    """What a card shows: the sentence, who gains as a strip, where the sliders stand, and the link."""

    sentence: str
    strip: Chart
    positions: str
    link: str


def verdict_card(card: VerdictCard) -> str:
    """Return the card as SVG. Every text is escaped."""
    lines = textwrap.wrap(card.sentence, LETTERS)
    parts = []
    y = MARGIN + LINE
    for line in lines:
        parts.append(f'<text x="{MARGIN}" y="{y}" {FONT} font-size="22" font-weight="bold">{escape(line)}</text>')
        y += LINE
    rows = strip_rows(card.strip)
    reach = max((abs(value) for _, value, _, _ in rows), default=1.0) or 1.0
    middle, scale = 430, 200 / reach
    y += 8
    top = y
    for who, value, colour, is_clear in rows:
        fill = colour if is_clear else "white"
        parts.append(f'<text x="{MARGIN}" y="{y + 5}" {FONT} font-size="15">{escape(who)}</text>')
        circle = f'cx="{middle + scale * value:.1f}" cy="{y}" r="6"'
        parts.append(f'<circle {circle} fill="{fill}" stroke="{colour}" stroke-width="2"/>')
        amount = f"{value:+.2f}".replace("-", "−")
        parts.append(f'<text x="{WIDTH - MARGIN}" y="{y + 5}" {FONT} font-size="15" text-anchor="end">{amount}</text>')
        y += ROW
    axis = f'<line x1="{middle}" x2="{middle}" y1="{top - ROW / 2:.0f}" y2="{y - ROW / 2:.0f}" stroke="#777777"/>'
    foot = [f"{card.strip.finding}. EUR per need.", f"{card.positions}.", f"Middleman {card.link}"]
    for line in (part for each in foot for part in textwrap.wrap(each, 96)):
        y += 20
        parts.append(f'<text x="{MARGIN}" y="{y}" {FONT} font-size="13" fill="#595959">{escape(line)}</text>')
    height = y + MARGIN
    box = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    ground = f'<rect width="{WIDTH}" height="{height}" fill="white"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box}>{ground}{axis}{"".join(parts)}</svg>'


def strip_rows(strip: Chart) -> list[tuple[str, float, str, bool]]:
    """Return the rows of a strip from the top: who, the change, the colour, and whether it is clear of chance."""
    figure: dict[str, Any] = strip.figure.to_dict()
    names = dict(zip(figure["layout"]["yaxis"]["tickvals"], figure["layout"]["yaxis"]["ticktext"], strict=True))
    found = []
    for trace in figure["data"]:
        colours = trace["marker"]["color"]
        is_clear = trace["marker"]["symbol"] == "circle"
        for x, y, colour in zip(trace["x"], trace["y"], colours, strict=True):
            found.append((float(y), str(names[y]), float(x), str(colour), is_clear))
    return [(who, x, colour, is_clear) for _, who, x, colour, is_clear in sorted(found)]
