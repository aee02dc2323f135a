"""Firms as Mesa agents: they hold no formulas, they ask their rules."""

from sim.engine.firms.agents import Carrier, Firm, Intermediary, Platform, Retailer, Store, Supplier
from sim.engine.firms.counting import let_models_go
from sim.engine.firms.level import Group, Level

let_models_go()

__all__ = ["Carrier", "Firm", "Group", "Intermediary", "Level", "Platform", "Retailer", "Store", "Supplier"]
