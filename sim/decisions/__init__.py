"""Deciding between routes to the customer: what each earns a firm, how sure that is, and what would turn it around."""

from sim.decisions.deciding import decide
from sim.decisions.decision import Decision, RouteResult
from sim.decisions.rivals import ANSWERS, Answering
from sim.decisions.routes import ROLES, Role, Route

__all__ = ["ANSWERS", "ROLES", "Answering", "Decision", "Role", "Route", "RouteResult", "decide"]
