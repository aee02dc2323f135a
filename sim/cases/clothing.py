"""Clothing: margins that firms find by themselves, against those that are known."""

from __future__ import annotations

from sim.cases.sectors import FIFTH, Band, sector, turns_band
from sim.report.charts.palette import INTERMEDIARIES

CASE = sector(
    "clothing",
    "Clothing: high margins, slow turns",
    "Do the high margins and slow turns of clothing come out as published, when each firm asks what earns it most?",
    "Clothing: what comes out, against what is known",
    (
        Band("retail_margin", "shops' gross margin", 0.425, 0.520, 0.506, "US Census, clothing stores, 2020 to 2022"),
        Band(
            "wholesale_margin",
            "wholesalers' gross margin",
            0.25,
            0.36,
            0.30,
            "about 30 % of US apparel wholesalers, from memory",
            colour=INTERMEDIARIES,
        ),
        turns_band(2.9, f"US Census, clothing and accessories stores, 2022; {FIFTH}"),
    ),
)
