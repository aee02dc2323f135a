"""Deciding between routes to the customer: what each earns a firm, how sure that is, and what would turn it around."""

from sim.decisions.deciding import weigh_routes
from sim.decisions.decision import Decision, RouteResult
from sim.decisions.rivals import ANSWERS, Answering
from sim.decisions.routes import ROLES, Role, SalesRoute

__all__ = ["ANSWERS", "ROLES", "Answering", "Decision", "Role", "RouteResult", "SalesRoute", "weigh_routes"]
