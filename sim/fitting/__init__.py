"""Fitting a market to a firm's own weekly figures: what the data decide, what is assumed, and how sure it is."""

from sim.fitting.ensemble import Ensemble, ensemble_path, read_ensemble
from sim.fitting.fit import FittedMarket, fit_market
from sim.fitting.history import History, HistoryError, history_of
from sim.fitting.parameters import PRIORS, Prior

__all__ = [
    "PRIORS",
    "Ensemble",
    "FittedMarket",
    "History",
    "HistoryError",
    "Prior",
    "ensemble_path",
    "fit_market",
    "history_of",
    "read_ensemble",
]
