"""A check, its findings, and the verdict on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib.util import find_spec
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from sim.common.estimates import Estimate, student_quantile

Verdict: TypeAlias = Literal["holds", "fails", "undecided", "no judge"]


@dataclass(frozen=True)
class Finding:
    """One figure of one run: theory's number and the model's.

    Attributes:
        figure: name, with its unit.
        theory: theory's number.
        model: the market's number; without an interval if nothing in it is random.
        allowance: allowed difference, if not the check's tolerance times theory's number.
    """

    figure: str
    theory: float
    model: Estimate
    allowance: float | None = None


Run: TypeAlias = Callable[..., Sequence[Finding]]
"""Takes a seed and a case's parameters by name, runs the market and returns its findings."""


@dataclass(frozen=True)
class CheckCase:
    """One set of parameters of a check. ``slow`` ones take more than a few seconds."""

    name: str
    parameters: Mapping[str, Any]
    slow: bool = False


def given(name: str, /, *, slow: bool = False, **parameters: Any) -> CheckCase:
    """Return a set of parameters."""
    return CheckCase(name, parameters, slow)


@dataclass(frozen=True)
class Check:
    """A claim of theory with which the market is compared.

    Attributes:
        name: its name on the command line.
        theme: its topic; checks of one theme are shown together.
        claim: theory's statement, in a sentence.
        source: author, year, journal.
        tolerance: allowed difference, as a share of theory's number; 0: none.
        cases: sets of parameters, all tested.
        run: tests a set of parameters.
        judge: the independent package that gives theory's number, if any; it comes with the extra ``test``.
    """

    name: str
    theme: str
    claim: str
    source: str
    tolerance: float
    cases: tuple[CheckCase, ...]
    run: Run
    judge: str = ""

    @property
    def has_judge(self) -> bool:
        """Tell whether the check's independent package, if it needs one, is installed."""
        return not self.judge or find_spec(self.judge) is not None

    def rows(self, case: CheckCase, seed: int) -> list[Row]:
        """Test a set of parameters and return the findings; if the package is missing, one row that says so."""
        if not self.has_judge:
            return [_row(self, case, f"{self.judge} is not installed: pip install 'middleman[test]'")]
        return [judged(self, case, finding) for finding in self.run(seed, **case.parameters)]


def claim(
    theme: str, *, source: str, tolerance: float, cases: Iterable[CheckCase], judge: str = "", name: str = ""
) -> Callable[[Run], Check]:
    """Return a decorator that makes a function a check: the first paragraph of its docstring is theory's claim."""

    def tested_by(run: Run) -> Check:
        statement = " ".join((run.__doc__ or "").split("\n\n")[0].split()).removesuffix(".")
        return Check(name or run.__name__, theme, statement, source, tolerance, tuple(cases), run, judge)

    return tested_by


@dataclass(frozen=True)
class Row:
    """One line of the results.

    Attributes:
        theme, check, claim, source: of the check.
        case: the set of parameters.
        figure: what is compared; if the package is missing, what to install.
        theory, model: the two numbers; low and high are the ends of the model's 95 % interval, None without one.
        difference: model less theory.
        allowance: largest difference allowed.
        verdict: "holds" within the allowance, "fails" beyond it, "undecided" where the interval is too wide to say,
            "no judge" where the package that gives theory's number is not installed.
    """

    theme: str
    check: str
    case: str
    figure: str
    claim: str
    source: str
    theory: float | None = None
    model: float | None = None
    low: float | None = None
    high: float | None = None
    difference: float | None = None
    allowance: float | None = None
    verdict: Verdict = "no judge"

    @property
    def stands(self) -> bool:
        """Tell whether nothing contradicts the claim; a missing package does not."""
        return self.verdict in ("holds", "no judge")

    def to_dict(self) -> dict[str, Any]:
        """Return the row for JSON."""
        return asdict(self)


def judged(check: Check, case: CheckCase, finding: Finding) -> Row:
    """Return a finding as a row with its verdict."""
    # Plain numbers: some are numpy's, which JSON does not know.
    found = finding.model
    mean, low, high = (None if value is None else float(value) for value in (found.mean, found.low, found.high))
    theory, model = float(finding.theory), Estimate(mean, low, high, found.n)
    allowance = check.tolerance * abs(theory) if finding.allowance is None else float(finding.allowance)
    return replace(
        _row(check, case, finding.figure),
        theory=theory,
        model=model.mean,
        low=model.low,
        high=model.high,
        difference=None if model.mean is None else model.mean - theory,
        allowance=allowance,
        verdict=verdict_on(theory, model, allowance),
    )


def _row(check: Check, case: CheckCase, figure: str) -> Row:
    return Row(check.theme, check.name, case.name, figure, check.claim, check.source)


def verdict_on(theory: float, model: Estimate, allowance: float) -> Verdict:
    """Return whether a number agrees with theory.

    It fails if its whole interval is beyond the allowance; it is undecided if the interval is wider than the allowance
    on either side of the number, because agreement would then mean little.
    """
    if model.mean is None:
        return "undecided"
    low = model.mean if model.low is None else model.low
    high = model.mean if model.high is None else model.high
    if low > theory + allowance or high < theory - allowance:
        return "fails"
    if (high - low) / 2.0 > allowance:
        return "undecided"
    return "holds" if abs(model.mean - theory) <= allowance else "fails"


def ratio_estimate(parts: ArrayLike, wholes: ArrayLike) -> Estimate:
    """Estimate a share from independent replicates: the sum of parts over the sum of wholes, with its 95 % interval.

    The mean of the replicates' shares would give short ones too much weight. Cochran, Sampling Techniques, 1977,
    chapter 6.
    """
    part, whole = np.asarray(parts, dtype=np.float64), np.asarray(wholes, dtype=np.float64)
    share = float(part.sum() / whole.sum())
    n = len(part)
    if n == 1:
        return Estimate(share, None, None, 1)
    spread = float(np.sqrt(((part - share * whole) ** 2).sum() / (n - 1)))
    half = student_quantile(n - 1) * spread / (np.sqrt(n) * float(whole.mean()))
    return Estimate(share, share - half, share + half, n)


def exact(value: float) -> Estimate:
    """Return a number without randomness."""
    return Estimate(float(value), None, None, 1)
