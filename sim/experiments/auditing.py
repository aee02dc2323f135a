"""Would any firm gain by deviating? Every firm that sets prices changes them alone, in paired runs.

That is Nash's definition, held against the market itself: with its stocks, queues, returns, trust and chance, of which
a pricing rule knows the part that its page tells. What the others do meanwhile: see ``sim.experiments.deviations``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Unpack

from sim.common.estimates import Estimate, estimate, mean_of
from sim.experiments.deviations import Baseline, Deviation, Earned, Seller, live_baseline, live_deviating, sellers_of
from sim.market import Market
from sim.runs.backends import backend_of
from sim.runs.jobs import UNWATCHED, Failure, Watch
from sim.runs.options import RunKeywords, RunOptions, options_of
from sim.runs.progress import Progress
from sim.runs.runner import Runner
from sim.runs.running import Source, emptying, known_regimes
from sim.runs.seeds import replication_seeds
from sim.scenario import Problem, Scenario, ScenarioError
from sim.scenario.overrides import nearest
from sim.scenario.problems import shown

if TYPE_CHECKING:
    import pandas as pd

STEPS = (-0.20, -0.05, 0.05, 0.20)
"""By how much a firm changes its prices, as shares of them."""
ALL, ONE = "all goods", "its best-selling good"
WORTH_WHILE = 0.01
"""Share of what a firm earns before fixed charges that a deviation has to bring to count."""
MOST_RUNS = 20_000


# -- arithmetic --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """A deviation: by which share prices change, and of which goods."""

    step: float
    goods: str

    def __str__(self) -> str:
        more = "more" if self.step > 0 else "less"
        return f"{abs(self.step):.0%} {more} for {self.goods}".replace("%", " %")


CHANGES = tuple(Change(step, goods) for goods in (ALL, ONE) for step in STEPS)


def gain(before: Mapping[str, Earned], after: Mapping[str, Earned], step: float, share: float = 1.0) -> float:
    """Return what a firm gains by a deviation.

    One firm alone gains what its profit rises by. Of n firms that set their price together (Cournot) one brings
    another quantity: all sell at the new price, the n - 1 others as much as they did, and the whole change in quantity
    is its own. Who of them sells how much is up to the buyers in a run, and even in theory, where they are alike; so
    it is the mean firm that is asked: the rise of all their profits, less (n - 1)/n of what the change in price alone
    brings on the old quantities.

    Args:
        before, after: what each of the firms earned.
        step: by which share the price changed.
        share: of the firms' receipts that is of the goods whose price changed.
    """
    rise = sum(after[firm].profit - before[firm].profit for firm in before)
    if len(before) == 1:
        return rise
    receipts = sum(each.receipts for each in before.values()) * share
    return rise - (len(before) - 1) / len(before) * step * receipts


def share_of(record: Sequence[Mapping[str, Earned]], product: int, prices: Mapping[int, float]) -> float:
    """Return the share of what firms take that is of one good, at these prices by product."""
    sold = [sum(each.units[number] for firms in record for each in firms.values()) for number in prices]
    takings = {number: float(units) * prices[number] for number, units in zip(prices, sold, strict=True)}
    whole = sum(takings.values())
    return takings[product] / whole if whole > 0 else 0.0


@dataclass(frozen=True)
class Tried:
    """What one deviation of one firm brings it, in currency a day.

    Attributes:
        change: the deviation.
        gain: over replications; paired, so the same customers have the same needs.
        worth_while: whether it is a gain beyond its interval, and of more than 1 % of what the firm earns before
            fixed charges.
    """

    change: Change
    gain: Estimate
    worth_while: bool


@dataclass(frozen=True)
class Audited:
    """A firm, or several that set one price together, and what its deviations bring.

    Attributes:
        firm, rule: its name, and those of its pricing rules.
        downstream: what firms downstream did meanwhile: margin, percent, or live.
        judged: whether it finds its prices from known demand; others are listed and never judged.
        earns: its profit before fixed charges, a day (of the mean firm where several set one price together).
        tried: its deviations.
    """

    firm: str
    rule: str
    downstream: str
    judged: bool
    earns: Estimate
    tried: tuple[Tried, ...]

    @property
    def gains(self) -> tuple[Tried, ...]:
        """The deviations by which a judged firm would gain."""
        return tuple(each for each in self.tried if each.worth_while) if self.judged else ()


def is_worth_while(found: Estimate, earns: Estimate) -> bool:
    """Tell whether a gain lies beyond its interval and above 1 % of what a firm earns before fixed charges.

    The charges are left out of the base, since a firm's net profit may be next to nothing.
    """
    if found.mean is None or found.low is None:
        return False
    return found.low > 0.0 and found.mean > WORTH_WHILE * max(earns.mean or 0.0, 0.0)


def audited(
    seller: Seller, earns: Sequence[float], gains: Mapping[Change, Sequence[float | None]]
) -> Audited:  # fmt: skip
    """Return what a firm's deviations bring, from values by replication, in currency a day."""
    base = estimate(earns)
    tried = []
    for change, values in gains.items():
        found = estimate(values)
        tried.append(Tried(change, found, is_worth_while(found, base)))
    return Audited(seller.name, seller.rule, seller.downstream, seller.judged, base, tuple(tried))


