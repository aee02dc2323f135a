"""The demand that firms know: surveyed among the customers, passed up the chain, and the prices found from it."""

from __future__ import annotations

from sim.demand.competition import Competition
from sim.demand.conducts import SEARCH, way_to_find
from sim.demand.decisions import freight_from_makers
from sim.demand.runaways import refuse_runaways
from sim.demand.sale_terms import CellTerms, terms_by_cell
from sim.demand.sellers import DepotDemand, DirectDemand, SellerDemand, StoreDemand
from sim.demand.snapshot import Evening
from sim.demand.surveyed import Demand

__all__ = [
    "SEARCH",
    "CellTerms",
    "Competition",
    "Demand",
    "DepotDemand",
    "DirectDemand",
    "Evening",
    "SellerDemand",
    "StoreDemand",
    "freight_from_makers",
    "refuse_runaways",
    "terms_by_cell",
    "way_to_find",
]
