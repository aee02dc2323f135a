"""The colours: one for each party, everywhere (Okabe and Ito 2008: told apart by colour-blind readers too)."""

from __future__ import annotations

CUSTOMERS, SUPPLIER, INTERMEDIARIES, RETAILER = "#0072B2", "#009E73", "#E69F00", "#D55E00"
PLATFORM, CARRIERS, COSTS = "#CC79A7", "#56B4E9", "#999999"

PARTIES = {
    "customers": CUSTOMERS,
    "suppliers": SUPPLIER,
    "intermediaries": INTERMEDIARIES,
    "retailers": RETAILER,
    "platform": PLATFORM,
    "carriers": CARRIERS,
    "costs": COSTS,
}
"""Parties by name. Regimes have no colour: they are told apart by place and label."""

NEUTRAL = "#777777"
"""Lines, axes and marks of what belongs to nobody: seen on white and on black."""
TEXT = "#595959"
"""Text on white, 7 : 1; pages that may be dark give text their own colour (WCAG 2 asks 4.5 : 1)."""
FAINT = "rgba(128, 128, 128, 0.25)"
BLACK, WHITE = "#000000", "#ffffff"


def lighter(colour: str, share: float) -> str:
    """Return a colour mixed with white: all of it at 0, white at 1."""
    return "#" + "".join(f"{round(part + (255 - part) * share):02X}" for part in rgb(colour))


def tier_colours(count: int) -> list[str]:
    """Return a colour for each tier of intermediaries, the first the party's own, the others in lighter steps."""
    return [lighter(INTERMEDIARIES, 0.6 * number / max(count, 2)) for number in range(count)]


def on(colour: str) -> str:
    """Return the colour, black or white, in which text is better read on another (WCAG 2 contrast)."""
    linear = [_linear(part / 255) for part in rgb(colour)]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return WHITE if 1.05 / (light + 0.05) > (light + 0.05) / 0.05 else BLACK


def rgb(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue of ``#rrggbb``, 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