# -- the answer --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FailedDeviation:
    """A run that came to nothing: which, and why. ``firm`` is empty for the run without a deviation."""

    seed: int
    firm: str
    change: str
    reason: str
    details: str = field(default="", compare=False)

    def __str__(self) -> str:
        what = f"{self.firm} asks {self.change}" if self.firm else "nobody deviates"
        return f"{what}, seed {self.seed}: {self.reason}"

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON says it."""
        return {"seed": self.seed, "firm": self.firm or None, "change": self.change or None, "reason": self.reason}


@dataclass(frozen=True)
class Audit:
    """What every firm that sets prices would gain by other ones.

    Attributes:
        scenario, regime, seeds: what was run.
        days: how many days count.
        firms: those that set prices, level by level.
        failed: runs that came to nothing.
    """

    scenario: str
    regime: str
    seeds: tuple[int, ...]
    days: int
    firms: tuple[Audited, ...]
    failed: tuple[FailedDeviation, ...] = ()

    @property
    def gaining(self) -> tuple[Audited, ...]:
        """Firms that find their prices, and would gain by others."""
        return tuple(each for each in self.firms if each.gains)

    @property
    def is_clean(self) -> bool:
        """Whether no such firm would gain."""
        return not self.gaining

    def to_frame(self) -> pd.DataFrame:
        """Return one row per firm and deviation."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "firm": each.firm, "rule": each.rule, "downstream": each.downstream, "judged": each.judged,
                    "earns": each.earns.mean, "step": tried.change.step, "goods": tried.change.goods,
                    "gain": tried.gain.mean, "low": tried.gain.low, "high": tried.gain.high,
                    "worth_while": tried.worth_while,
                }
                for each in self.firms
                for tried in each.tried
            ]
        )  # fmt: skip

    def to_frames(self) -> dict[str, pd.DataFrame]:
        """Return every table by name."""
        import pandas as pd

        failed = {"failures": pd.DataFrame([each.to_dict() for each in self.failed])} if self.failed else {}
        return {"deviations": self.to_frame(), **failed}

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON says it; money in currency a day."""
        return {
            "scenario": self.scenario,
            "regime": self.regime,
            "seeds": list(self.seeds),
            "days": self.days,
            "clean": self.is_clean,
            "firms": [
                {
                    "firm": each.firm,
                    "rule": each.rule,
                    "downstream": each.downstream,
                    "judged": each.judged,
                    "earns": each.earns.to_dict(),
                    "deviations": [
                        {
                            "step": tried.change.step,
                            "goods": tried.change.goods,
                            "gain": tried.gain.to_dict(),
                            "worth_while": tried.worth_while,
                        }
                        for tried in each.tried
                    ],
                }
                for each in self.firms
            ],
            "failed": [each.to_dict() for each in self.failed],
        }


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
        return gain(before, after, self.change.step, share)


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
    are listed, too, and never judged.

    Args:
        scenario: a scenario, the name of a shipped one, the path of a TOML file, or a dict of that form.
        regime: name of a regime; the first the scenario compares unless given.
        firms: names of those to try; all unless given.
        options, keywords: see ``RunOptions``; 3 replications unless given, two or more, as one gives no interval.
            Nothing is kept in a store.

    Raises:
        ScenarioError: with everything that is wrong with what is asked for.
    """
    chosen = options_of(options, keywords, replications=3)
    market, replications = chosen.applied_to(scenario), chosen.replications or 0
    (name,) = known_regimes(market, [market.compare[0] if regime is None else regime])
    if replications < 2:
        problem = Problem("", "replications", shown(replications), "2 or more: one gives no interval", "ask for 3")
        raise ScenarioError([problem])
    asked = _asked(market, name, chosen.seed, firms)
    seeds = replication_seeds(chosen.seed, replications)
    total = replications * (1 + len(asked) * len(CHANGES))
    if total > MOST_RUNS:
        allowed = f"{len(asked)} price setters need up to {total:,} runs, more than {MOST_RUNS:,}"
        raise ScenarioError([Problem("", "replications", shown(replications), allowed, "name some --firms")])
    return Runs(market, name, seeds, asked, chosen, Progress(0, total, bound="at most")).audit()


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


