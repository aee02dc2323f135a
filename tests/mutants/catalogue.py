"""All planted faults."""

from __future__ import annotations

from tests.mutants.experiments import EXPERIMENTS
from tests.mutants.figures import FIGURES
from tests.mutants.kernels import KERNELS
from tests.mutants.market import MARKET
from tests.mutants.prices import PRICES
from tests.mutants.rules import RULES

MUTANTS = (*KERNELS, *RULES, *MARKET, *PRICES, *FIGURES, *EXPERIMENTS)
