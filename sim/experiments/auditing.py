"""Would any firm gain by deviating? Every firm that sets prices changes them alone, in paired runs.

That is Nash's definition, held against the market itself: with its stocks, queues, returns, trust and chance, of which
a pricing rule knows the part that its page tells. What the others do meanwhile: see ``sim.experiments.deviations``.

Among so many deviations some gain by chance alone, beyond their interval. So a gain is tried again on fresh seeds, and
counts where it comes back.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, Unpack

from sim.common.estimates import estimate, mean_of
from sim.experiments.deviations import Baseline, Deviation, Seller, live_baseline, live_deviating, sellers_of
from sim.experiments.gains import (
    ALL,
    CHANGES,
    ONE,
    Audit,
    Change,
    FailedDeviation,
    audited,
    deviation_gain,
    share_of,
    tried_again,
)
from sim.market import Market
from sim.runs.backends import backend_for
from sim.runs.jobs import UNWATCHED, Failure, Watch
from sim.runs.memory import ensure_memory
from sim.runs.options import RunKeywords, RunOptions, options_of
from sim.runs.progress import Progress
from sim.runs.runner import Runner
from sim.runs.running import Source, emptying, known_regimes, that_keeps
from sim.runs.seeds import replication_seeds
from sim.scenario import Problem, Scenario, ScenarioError
from sim.scenario.overrides import nearest
from sim.scenario.problems import shown

MOST_RUNS = 20_000
Candidates: TypeAlias = Collection[tuple[str, Change]]
"""Deviations by the name of their firm."""


# -- runs --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AuditRun:
    """One run, as a job: without a deviation where ``record`` is None."""

    scenario: Scenario
    regime: str
    seed: int
    record: Baseline | None = None
    seller: int = -1
    change: Change | None = None

    def do(self, watch: Watch = UNWATCHED) -> Baseline | float:
        """Return the baseline, or of a deviation what it brings over all days that count."""
        del watch  # done in processes, which end when nobody waits for them
        if self.record is None or self.change is None:
            return live_baseline(self.scenario, self.regime, self.seed)
        seller = self.record.sellers[self.seller]
        before = {firm: self.record.earned[firm] for firm in seller.firms}
        product, share = None, 1.0
        if self.change.goods == ONE:
            product = best_seller(self.record, seller)
            share = share_of([before], product, _prices_of(self.record, seller))
        deviation = Deviation(self.record.record, seller, 1.0 + self.change.step, product)
        after = live_deviating(self.scenario, self.regime, self.seed, deviation)
        return deviation_gain(before, after, self.change.step, share)


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


def audit(
    scenario: Source,
    regime: str | None = None,
    firms: Iterable[str] | None = None,
    *,
    options: RunOptions | None = None,
    **keywords: Unpack[RunKeywords],
) -> Audit:
    """Find who would gain by other prices: every firm that sets them changes its own by -20, -5, +5 and +20 %, alone.

    All its goods at once, then the one that it sells most of. Firms with set prices, with rules that learn and players
    are listed, too, and never judged. What a judged firm gains is tried again on as many fresh seeds, and counts where
    it is worth while on them, too.

    Args:
        scenario: a scenario, the name of a shipped one, the path of a TOML file, or a dict of that form.
        regime: name of a regime; the first the scenario compares unless given.
        firms: names of those to try; all unless given.
        options, keywords: see ``RunOptions``; 3 replications unless given, two or more, as one gives no interval. Fresh
            seeds are those that follow the replications' in its series. Nothing is kept in a store.

    Raises:
        ScenarioError: with everything that is wrong with what is asked for.
    """
    chosen = options_of(options, keywords, replications=3)
    market, replications = chosen.applied_to(scenario), chosen.replications or 0
    (name,) = known_regimes(market, [market.compare[0] if regime is None else regime])
    if replications < 2:
        problem = Problem("", "replications", shown(replications), "2 or more: one gives no interval", "ask for 3")
        raise ScenarioError([problem])
    light = that_keeps(market, "figures")
    ensure_memory(light, [name])
    asked = _asked(market, name, chosen.seed, firms)
    seeds = replication_seeds(chosen.seed, 2 * replications)
    total = replications * (1 + len(asked) * len(CHANGES))
    if total > MOST_RUNS:
        allowed = f"{len(asked)} price setters need up to {total:,} runs at first, more than {MOST_RUNS:,}"
        raise ScenarioError([Problem("", "replications", shown(replications), allowed, "name some --firms")])
    backend = backend_for(light, [name], total, chosen.workers, chosen.scheduler)
    runner = Runner(backend, progress=chosen.progress)
    runs = Runs(market, name, asked, runner, Progress(0, total, bound="about"))
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

    @property
    def unsettled_prices(self) -> float | None:
        """Share of days with prices from a search that had not come to rest, over runs; None where nobody searches."""
        return estimate(each.unsettled_prices for each in self.baselines.values()).mean

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
    runner: Runner
    progress: Progress
    failed: list[FailedDeviation] = field(default_factory=list)

    def audit(self, seeds: tuple[int, ...], fresh_seeds: tuple[int, ...]) -> Audit:
        """Do the runs of all deviations, then those of gains once more on fresh seeds, and say what they say."""
        self.runner.report(self.progress)
        stage = self._stage(seeds)
        sellers = {each.name: each for baseline in stage.baselines.values() for each in baseline.sellers}
        asked = {name: seller for name, seller in sellers.items() if set(seller.firms) & set(self.firms)}
        found = {name: audited(each, stage.earns(each), stage.gains_of(each)) for name, each in asked.items()}
        candidates = {(name, tried.change) for name, firm in found.items() for tried in firm.candidates}
        if candidates:
            again = self._stage(fresh_seeds, candidates)
            for name in {name for name, _ in candidates}:
                found[name] = tried_again(found[name], again.earns(asked[name]), again.gains_of(asked[name]))
        self.progress = replace(self.progress, total=self.progress.done, bound="")
        self.runner.report(self.progress)
        self.failed.sort(key=lambda each: (each.seed, each.firm, each.change))
        tried_on = fresh_seeds if candidates else ()
        firms = tuple(found.values())
        return Audit(
            self.scenario.name,
            self.regime,
            seeds,
            stage.days,
            firms,
            tuple(self.failed),
            tried_on,
            stage.unsettled_prices,
        )

    def _stage(self, seeds: tuple[int, ...], only: Candidates | None = None) -> Stage:
        """Do the runs of some seeds, first those without a deviation; of deviations all, or only some."""
        first = [AuditRun(self.scenario, self.regime, seed) for seed in seeds]
        if only is not None:
            self._expect(len(first) + len(only) * len(seeds))
        self.runner.compile_for(first)
        baselines: dict[int, Baseline] = {job.seed: result for job, result in self._done(first)}
        deviating = [
            AuditRun(self.scenario, self.regime, seed, baselines[seed], number, change)
            for seed in seeds
            if seed in baselines
            for number, seller in enumerate(baselines[seed].sellers)
            if set(seller.firms) & set(self.firms)
            for change in changes_of(baselines[seed], seller)
            if only is None or (seller.name, change) in only
        ]
        self._expect(len(deviating))
        gains: dict[tuple[str, Change, int], float] = {}
        for job, result in self._done(deviating):
            assert job.record is not None
            assert job.change is not None
            gains[job.record.sellers[job.seller].name, job.change, job.seed] = result
        return Stage(baselines, gains)

    def _expect(self, runs: int) -> None:
        """Note how many more runs are to be done, as far as is known."""
        self.progress = replace(self.progress, total=self.progress.done + runs)

    def _done(self, jobs: Sequence[AuditRun]) -> Iterator[tuple[AuditRun, Any]]:
        """Do runs, yield what came of those that came to something, and note the others."""
        with closing(self.runner.results(jobs)) as coming:
            for finished in coming:
                job, result = jobs[finished.number], finished.result
                lost = isinstance(result, Failure)
                done, failed = self.progress.done + 1, self.progress.failed + lost
                self.progress = replace(self.progress, done=done, failed=failed)
                self.runner.report(self.progress)
                if isinstance(result, Failure):
                    firm = job.record.sellers[job.seller].name if job.record is not None else ""
                    change = "" if job.change is None else str(job.change)
                    self.failed.append(FailedDeviation(job.seed, firm, change, result.reason, result.details))
                else:
                    yield job, result
