"""Electronics: margins that firms find by themselves, against those published."""

from __future__ import annotations

from sim.cases.case import Case, Check, Findings
from sim.cases.sectors import (
    FIFTH,
    Band,
    around,
    check_sector,
    draw_sector,
    measure_sector,
    turns_band,
    wholesale_bands,
)

NAME, TRAVEL_COST = "electronics", 8.0
REMEMBERED, RETAIL = 0.22, 0.294
PART = REMEMBERED * (1.0 - RETAIL)
SHARE_OF_PRICE = Band(
    "wholesale_share",
    "wholesalers' part of what customers pay",
    *around(PART),
    PART,
    f"22 % of what 29.4 % leave; {FIFTH}",
)
BANDS = (
    Band(
        "retail_margin",
        "shops' gross margin",
        0.288,
        0.334,
        RETAIL,
        "US Census, electronics and appliances, 2017 to 2022",
    ),
    *wholesale_bands(
        (0.16, 0.28),
        REMEMBERED,
        "20 to 25 % of US wholesalers of appliances and electronics, from memory",
        SHARE_OF_PRICE,
    ),
    turns_band(5.9, f"US Census, electronics and appliances, 2022; {FIFTH}"),
)


def checks(found: Findings) -> list[Check]:
    """All four figures in their bands."""
    return check_sector(found, NAME, BANDS)


def picture(found: Findings) -> str:
    """Draw the four figures in their bands."""
    return draw_sector(found, "Electronics: what comes out, against what is published", BANDS)


CASE = Case(
    name=NAME,
    title="Electronics: dear goods, thin margins",
    question="Do margins and stock turns of electronics come out as published, when each firm asks what earns it most?",
    scenarios=(NAME,),
    measure=measure_sector(NAME, TRAVEL_COST),
    checks=checks,
    picture=picture,
    said="Strips: margins and stock turns of electronics found here, inside the bands that were published",
)
