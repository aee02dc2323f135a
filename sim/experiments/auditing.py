"""Would any firm gain by deviating? Every firm that sets prices changes them alone, in paired runs.

That is Nash's definition, held against the market itself: with its stocks, queues, returns, trust and chance, of which
a pricing rule knows the part that its page tells. What the others do meanwhile: see ``sim.experiments.deviations``.

Among so many deviations some gain by chance alone, beyond their interval. So a gain is tried again on fresh seeds, and
counts where it comes back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from sim.common.estimates import mean_of
from sim.experiments.deviations import Baseline, Deviation, Seller, live_baseline, live_deviating, sellers_of
from sim.experiments.gains import (
    ALL,
    CHANGES,
    ONE,
    Audit,
    Change,
    FailedDeviation,
    audited,
    gain,
    share_of,
    tried_again,
)
from sim.experiments.sweeping import Progress, Standing
from sim.market import Market
from sim.runs.backends import Failure, carry_out
from sim.runs.running import Source, compile_once, emptying, known_regimes, prepared
from sim.runs.seeds import replication_seeds
from sim.scenario import Problem, Scenario, ScenarioError
from sim.scenario.overrides import nearest
from sim.scenario.problems import shown

MOST_RUNS = 20_000
Candidates: TypeAlias = Collection[tuple[str, Change]]
"""Deviations by the name of their firm."""


# -- runs --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Task:
    """One run: without a deviation where ``record`` is None."""

    scenario: Scenario
    regime: str
    seed: int
    record: Baseline | None = None
    seller: int = -1
    change: Change | None = None


def live(task: Task) -> Baseline | float:
    """Do one run: the baseline, or a deviation, of which it is the gain over all days that count."""
    if task.record is None or task.change is None:
        return live_baseline(task.scenario, task.regime, task.seed)
    seller = task.record.sellers[task.seller]
    before = {firm: task.record.earned[firm] for firm in seller.firms}
    product, share = None, 1.0
    if task.change.goods == ONE:
        product = best_seller(task.record, seller)
        share = share_of([before], product, _prices_of(task.record, seller))
    deviation = Deviation(task.record.record, seller, 1.0 + task.change.step, product)
    after = live_deviating(task.scenario, task.regime, task.seed, deviation)
    return gain(before, after, task.change.step, share)


def best_seller(baseline: Baseline, seller: Seller) -> int:
    """Return the good whose price a firm decides and of which it sells most; the first one where it sells none."""
    products = len(baseline.products)
    own = sorted({int(decision) % products for decision in seller.decisions})
    return max(own, key=lambda number: sum(int(baseline.earned[firm].units[number]) for firm in seller.firms))


def _prices_of(baseline: Baseline, seller: Seller) -> dict[int, float]:
    """Return the mean price that firms ask for each good at the end of a run."""
    products, last = len(baseline.products), baseline.record.prices[-1]
    by_product: dict[int, list[float]] = {}
    for decision in seller.decisions.tolist():
        by_product.setdefault(decision % products, []).append(float(last[decision]))
    return {number: mean_of(prices) for number, prices in by_product.items()}


def changes_of(baseline: Baseline, seller: Seller) -> tuple[Change, ...]:
    """Return the deviations of a firm; with a single good that sells, one good is all goods."""
    products = len(baseline.products)
    own = sorted({int(decision) % products for decision in seller.decisions})
    sold = sum(any(baseline.earned[firm].units[number] for firm in seller.firms) for number in own)
    return CHANGES if sold > 1 else tuple(change for change in CHANGES if change.goods == ALL)


def audit(  # noqa: PLR0913 - each is a choice of its own
    scenario: Source,
    regime: str | None = None,
    replications: int = 3,
    seed: int = 0,
    firms: Iterable[str] | None = None,
    *,
    days: int | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    progress: Progress | None = None,
    overrides: Mapping[str, Any] | None = None,
) -> Audit:
    """Find who would gain by other prices: every firm that sets them changes its own by -20, -5, +5 and +20 %, alone.

    All its goods at once, then the one that it sells most of. Firms with set prices, with rules that learn and players
    are listed, too, and never judged. What a judged firm gains is tried again on as many fresh seeds, and counts where
    it is worth while on them, too.

    Args:
        scenario: a scenario, the name of a shipped one, the path of a TOML file, or a dict of that form.
        regime: name of a regime; the first the scenario compares unless given.
        replications: runs of everything, each with its own world; two or more, as one gives no interval.
        seed: of the first replication; fresh seeds are those that follow the replications' in its series.
        firms: names of those to try; all unless given.
        days, workers, scheduler, progress, overrides: as for ``sweep``.

    Raises:
        ScenarioError: with everything that is wrong with what is asked for.
    """
    market = prepared(scenario, days, overrides, {})
    (name,) = known_regimes(market, [market.compare[0] if regime is None else regime])
    if replications < 2:
        problem = Problem("", "replications", shown(replications), "2 or more: one gives no interval", "ask for 3")
        raise ScenarioError([problem])
    chosen = _asked(market, name, seed, firms)
    seeds = replication_seeds(seed, 2 * replications)
    total = replications * (1 + len(chosen) * len(CHANGES))
    if total > MOST_RUNS:
        allowed = f"{len(chosen)} price setters need up to {total:,} runs at first, more than {MOST_RUNS:,}"
        raise ScenarioError([Problem("", "replications", shown(replications), allowed, "name some --firms")])
    runs = Runs(market, name, chosen, Standing(0, total, 0, 0, "about"), workers, scheduler, progress)
    return runs.audit(seeds[:replications], seeds[replications:])


def _asked(scenario: Scenario, regime: str, seed: int, firms: Iterable[str] | None) -> tuple[str, ...]:
    """Return the names of the firms to try. Raises ScenarioError for those that set no prices, and for none."""
    with emptying(Market(scenario, regime, seed)) as market:
        known = [firm for seller in sellers_of(market) for firm in seller.firms]
    if not known:
        allowed = f"nobody sets prices under {regime}: goods are sold at cost"
        raise ScenarioError([Problem("", "regime", shown(regime), allowed, "choose another regime")])
    asked = tuple(dict.fromkeys(known if firms is None else firms))
    allowed = f"firms that set prices under {regime} are: {', '.join(known)}"
    wrong = [Problem("", "firms", shown(firm), allowed, nearest(firm, known)) for firm in asked if firm not in known]
    if wrong or not asked:
        raise ScenarioError(wrong or [Problem("", "firms", "", allowed, "name at least one")])
    return asked


@dataclass(frozen=True)
class Stage:
    """What runs on some seeds came to.

    Attributes:
        baselines: runs without a deviation, by seed.
        gains: in currency over all days that count, by name of the firm, deviation and seed.
    """

    baselines: Mapping[int, Baseline]
    gains: Mapping[tuple[str, Change, int], float]

    @property
    def days(self) -> int:
        """How many days count; 0 where every run failed."""
        return next((each.days for each in self.baselines.values()), 0)

    def earns(self, seller: Seller) -> list[float]:
        """Return what the mean firm of a seller earns before fixed charges, a day, by replication."""
        return [
            sum(baseline.earned[firm].contribution for firm in seller.firms) / len(seller.firms) / self.days
            for baseline in self.baselines.values()
            if any(each.name == seller.name for each in baseline.sellers)
        ]

    def gains_of(self, seller: Seller) -> dict[Change, list[float]]:
        """Return what the deviations of a seller bring a day, by replication; those that were run."""
        by_change = {
            change: [
                value / self.days
                for seed in self.baselines
                if (value := self.gains.get((seller.name, change, seed))) is not None
            ]
            for change in CHANGES
        }
        return {change: values for change, values in by_change.items() if values}


@dataclass
class Runs:
    """The runs of one audit, as far as they have come."""

    scenario: Scenario
    regime: str
    firms: tuple[str, ...]
    standing: Standing
    workers: int | None
    scheduler: str | None
    progress: Progress | None
    failed: list[FailedDeviation] = field(default_factory=list)

    def audit(self, seeds: tuple[int, ...], fresh_seeds: tuple[int, ...]) -> Audit:
        """Do the runs of all deviations, then those of gains once more on fresh seeds, and say what they say."""
        self._report()
        if self.workers != 1 or self.scheduler is not None:
            compile_once()
        stage = self._stage(seeds)
        sellers = {each.name: each for baseline in stage.baselines.values() for each in baseline.sellers}
        asked = {name: seller for name, seller in sellers.items() if set(seller.firms) & set(self.firms)}
        found = {name: audited(each, stage.earns(each), stage.gains_of(each)) for name, each in asked.items()}
        candidates = {(name, tried.change) for name, firm in found.items() for tried in firm.candidates}
        if candidates:
            again = self._stage(fresh_seeds, candidates)
            for name in {name for name, _ in candidates}:
                found[name] = tried_again(found[name], again.earns(asked[name]), again.gains_of(asked[name]))
        self.standing = replace(self.standing, total=self.standing.done, bound="")
        self._report()
        self.failed.sort(key=lambda each: (each.seed, each.firm, each.change))
        tried_on = fresh_seeds if candidates else ()
        firms = tuple(found.values())
        return Audit(self.scenario.name, self.regime, seeds, stage.days, firms, tuple(self.failed), tried_on)

    def _stage(self, seeds: tuple[int, ...], only: Candidates | None = None) -> Stage:
        """Do the runs of some seeds, first those without a deviation; of deviations all, or only some."""
        first = [Task(self.scenario, self.regime, seed) for seed in seeds]
        if only is not None:
            self._expect(len(first) + len(only) * len(seeds))
        baselines: dict[int, Baseline] = {task.seed: result for task, result in self._done(first)}
        trials = [
            Task(self.scenario, self.regime, seed, baselines[seed], number, change)
            for seed in seeds
            if seed in baselines
            for number, seller in enumerate(baselines[seed].sellers)
            if set(seller.firms) & set(self.firms)
            for change in changes_of(baselines[seed], seller)
            if only is None or (seller.name, change) in only
        ]
        self._expect(len(trials))
        gains: dict[tuple[str, Change, int], float] = {}
        for task, result in self._done(trials):
            assert task.record is not None
            assert task.change is not None
            gains[task.record.sellers[task.seller].name, task.change, task.seed] = result
        return Stage(baselines, gains)

    def _expect(self, runs: int) -> None:
        """Note how many more runs are to be done, as far as is known."""
        self.standing = replace(self.standing, total=self.standing.done + runs)

    def _done(self, tasks: list[Task]) -> Iterable[tuple[Task, Any]]:
        """Do runs, yield what came of those that came to something, and note the others."""
        with closing(carry_out(tasks, live, workers=self.workers, scheduler=self.scheduler)) as coming:
            for finished in coming:
                task, result = tasks[finished.number], finished.result
                lost = isinstance(result, Failure)
                done, failed = self.standing.done + 1, self.standing.failed + lost
                self.standing = replace(self.standing, done=done, failed=failed)
                self._report()
                if isinstance(result, Failure):
                    firm = task.record.sellers[task.seller].name if task.record is not None else ""
                    change = "" if task.change is None else str(task.change)
                    self.failed.append(FailedDeviation(task.seed, firm, change, result.reason, result.details))
                else:
                    yield task, result

    def _report(self) -> None:
        if self.progress is not None:
            self.progress(self.standing)
