"""The demand that firms know: surveyed among the customers, passed up the chain, and the prices found from it."""

from __future__ import annotations

from sim.engine.demand_estimation.competition import Competition
from sim.engine.demand_estimation.conducts import SEARCH, way_to_find
from sim.engine.demand_estimation.decisions import freight_from_makers
from sim.engine.demand_estimation.demand_survey import Demand
from sim.engine.demand_estimation.market_snapshot import MarketSnapshot
from sim.engine.demand_estimation.runaways import refuse_runaways
from sim.engine.demand_estimation.sale_terms import CellTerms, terms_by_cell
from sim.engine.demand_estimation.seller_demand import DepotDemand, DirectDemand, SellerDemand, StoreDemand

__all__ = [
    "SEARCH",
    "CellTerms",
    "Competition",
    "Demand",
    "DepotDemand",
    "DirectDemand",
    "MarketSnapshot",
    "SellerDemand",
    "StoreDemand",
    "freight_from_makers",
    "refuse_runaways",
    "terms_by_cell",
    "way_to_find",
]
