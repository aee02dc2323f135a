"""Firms as Mesa agents: they hold no formulas, they ask their rules."""

from sim.firms.agents import Carrier, Firm, Intermediary, Platform, Retailer, Store, Supplier
from sim.firms.counting import let_models_go
from sim.firms.level import Group, Level

let_models_go()

__all__ = ["Carrier", "Firm", "Group", "Intermediary", "Level", "Platform", "Retailer", "Store", "Supplier"]
