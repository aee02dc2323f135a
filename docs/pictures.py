"""Draws the pictures of the README from a fresh run: `python docs/pictures.py`.

Each is a plain SVG file, so that it can be read, compared and shown without any other program.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

from sim import Comparison, compare
from sim.common.number_format import listed, rounded_together
from sim.common.regime_wording import under
from sim.report.charts import palette
from sim.report.charts.price_waterfall import RUNNING
from sim.report.titles import titled

FOLDER = Path(__file__).parent / "pictures"
PARTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("making the goods", palette.COSTS, ("production",)),
    (
        "moving, selling, keeping",
        palette.lighter(palette.COSTS, 0.5),
        (*RUNNING, "tax"),
    ),
    ("supplier's profit", palette.SUPPLIER, ("supplier_profit",)),
    ("intermediaries'", palette.INTERMEDIARIES, ("intermediary_profit",)),
    ("retailers'", palette.RETAILER, ("retailer_profit",)),
    ("platform's", palette.PLATFORM, ("platform_profit",)),
    ("carriers'", palette.CARRIERS, ("carrier_profit",)),
)
"""What the customers' money becomes: label, colour, figures."""

REGIMES = ["traditional", "direct", "o2o", "hybrid"]
LEFT, WIDTH, BAR, GAP, TOP = 110, 600, 34, 16, 70


def hundred(comparison: Comparison, regime: str) -> list[float]:
    """Return the parts of 100 that customers paid under a regime, in the order of ``PARTS``."""
    figures = comparison.figures[regime]
    return [sum(figures[f"price_waterfall.{name}"].mean or 0.0 for name in names) for _, _, names in PARTS]


def bars(comparison: Comparison) -> str:
    """Return the picture 'where do your 100 go': one bar of 100 for each regime, losses to the left of the rest."""
    rows = [(regime, hundred(comparison, regime)) for regime in comparison.regimes]
    lowest = min(0.0, *(sum(min(part, 0.0) for part in parts) for _, parts in rows))
    highest = max(100.0, *(sum(max(part, 0.0) for part in parts) for _, parts in rows))
    scale = WIDTH / (highest - lowest)
    height = TOP + len(rows) * (BAR + GAP) + 70
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 {height}"',
        'font-family="sans-serif" font-size="14">',
        f'<rect width="900" height="{height}" fill="white"/>',
        f'<text x="20" y="30" font-size="16" font-weight="bold">{escape(headline(comparison))}</text>',
        '<text x="20" y="52" fill="#555555">Profits after all costs; fees included. Scenario: classroom.</text>',
    ]
    for row, (title, parts) in enumerate(rows):
        y = TOP + row * (BAR + GAP)
        price = comparison.figures[title]["consumer_price"].mean or 0.0
        drawn.append(f'<text x="{LEFT - 10}" y="{y + 22}" text-anchor="end">{escape(title)}</text>')
        right, left = LEFT - lowest * scale, LEFT - lowest * scale
        for (label, colour, _), part, whole in zip(PARTS, parts, rounded_together(parts), strict=True):
            wide = abs(part) * scale
            x = right if part > 0 else left - wide
            right, left = (right + wide, left) if part > 0 else (right, left - wide)
            drawn.append(f'<rect x="{x:.1f}" y="{y}" width="{wide:.1f}" height="{BAR}" fill="{colour}" stroke="white">')
            drawn.append(f"<title>{escape(label)}: {part:.1f}</title></rect>")
            if wide > 26:
                drawn.append(f'<text x="{x + wide / 2:.1f}" y="{y + 22}" text-anchor="middle">{whole:.0f}</text>')
        drawn.append(f'<text x="{LEFT + WIDTH + 14}" y="{y + 22}">of a price of {price:,.2f}</text>')
    drawn += legend(TOP + len(rows) * (BAR + GAP) + 14)
    return "\n".join([*drawn, "</svg>", ""])


def headline(comparison: Comparison) -> str:
    """Return the finding in a line: what the firms in between keep in the first three channels."""
    between = [sum(hundred(comparison, regime)[3:6]) for regime in comparison.regimes[:3]]
    kept = listed([f"{part:.0f} {under(title)}" for title, part in zip(comparison.regimes, between, strict=False)])
    return f"Of every 100 that customers pay, the firms in between keep {kept} as profit"


def legend(y: int) -> list[str]:
    """Return the key to the colours."""
    drawn, x = [], 20
    for label, colour, _ in PARTS:
        drawn.append(f'<rect x="{x}" y="{y}" width="14" height="14" fill="{colour}"/>')
        drawn.append(f'<text x="{x + 19}" y="{y + 12}" font-size="12">{escape(label)}</text>')
        x += 36 + int(6.1 * len(label))
    return drawn


def _classroom() -> Comparison:
    found = compare("classroom", REGIMES, replications=10, workers=2)
    return titled(found, found.scenario)


def main() -> None:
    """Draw all pictures again."""
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "where_do_your_100_go.svg").write_text(bars(_classroom()), "utf-8")


if __name__ == "__main__":
    main()
