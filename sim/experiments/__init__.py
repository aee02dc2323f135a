"""Experiments: one run, several seeds, regimes compared on the same customers."""

from sim.common.estimates import Estimate
from sim.experiments.comparing import compare
from sim.experiments.comparison import Comparison
from sim.runs.running import run, run_to_dict
from sim.runs.seeds import replication_seeds

__all__ = [
    "Comparison",
    "Estimate",
    "compare",
    "replication_seeds",
    "run",
    "run_to_dict",
]
