"""Firms by level of the chain: places, rules, forecasts."""

from sim.engine.firms.level import Group, Level
from sim.engine.firms.roster import FIRM_KINDS, FirmRecord, firms_of

__all__ = ["FIRM_KINDS", "FirmRecord", "Group", "Level", "firms_of"]
