"""Clothing: margins that firms find by themselves, against those published."""

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

NAME, TRAVEL_COST = "clothing", 6.0
REMEMBERED, RETAIL = 0.30, 0.506
PART = REMEMBERED * (1.0 - RETAIL)
SHARE_OF_PRICE = Band(
    "wholesale_share",
    "wholesalers' part of what customers pay",
    *around(PART),
    PART,
    f"30 % of what 50.6 % leave; {FIFTH}",
)
BANDS = (
    Band("retail_margin", "shops' gross margin", 0.425, 0.520, RETAIL, "US Census, clothing stores, 2020 to 2022"),
    *wholesale_bands((0.25, 0.36), REMEMBERED, "about 30 % of US apparel wholesalers, from memory", SHARE_OF_PRICE),
    turns_band(2.9, f"US Census, clothing and accessories stores, 2022; {FIFTH}"),
)


def checks(found: Findings) -> list[Check]:
    """All four figures in their bands."""
    return check_sector(found, NAME, BANDS)


def picture(found: Findings) -> str:
    """Draw the four figures in their bands."""
    return draw_sector(found, "Clothing: what comes out, against what is published", BANDS)


CASE = Case(
    name=NAME,
    title="Clothing: high margins, slow turns",
    question="Do the high margins and slow turns of clothing come out as published, when each firm asks what earns it "
    "most?",
    scenarios=(NAME,),
    measure=measure_sector(NAME, TRAVEL_COST),
    checks=checks,
    picture=picture,
    said="Strips: margins and stock turns of clothing found here, inside the bands that were published",
)
