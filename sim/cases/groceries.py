"""Groceries: margins that firms find by themselves, against those that are known."""

from __future__ import annotations

from sim.cases.sectors import FIFTH, Band, around, sector, turns_band
from sim.report.charts.palette import INTERMEDIARIES

CASE = sector(
    "groceries",
    "Groceries: margins that nobody sets",
    "Do margins, stock turns and empty shelves of a food chain come out as published, when each firm asks what earns "
    "it most?",
    "Groceries: what comes out, against what is known",
    (
        Band("retail_margin", "shops' gross margin", 0.266, 0.280, 0.280, "US Census, grocery stores, 2017 to 2022"),
        Band(
            "wholesale_margin",
            "wholesalers' gross margin",
            0.12,
            0.18,
            0.131,
            "13.1 % of US general-line grocery wholesalers; Census about 15, from memory",
            colour=INTERMEDIARIES,
        ),
        Band(
            "wholesale_share",
            "wholesalers' part of what customers pay",
            *around(0.093),
            0.093,
            f"wholesale trade in the US food dollar of 2012; {FIFTH}",
            colour=INTERMEDIARIES,
        ),
        turns_band(13.0, f"US Census, grocery stores, 2022; {FIFTH}"),
        Band(
            "empty_shelves", "empty shelves in the morning", 0.05, 0.10, 0.083, "8.3 % worldwide; 5 to 10, from memory"
        ),
    ),
)
