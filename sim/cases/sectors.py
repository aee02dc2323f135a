"""What the three sectors have in common: margins that firms find, held against bands made from what is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sim.cases.case import Case
from sim.cases.drawing import LINE, SIDE, WIDTH, framed, svg_line, svg_text
from sim.cases.figure_series import change_finding, mean_finding, values_of
from sim.cases.findings import POINTS, RATIO, SHARE, CaseCheck, CaseFinding, Findings
from sim.cases.plan import CasePlan
from sim.cases.wording import spoken, value
from sim.report.charts.palette import NEUTRAL, RETAILER
from sim.runs.replication import Flat
from sim.scenario import load_scenario

TRADITIONAL = "traditional"
NEARER = 0.5
"""Share of the usual cost of a journey in the market in which shops are easier to compare."""
REGIONAL = {"tiers.0.serves": "nearest", "tiers.0.firms": 2}
"""Two wholesalers with all articles, of whom each shop knows the nearest alone."""
BAND, DOT = "#dddddd", 5
ROW = 58


class Band(NamedTuple):
    """What is known of a figure.

    Attributes:
        finding: the name of the finding that is held against it.
        label: what it is, in a few words.
        low, high: the band.
        published: the number of the latest year, or the one remembered.
        said: where the band comes from.
        unit: as of findings.
        colour: of whom it is.
    """

    finding: str
    label: str
    low: float
    high: float
    published: float
    said: str
    unit: str = SHARE
    colour: str = RETAILER


def around(published: float, share: float = 0.2) -> tuple[float, float]:
    """Return a band of a fifth either way, where one number is all that is known."""
    return published * (1.0 - share), published * (1.0 + share)


def sector(name: str, title: str, question: str, headline: str, bands: Sequence[Band]) -> Case:
    """Return the case of a sector: its scenario run, and its figures held against bands."""
    return Case(
        name=name,
        title=title,
        question=question,
        scenarios=(name,),
        measure=lambda plan: measured(plan, name),
        checks=lambda found: check_sector(found, name, bands),
        picture=lambda found: drawn(found, headline, bands),
        said=f"Strips: margins and stock turns of {name} found here, inside the bands accepted here",
    )


def measured(plan: CasePlan, name: str) -> Findings:
    """Run a sector as it is, with journeys at half their cost, and with wholesalers that have regions of their own."""
    nearer = {"customers.travel_cost": NEARER * load_scenario(name).customers.travel_cost}
    points = plan.sweep(name, [TRADITIONAL], [{}, nearer, REGIONAL])
    usual, near, regional = (point[TRADITIONAL] for point in points)
    return {
        "retail_margin": mean_finding(usual, RETAIL, SHARE),
        "wholesale_margin": mean_finding(usual, WHOLESALE, SHARE),
        "retail_turns": mean_finding(usual, "inventory_turns_by_kind.retailer", "times a year"),
        "wholesale_share": mean_finding(usual, "intermediary_margin", SHARE),
        "empty_shelves": mean_finding(usual, "stockout_rate", SHARE),
        "expenses": CaseFinding.over(map(_expenses, usual), SHARE),
        "sale_cost": CaseFinding.over((_sale_cost(flat, name) for flat in usual), SHARE),
        "shelf_price": mean_finding(usual, "consumer_price", "USD"),
        "wholesale_price": mean_finding(usual, "wholesale_price", "USD"),
        "maker_price": mean_finding(usual, "supplier_price", "USD"),
        "refused": mean_finding(usual, "no_purchase_share", SHARE),
        "nearer_margin": mean_finding(near, RETAIL, SHARE),
        "nearer_change": change_finding(values_of(usual, RETAIL), values_of(near, RETAIL), POINTS),
        "regional_margin": mean_finding(regional, WHOLESALE, SHARE),
        "regional_retail": mean_finding(regional, RETAIL, SHARE),
        "regional_price": mean_finding(regional, "consumer_price", "USD"),
    }


RETAIL, WHOLESALE = "gross_margin_rate.retailer", "gross_margin_rate.intermediary"


def _expenses(flat: Flat) -> float:
    """Return what shops spend on everything but goods, as a share of what customers paid."""
    (margin,), (profit,), (paid,) = (
        values_of([flat], name) for name in ("retailer_margin", "retailer_profit", "customers_paid")
    )
    return margin - profit / paid


def _sale_cost(flat: Flat, name: str) -> float:
    """Return what handling and payment of one unit cost a shop, as a share of the price."""
    scenario = load_scenario(name)
    (price,) = values_of([flat], "consumer_price")
    return scenario.retailers.handling_cost / price + scenario.selling.payment_share


def check_sector(found: Findings, name: str, bands: Sequence[Band]) -> list[CaseCheck]:
    """Every band is met, nobody was told a margin, and margins move with competition as theory says they do."""
    (wholesale,) = (band for band in bands if band.finding == "wholesale_margin")
    return [
        _nobody_is_told(name),
        *(_inside(found[band.finding], band) for band in bands),
        CaseCheck(
            "Where a journey costs half as much, the gross margin of shops is lower (Salop 1979)",
            found["nearer_change"].below(0.0),
            "It changes by {nearer_change}, to {nearer_margin}",
        ),
        CaseCheck(
            "Two wholesalers with a region each would keep more than the band allows",
            found["regional_margin"].above(wholesale.high),
            "{regional_margin} of their sales",
        ),
    ]


def _nobody_is_told(name: str) -> CaseCheck:
    """Look whether any firm in between follows a rule that says a margin, a markup or a price."""
    scenario = load_scenario(name)
    rules = {tier.name: tier.pricing.rule for tier in scenario.tiers} | {"retailers": scenario.retailers.pricing.rule}
    told = [who for who, rule in rules.items() if rule != "best_response"]
    told += [who for who, firm in scenario.firms.items() if firm.pricing is not None]
    said = f"told one: {', '.join(told)}" if told else f"{', '.join(rules)}: best_response"
    return CaseCheck("No firm in between is told a margin, a markup or a price", not told, said[0].upper() + said[1:])


def _inside(found: CaseFinding, band: Band) -> CaseCheck:
    """Hold a finding against a band, and say how far from the published number it is."""
    low, high, published = (value(number, band.unit, 1) for number in (band.low, band.high, band.published))
    away = value(found.mean - band.published, band.unit, 1)
    sign = "" if away.startswith(("-", "−")) else "+"
    unit, apart = (" %", " percentage points") if band.unit == SHARE else ("", "")
    return CaseCheck(
        f"{band.label[0].upper()}{band.label[1:]}: between {low} and {high}{unit} ({band.said})",
        found.within(band.low, band.high),
        f"Found: {spoken(found)}; {sign}{away}{apart} from the {published}{unit} known",
    )


def drawn(found: Findings, headline: str, bands: Sequence[Band]) -> str:
    """Draw each figure on a scale of its own: a grey band, a stroke for the number known, a dot for the finding."""
    strips: list[str] = []
    for number, band in enumerate(bands):
        strips += _strip(found[band.finding], band, number * ROW)
    note = "Grey: the band accepted here. Stroke: the number known. Dot: found here, with its 95 % interval."
    return framed(headline, strips, 10, len(bands) * ROW, note)


def _strip(found: CaseFinding, band: Band, y: float) -> list[str]:
    """Return one figure's strip."""
    ends = [band.low, band.high, found.mean, *(end for end in (found.low, found.high) if end is not None)]
    low, high = min(ends), max(ends)
    room = 0.3 * (high - low)
    left, right = SIDE + 40.0, WIDTH - SIDE - 40.0

    def across(number: float) -> float:
        return left + (number - low + room) / (high - low + 2 * room) * (right - left)

    middle = y + LINE + 18
    unit = " %" if band.unit == SHARE else ""
    drawn = [
        svg_text(SIDE, y + 12, f"{band.label}: {value(found.mean, band.unit, 1)}{unit}"),
        f'<rect x="{across(band.low):.1f}" y="{middle - 9:.1f}" width="{across(band.high) - across(band.low):.1f}" '
        f'height="18" fill="{BAND}"/>',
        svg_text(across(band.low) - 5, middle + 5, value(band.low, band.unit, 1), anchor="end", colour="#555555"),
        svg_text(across(band.high) + 5, middle + 5, value(band.high, band.unit, 1), colour="#555555"),
        svg_line(across(band.published), middle - 12, across(band.published), middle + 12, NEUTRAL, 2),
    ]
    if found.low is not None and found.high is not None and found.low < found.high:
        drawn.append(svg_line(across(found.low), middle, across(found.high), middle, band.colour, 3))
    drawn.append(f'<circle cx="{across(found.mean):.1f}" cy="{middle:.1f}" r="{DOT}" fill="{band.colour}"/>')
    return drawn


def turns_band(published: float, said: str) -> Band:
    """Return the band of shops' stock turns."""
    return Band("retail_turns", "shops' stock turns a year", *around(published), published, said, RATIO)


FIFTH = "one year's number, a fifth either way"