@dataclass
class Runs:
    """The runs of one audit, as far as they have come."""

    scenario: Scenario
    regime: str
    seeds: tuple[int, ...]
    firms: tuple[str, ...]
    options: RunOptions
    progress: Progress

    def __post_init__(self) -> None:
        self._runner = Runner(
            backend_of(self.options.workers, self.options.scheduler), progress=self.options.progress
        )  # fmt: skip

    def audit(self) -> Audit:
        """Do all runs, first those without a deviation, and say what they say."""
        failed: list[FailedDeviation] = []
        self._runner.report(self.progress)
        baselines: dict[int, Baseline] = {}
        first = [AuditRun(self.scenario, self.regime, seed) for seed in self.seeds]
        self._runner.compile_for(first)
        for job, result in self._done(first, failed):
            baselines[job.seed] = result
        deviating = [
            AuditRun(self.scenario, self.regime, seed, baselines[seed], number, change)
            for seed in self.seeds
            if seed in baselines
            for number, seller in enumerate(baselines[seed].sellers)
            if set(seller.firms) & set(self.firms)
            for change in changes_of(baselines[seed], seller)
        ]
        self.progress = Progress(self.progress.done, len(first) + len(deviating), failed=self.progress.failed)
        gains: dict[tuple[str, Change, int], float] = {}
        for job, result in self._done(deviating, failed):
            assert job.record is not None
            assert job.change is not None
            gains[job.record.sellers[job.seller].name, job.change, job.seed] = result
        days = next((each.days for each in baselines.values()), 0)
        names = tuple(self._audited(baselines, gains, days))
        failed.sort(key=lambda each: (each.seed, each.firm, each.change))
        return Audit(self.scenario.name, self.regime, self.seeds, days, names, tuple(failed))

    def _audited(
        self, baselines: Mapping[int, Baseline], gains: Mapping[tuple[str, Change, int], float], days: int
    ) -> list[Audited]:
        """Return what each firm's deviations bring, in currency a day."""
        sellers = {each.name: each for baseline in baselines.values() for each in baseline.sellers}
        found = []
        for name, seller in sellers.items():
            if not set(seller.firms) & set(self.firms):
                continue
            seeds = [
                seed for seed, baseline in baselines.items() if any(each.name == name for each in baseline.sellers)
            ]
            earns = [
                sum(baselines[seed].earned[firm].contribution for firm in seller.firms) / len(seller.firms) / days
                for seed in seeds
            ]
            by_change = {
                change: [value / days for seed in seeds if (value := gains.get((name, change, seed))) is not None]
                for change in CHANGES
            }
            found.append(audited(seller, earns, {change: values for change, values in by_change.items() if values}))
        return found

    def _done(
        self, jobs: Sequence[AuditRun], failed: list[FailedDeviation]
    ) -> Iterator[tuple[AuditRun, Any]]:  # fmt: skip
        """Do runs, yield what came of those that came to something, and note the others."""
        with closing(self._runner.results(jobs)) as coming:
            for finished in coming:
                job, result = jobs[finished.number], finished.result
                lost = isinstance(result, Failure)
                self.progress = replace(self.progress, done=self.progress.done + 1, failed=self.progress.failed + lost)
                self._runner.report(self.progress)
                if isinstance(result, Failure):
                    firm = job.record.sellers[job.seller].name if job.record is not None else ""
                    change = "" if job.change is None else str(job.change)
                    failed.append(FailedDeviation(job.seed, firm, change, result.reason, result.details))
                else:
                    yield job, result
