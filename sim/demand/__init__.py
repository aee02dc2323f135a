"""The demand that firms know: surveyed among the customers, passed up the chain, and shown to each seller its own."""

from __future__ import annotations

from sim.demand.sellers import DepotDemand, DirectDemand, StoreDemand
from sim.demand.surveyed import Demand, Evening

__all__ = ["Demand", "DepotDemand", "DirectDemand", "Evening", "StoreDemand"]
