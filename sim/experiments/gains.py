"""What deviations bring firms, and which of it counts: by the runs that were done first, and by fresh ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sim.common.estimates import Estimate, estimate
from sim.common.presentation import Presented
from sim.experiments.deviations import Earned, Seller

if TYPE_CHECKING:
    import pandas as pd

STEPS = (-0.20, -0.05, 0.05, 0.20)
"""By how much a firm changes its prices, as shares of them."""
ALL, ONE = "all goods", "its best-selling good"
WORTH_WHILE = 0.01
"""Share of what a firm earns before fixed charges that a deviation has to bring to count."""


# -- arithmetic --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """A deviation: by which share prices change, and of which goods."""

    step: float
    goods: str

    def __str__(self) -> str:
        more = "more" if self.step > 0 else "less"
        return f"{abs(self.step):.0%} {more} for {self.goods}".replace("%", " %")

    @property
    def short(self) -> str:
        """The same in a list: "+5 % on all goods"."""
        return f"{100 * self.step:+.0f} % on {self.goods}"


CHANGES = tuple(Change(step, goods) for goods in (ALL, ONE) for step in STEPS)


def deviation_gain(before: Mapping[str, Earned], after: Mapping[str, Earned], step: float, share: float = 1.0) -> float:
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
class DeviationResult:
    """What one deviation of one firm brings it, in currency a day.

    Attributes:
        change: the deviation.
        gain: over replications; paired, so the same customers have the same needs.
        worth_while: whether it is a gain beyond its interval, and of more than 1 % of what the firm earns before
            fixed charges. Of many deviations some are by chance alone.
        fresh: the gain on fresh seeds, on which only what was worth while to a judged firm is tried again; else None.
        confirmed: whether the fresh runs alone find it worth while again; None where it was not tried again, or
            where fewer than two fresh runs came to something.
    """

    change: Change
    gain: Estimate
    worth_while: bool
    fresh: Estimate | None = None
    confirmed: bool | None = None


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
    tried: tuple[DeviationResult, ...]

    @property
    def gains(self) -> tuple[DeviationResult, ...]:
        """The deviations by which a judged firm would gain: worth while at first and, again, on fresh seeds."""
        return tuple(each for each in self.tried if each.confirmed)

    @property
    def candidates(self) -> tuple[DeviationResult, ...]:
        """The deviations that are worth while to a judged firm on the first seeds, to be tried again on fresh ones."""
        return tuple(each for each in self.tried if each.worth_while) if self.judged else ()


def is_worth_while(found: Estimate, earns: Estimate) -> bool:
    """Tell whether a gain lies beyond its interval and above 1 % of what a firm earns before fixed charges.

    The charges are left out of the base, since a firm's net profit may be next to nothing.
    """
    if found.mean is None or found.low is None:
        return False
    return found.low > 0.0 and found.mean > WORTH_WHILE * max(earns.mean or 0.0, 0.0)


def audited(seller: Seller, earns: Sequence[float], gains: Mapping[Change, Sequence[float | None]]) -> Audited:
    """Return what a firm's deviations bring, from values by replication, in currency a day."""
    base = estimate(earns)
    tried = []
    for change, values in gains.items():
        found = estimate(values)
        tried.append(DeviationResult(change, found, is_worth_while(found, base)))
    return Audited(seller.name, seller.rule, seller.downstream, seller.judged, base, tuple(tried))


def tried_again(firm: Audited, earns: Sequence[float], gains: Mapping[Change, Sequence[float]]) -> Audited:
    """Return a firm with its candidates judged by fresh runs alone, from values by replication, in currency a day."""
    base = estimate(earns)

    def again(tried: DeviationResult) -> DeviationResult:
        found = estimate(gains.get(tried.change, ()))
        return replace(tried, fresh=found, confirmed=is_worth_while(found, base) if found.n > 1 else None)

    tried = tuple(again(each) if each in firm.candidates else each for each in firm.tried)
    return replace(firm, tried=tried)


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


@dataclass(frozen=True, repr=False)
class Audit(Presented):
    """What every firm that sets prices would gain by other ones.

    Attributes:
        scenario, regime, seeds: what was run.
        days: how many days count.
        fresh_seeds: what gains were tried again on; empty where there were none to try.
        firms: those that set prices, level by level.
        failed: runs that came to nothing.
        unsettled_prices: share of days with prices from a search that had not come to rest; None where nobody searches.
    """

    scenario: str
    regime: str
    seeds: tuple[int, ...]
    days: int
    firms: tuple[Audited, ...]
    failed: tuple[FailedDeviation, ...] = ()
    fresh_seeds: tuple[int, ...] = ()
    unsettled_prices: float | None = None

    @property
    def gaining(self) -> tuple[Audited, ...]:
        """Firms that find their prices, and would gain by others."""
        return tuple(each for each in self.firms if each.gains)

    @property
    def is_clean(self) -> bool:
        """Whether no such firm would gain."""
        return not self.gaining

    @property
    def dropped(self) -> tuple[tuple[Audited, DeviationResult], ...]:
        """Gains seen on the first seeds that did not come back on fresh ones, with their firms."""
        return tuple((firm, each) for firm in self.firms for each in firm.tried if each.confirmed is False)

    @property
    def undecided(self) -> tuple[tuple[Audited, DeviationResult], ...]:
        """Gains seen on the first seeds of which too few fresh runs came to something, with their firms."""
        return tuple((firm, each) for firm in self.firms for each in firm.candidates if each.confirmed is None)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per firm and deviation."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "firm": each.firm,
                    "rule": each.rule,
                    "downstream": each.downstream,
                    "judged": each.judged,
                    "earns": each.earns.mean,
                    "step": tried.change.step,
                    "goods": tried.change.goods,
                    "gain": tried.gain.mean,
                    "low": tried.gain.low,
                    "high": tried.gain.high,
                    "worth_while": tried.worth_while,
                    "confirmed": tried.confirmed,
                    **{f"fresh_{name}": value for name, value in _fresh(tried).items()},
                }
                for each in self.firms
                for tried in each.tried
            ]
        )

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
            "fresh_seeds": list(self.fresh_seeds),
            "days": self.days,
            "clean": self.is_clean,
            "unsettled_prices": self.unsettled_prices,
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
                            "fresh": None if tried.fresh is None else tried.fresh.to_dict(),
                            "confirmed": tried.confirmed,
                        }
                        for tried in each.tried
                    ],
                }
                for each in self.firms
            ],
            "failed": [each.to_dict() for each in self.failed],
        }


def _fresh(tried: DeviationResult) -> dict[str, float | None]:
    """Return the columns of a gain on fresh seeds, empty where it was not tried again."""
    fresh = Estimate(None, None, None, 0) if tried.fresh is None else tried.fresh
    return {"gain": fresh.mean, "low": fresh.low, "high": fresh.high}
