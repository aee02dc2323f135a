"""All planted faults."""

from __future__ import annotations

from tests.mutants.experiments import EXPERIMENTS
from tests.mutants.figures import FIGURES
from tests.mutants.kernels import KERNELS
from tests.mutants.market import MARKET
from tests.mutants.price_kernels import PRICE_KERNELS
from tests.mutants.price_rules import PRICE_RULES
from tests.mutants.price_search import PRICE_SEARCH
from tests.mutants.reliability import RELIABILITY
from tests.mutants.rules import RULES

MUTANTS = (*KERNELS, *RULES, *MARKET, *PRICE_KERNELS, *PRICE_SEARCH, *PRICE_RULES, *FIGURES, *EXPERIMENTS, *RELIABILITY)
