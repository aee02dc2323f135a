"""Fitting a market to a firm's own weekly figures: what the data decide, what is assumed, and how sure it is."""

from sim.fitting.ensemble import Ensemble, ensemble_path, read_ensemble
from sim.fitting.fit import FittedMarket, fit_market
from sim.fitting.history import HistoryError, WeeklyHistory, weekly_history_of
from sim.fitting.parameters import PRIORS, Prior

__all__ = [
    "PRIORS",
    "Ensemble",
    "FittedMarket",
    "HistoryError",
    "Prior",
    "WeeklyHistory",
    "ensemble_path",
    "fit_market",
    "read_ensemble",
    "weekly_history_of",
]
