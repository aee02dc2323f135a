"""What one more firm between maker and shop does to price, quantity and profit, measured and not assumed.

Every firm that seeks its own profit adds its own margin: the more of them in a row, the dearer the goods, the fewer are
sold and the less all of them earn together (Spengler 1950, Journal of Political Economy 58).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.common.estimates import Estimate, difference, estimate
from sim.common.presentation import Presented
from sim.common.types import CENTS
from sim.engine.codes import BOUGHT
from sim.market import Market
from sim.results.outcome import Outcome
from sim.runs.memory import ensure_memory
from sim.runs.progress import OnProgress, Progress
from sim.runs.replication import FailedReplication
from sim.runs.running import Source, known_regimes, live_through, prepared
from sim.runs.seeds import replication_seeds
from sim.scenario import Problem, Scenario, ScenarioError, load_scenario
from sim.scenario.names import tier_names
from sim.scenario.overrides import nearest
from sim.scenario.problems import shown

FIGURES = ("price", "quantity", "profit")


@dataclass(frozen=True)
class Trade:
    """What a chain does on a day, in the mean over the days that count; money in units of currency.

    Attributes:
        price: what customers pay for a unit; None where they buy nothing.
        quantity: units bought.
        profit: profit of all firms of the chain together.
    """

    price: float | None
    quantity: float
    profit: float


def adds_a_margin(before: Trade, after: Trade) -> bool:
    """Tell whether goods became dearer, fewer were sold, and all firms together earn less."""
    dearer = before.price is not None and after.price is not None and after.price > before.price
    return dearer and after.quantity < before.quantity and after.profit < before.profit


@dataclass(frozen=True, repr=False)
class TierAdded(Presented):
    """The same chains for the same customers, without a tier and with it, one of each for every seed.

    Pairs of which a run failed are left out; ``failed`` says which, and why.
    """

    scenario: str
    regime: str
    tier: str
    without: tuple[Trade, ...]
    with_it: tuple[Trade, ...]
    failed: tuple[FailedReplication, ...] = ()

    def estimates(self, figure: str) -> tuple[Estimate, Estimate, Estimate]:
        """Return a figure without the tier, with it, and the paired difference."""
        before, after = ([getattr(trade, figure) for trade in trades] for trades in (self.without, self.with_it))
        changes = (difference(now, then) for now, then in zip(after, before, strict=True))
        return estimate(before), estimate(after), estimate(changes)

    @property
    def adds_a_margin(self) -> bool:
        """Whether goods became dearer, fewer were sold, and all firms together earn less, under every seed."""
        return all(map(adds_a_margin, self.without, self.with_it))

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as JSON says it."""
        table = {
            figure: dict(
                zip(("without", "with", "difference"), map(Estimate.to_dict, self.estimates(figure)), strict=True)
            )
            for figure in FIGURES
        }
        about = {"scenario": self.scenario, "regime": self.regime, "tier": self.tier}
        failed = [each.to_dict() for each in self.failed]
        return {
            **about,
            "replications": len(self.without),
            "failed": failed,
            **table,
            "adds_a_margin": self.adds_a_margin,
        }


def tiers(
    scenario: Source = "successive_margins",
    tier: str | None = None,
    regime: str = "traditional",
    seed: int = 0,
    replications: int = 1,
    *,
    progress: OnProgress | None = None,
    **dotted: Any,
) -> TierAdded:
    """Run a scenario without one of its tiers, and as it is.

    Args:
        scenario: a chain whose firms seek their profit: with `learning` they find their margins by themselves, provided
            that each reviews its price less often than those below it.
        tier: name of the tier; if not given, the last one before the stores.
        regime: a regime with a chain.
        seed: decides the world and every shock, the same in both runs; further replications follow from it.
        replications: how many pairs of runs.
        progress: called after each run.
        dotted: parameters to change by path.

    Raises:
        ScenarioError: with everything that is wrong with the scenario, the tier or the regime.
        Exception: what the first run that failed raised, where no pair comes to its end.
    """
    longer = prepared(scenario, None, None, dotted)
    (name,) = known_regimes(longer, [regime])
    number = number_of_tier(longer, tier)
    shorter = without_tier(longer, number)
    ensure_memory(longer, [name])
    pairs: list[tuple[Trade, Trade]] = []
    failed: list[FailedReplication] = []
    for done, each_seed in enumerate(replication_seeds(seed, replications), start=1):
        try:
            pairs.append((_traded(shorter, name, each_seed), _traded(longer, name, each_seed)))
        except Exception as error:
            failed.append(FailedReplication.of(each_seed, name, error))
            if isinstance(error, MemoryError) or (done == replications and not pairs):
                raise failed[0].error or error from None
        if progress is not None:
            progress(Progress(2 * done, 2 * replications, failed=2 * len(failed)))
    without, with_it = zip(*pairs, strict=True)
    return TierAdded(longer.name, name, longer.tiers[number].name, without, with_it, tuple(failed))


def _traded(scenario: Scenario, regime: str, seed: int) -> Trade:
    """Run a chain, and return what it does on a day. An error says in which run it was raised."""
    try:
        return trade_of(live_through(Market(scenario, regime, seed)))
    except Exception as error:
        error.add_note(f"under {regime}, seed {seed}")
        raise


def number_of_tier(scenario: Scenario, name: str | None) -> int:
    """Return which tier has a name, the last one if not given. Raises ScenarioError where there is none such."""
    names = [tier.name for tier in scenario.tiers]
    if not names:
        allowed = "a chain with at least one tier of intermediaries"
        raise ScenarioError([Problem(scenario.name, "tiers", "none", allowed, "name another scenario, or add a tier")])
    if name is None:
        return len(names) - 1
    if name not in names:
        allowed = f"the tiers of {scenario.name} are: {', '.join(names)}"
        raise ScenarioError([Problem("", "tier", shown(name), allowed, nearest(name, names))])
    return names.index(name)


def without_tier(scenario: Scenario, number: int) -> Scenario:
    """Return a scenario in which a tier and the rules of its firms are left out."""
    given = scenario.model_dump(exclude_unset=True)
    gone = tier_names(scenario, number)
    tiers = [tier for k, tier in enumerate(given["tiers"]) if k != number]
    firms = {name: rules for name, rules in given.get("firms", {}).items() if name not in gone}
    return load_scenario({**given, "tiers": tiers, "firms": firms, "sources": {}})


def trade_of(outcome: Outcome) -> Trade:
    """Return what was traded, over the days that count."""
    scenario: Scenario = outcome.manifest.scenario
    first, end = scenario.time.warm_up, scenario.time.days - scenario.time.cool_down
    needs, daily = outcome.columns["needs"], outcome.columns["daily"]
    bought = (needs["result"] == BOUGHT) & outcome.in_window(needs["day"])
    worth = daily["balance"] + daily["book_value"]
    earned = worth[daily["day"] == end - 1].sum() - worth[daily["day"] == first - 1].sum()
    days = end - first
    price = float(np.mean(needs["price"][bought])) / CENTS if bought.any() else None
    return Trade(price, float(bought.sum()) / days, float(earned) / CENTS / days)
