"""Firms by level of the chain: places, rules, forecasts."""

from sim.engine.firms.level import Group, Level
from sim.engine.firms.roster import FIRM_KINDS, FirmRecord, make_roster

__all__ = ["FIRM_KINDS", "FirmRecord", "Group", "Level", "make_roster"]
