"""Experiments: one run, several seeds, regimes compared on the same customers."""

from sim.experiments.comparing import compare
from sim.experiments.comparison import Comparison
from sim.experiments.estimates import Estimate
from sim.experiments.running import run, run_to_dict
from sim.experiments.seeds import replication_seeds

__all__ = [
    "Comparison",
    "Estimate",
    "compare",
    "replication_seeds",
    "run",
    "run_to_dict",
]
