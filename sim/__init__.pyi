"""The public names, each once: what type checkers read, and what ``sim/__init__.py`` imports at first use."""

from sim.cases.catalogue import case as case
from sim.decisions.deciding_files import decide_on_route as decide
from sim.experiments.auditing import audit as audit
from sim.experiments.comparing import compare as compare
from sim.experiments.comparison import Comparison as Comparison
from sim.experiments.discovering import discover as discover
from sim.experiments.double_margins import tiers as tiers
from sim.experiments.frontier import frontier as frontier
from sim.experiments.optimising import optimise as optimise
from sim.experiments.sensitivity import sensitivity as sensitivity
from sim.experiments.sweeping import sweep as sweep
from sim.experiments.worth import worth as worth
from sim.fitting.fitting_files import fit as fit
from sim.market import Market as Market
from sim.results.outcome import Outcome as Outcome
from sim.runs.design import parse_factor as parse_factor
from sim.runs.running import run as run
from sim.scenario import Scenario as Scenario
from sim.scenario import ScenarioError as ScenarioError
from sim.scenario import load_scenario as load_scenario
from sim.scenario import scenario_names as scenario_names
from sim.validation.registry import theory as theory

__version__: str
