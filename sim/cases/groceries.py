"""Groceries: margins that firms find by themselves, against those published."""

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

NAME, TRAVEL_COST = "groceries", 3.0
CENSUS = "US Census, grocery stores, 2017 to 2022"
SHARE_OF_DOLLAR = Band(
    "wholesale_share",
    "wholesalers' part of what customers pay",
    *around(0.093),
    0.093,
    f"wholesale trade in the US food dollar of 2012; {FIFTH}",
)
BANDS = (
    Band("retail_margin", "shops' gross margin", 0.266, 0.280, 0.280, CENSUS),
    *wholesale_bands(
        (0.12, 0.18),
        0.131,
        "13.1 % of US general-line grocery wholesalers; Census about 15, from memory",
        SHARE_OF_DOLLAR,
    ),
    turns_band(13.0, f"US Census, grocery stores, 2022; {FIFTH}"),
    Band("empty_shelves", "empty shelves in the morning", 0.05, 0.10, 0.083, "8.3 % worldwide; 5 to 10, from memory"),
)


def checks(found: Findings) -> list[Check]:
    """All five figures in their bands."""
    return check_sector(found, NAME, BANDS)


def picture(found: Findings) -> str:
    """Draw the five figures in their bands."""
    return draw_sector(found, "Groceries: what comes out, against what is published", BANDS)


CASE = Case(
    name=NAME,
    title="Groceries: margins that nobody sets",
    question="Do margins, stock turns and empty shelves of a food chain come out as published, when each firm asks "
    "what earns it most?",
    scenarios=(NAME,),
    measure=measure_sector(NAME, TRAVEL_COST),
    checks=checks,
    picture=picture,
    said="Strips: margins, stock turns and empty shelves found here, inside the bands that were published",
)
