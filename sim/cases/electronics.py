"""Electronics: margins that firms find by themselves, against those that are known."""

from __future__ import annotations

from sim.cases.sectors import FIFTH, Band, sector, turns_band
from sim.report.charts.palette import INTERMEDIARIES

CASE = sector(
    "electronics",
    "Electronics: expensive goods, thin margins",
    "Do margins and stock turns of electronics come out as published, when each firm asks what earns it most?",
    "Electronics: what comes out, against what is known",
    (
        Band(
            "retail_margin",
            "shops' gross margin",
            0.288,
            0.334,
            0.294,
            "US Census, electronics and appliances, 2017 to 2022",
        ),
        Band(
            "wholesale_margin",
            "wholesalers' gross margin",
            0.16,
            0.28,
            0.22,
            "20 to 25 % of US wholesalers of appliances and electronics, from memory",
            colour=INTERMEDIARIES,
        ),
        turns_band(5.9, f"US Census, electronics and appliances, 2022; {FIFTH}"),
    ),
)
