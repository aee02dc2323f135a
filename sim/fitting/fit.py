"""A market fitted to a firm's weekly figures: the market, its ensemble, observed beside fitted, what decided what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.common.types import CENTS, FloatArray
from sim.fitting.ensemble import MEMBERS, Ensemble, draw_members, fingerprint_of_market, in_digits, spread_by_likelihood
from sim.fitting.estimation import FitEstimate, FitProblem, estimate_fit, estimate_with_pairs, make_problem
from sim.fitting.expected_demand import make_demand, posted_of
from sim.fitting.history import WeeklyHistory
from sim.fitting.parameters import SCALE, ParameterSpace, Prior, make_space, with_listed_products
from sim.fitting.prices import with_usual_prices
from sim.fitting.residuals import TasteTest, examine_tastes, pair_effects
from sim.runs.running import Source
from sim.scenario import Problem, Scenario, ScenarioError, load_scenario
from sim.world.world import make_world

if TYPE_CHECKING:
    import pandas as pd

DECIDES, SAYS_NOTHING = 0.5, 0.85
"""Posterior over prior standard deviation: below the first the data decide, above the second the assumption does."""
USUAL_ELASTICITY = (-8.0, -1.5)
ALIKE = (0.8, 1.25)
"""Spread by randomised maximum likelihood over that of Laplace, within which both agree."""
THREE = (0.5, 1.0, 2.0)
"""Multiples of the assumed scale of taste at which answers are shown where prices did not vary."""
OFF = 0.1
"""Share by which fitted units may differ from observed ones before a product is marked."""


@dataclass(frozen=True)
class FittedProduct:
    """Observed beside fitted for one product: units are means a week over the weeks used, NaN where nothing is known.

    ``elasticity`` is the own-price elasticity at usual prices, with the ends of its 95 % interval.
    """

    name: str
    price: float
    weeks: int
    observed: float
    fitted: float
    elasticity: float
    lowest: float
    highest: float

    @property
    def off(self) -> float:
        """Share by which fitted differs from observed."""
        return self.fitted / self.observed - 1.0 if self.observed > 0 else float("nan")


@dataclass(frozen=True)
class FittedMarket:
    """What came of a fit.

    Attributes:
        scenario: the market at the best parameters and usual prices, with the source of each fitted number.
        ensemble: sets of parameters that fit about as well.
        estimate: the fit itself.
        history: what it was fitted to.
        products: observed beside fitted.
        cross: elasticities at usual prices, of each product's sales in each product's price, (products, products).
        tastes: whether residuals are related to prices.
        spread_ratio: spread by randomised maximum likelihood over that of Laplace.
        three: where prices did not vary, the market at three values of price sensitivity, by multiple.
    """

    scenario: Scenario
    ensemble: Ensemble
    estimate: FitEstimate
    history: WeeklyHistory
    products: tuple[FittedProduct, ...]
    cross: FloatArray
    tastes: TasteTest
    spread_ratio: float
    three: Mapping[float, Scenario]

    @property
    def space(self) -> ParameterSpace:
        """The parameters that were fitted."""
        return self.estimate.problem.model.space

    @property
    def notes(self) -> tuple[str, ...]:
        """What was changed, left out or filled in before fitting."""
        return (*self.history.notes, *self.space.notes)

    @property
    def sharpness(self) -> list[tuple[Prior, float, float]]:
        """Each parameter for all customers with its posterior sd in logs, and the share of the prior's that is left."""
        decided = self.estimate.decided
        sds = self.estimate.posterior_sd
        return [(prior, float(sds[place]), decided[prior.path]) for place, prior in enumerate(self.space.priors)]

    @property
    def intervals_agree(self) -> bool:
        """Whether both ways to draw an ensemble spread alike."""
        return ALIKE[0] <= self.spread_ratio <= ALIKE[1]

    def to_frame(self) -> pd.DataFrame:
        """Return observed beside fitted, a row for each product."""
        import pandas as pd

        columns = ("name", "price", "weeks", "observed", "fitted", "off", "elasticity", "lowest", "highest")
        return pd.DataFrame([{name: getattr(each, name) for name in columns} for each in self.products])

    def to_dict(self) -> dict[str, Any]:
        """Return the fit as JSON says it."""
        values = self.space.values(self.estimate.point[: self.estimate.problem.parameters])
        return {
            "scenario": self.scenario.name,
            "weeks": len(self.history.weeks),
            "observations": self.history.observed,
            "prices_vary": self.history.prices_vary,
            "noise": self.estimate.noise,
            "parameters": {
                prior.path: {"value": values[prior.path], "sd_of_log": sd, "prior_sd": prior.sd, "share_left": left}
                for prior, sd, left in self.sharpness
            },
            "products": [
                {key: _plain(value) for key, value in row.items()} for row in self.to_frame().to_dict("records")
            ],
            "elasticities": {
                "products": list(self.history.products),
                "of_sales_in_price": [[round(value, 6) for value in row] for row in self.cross.tolist()],
            },
            "tastes": {"chance": self.tastes.chance, "size": self.tastes.size, "refused": self.tastes.refuses},
            "spread_ratio": self.spread_ratio,
            "members": len(self.ensemble),
            "notes": list(self.notes),
        }


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not np.isfinite(value) else value


def fit_market(
    scenario: Source,
    history: WeeklyHistory,
    regime: str | None = None,
    *,
    seed: int = 0,
    members: int = MEMBERS,
    prior_sd: Mapping[str, float] | None = None,
) -> FittedMarket:
    """Fit a market's expected demand to weekly figures.

    Args:
        scenario: the market that is believed before; what it says is the centre of the priors.
        history: weekly prices and units.
        regime: how goods reached customers in these weeks; by default the first the scenario compares.
        seed: of the world: predictions are made in the same one, to which qualities are tied.
        members: sets of parameters in the ensemble.
        prior_sd: standard deviations of priors in logs, by path, where others than the usual ones are believed.

    Raises:
        ScenarioError: for a market that cannot be fitted, or a prior that does not exist.
    """
    market = load_scenario(scenario)
    name = market.compare[0] if regime is None else regime
    first, tastes = first_estimate(market, history, name, seed, prior_sd)
    cross = elasticities(first.problem, first.point[: first.problem.parameters])
    found = estimate_with_pairs(first, pair_effects(first, cross, tastes))
    return _described(found, history, tastes, members, (name, seed))


def first_estimate(
    market: Scenario, history: WeeklyHistory, regime: str, seed: int, prior_sd: Mapping[str, float] | None = None
) -> tuple[FitEstimate, TasteTest]:
    """Return the fit of a market whose map is taken for exact, and whether what it leaves over goes with prices."""
    _refuse_unknown_priors(prior_sd or {})
    listed = with_listed_products(market, make_world(market, seed))
    space = make_space(listed, history, prior_sd)
    usual = dict(zip(history.products, history.usual_price.tolist(), strict=True))
    priced = replace(space, scenario=with_usual_prices(space.scenario, regime, usual, seed))
    found = estimate_fit(make_problem(make_demand(priced, regime, seed), history))
    return found, examine_tastes(found, elasticities(found.problem, found.point[: found.problem.parameters]), seed)


def _refuse_unknown_priors(sd: Mapping[str, float]) -> None:
    from sim.fitting.parameters import PRIORS

    known = [prior.path for prior in PRIORS]
    problems = [
        Problem("--prior", path, f"{value:g}", f"priors: {', '.join(known)}; a standard deviation from 0.001 to 3", "")
        for path, value in sd.items()
        if path not in known or not 0.001 <= value <= 3.0
    ]
    if problems:
        raise ScenarioError(problems)


def _described(
    found: FitEstimate, history: WeeklyHistory, tastes: TasteTest, members: int, where: tuple[str, int]
) -> FittedMarket:
    """Return a fit with its ensemble, elasticities and tests; ``where``: the regime and the seed of the world."""
    problem, own = found.problem, found.problem.parameters
    regime, seed = where
    space = problem.model.space
    points = draw_members(found, members, seed)
    values = [space.values(point) for point in points]
    cross = elasticities(problem, found.point[:own])
    best = with_sources(space.scenario_at(found.point[:own]), found)
    ensemble = Ensemble(
        parameters=space.paths,
        members=in_digits(np.array([[each[path] for path in space.paths] for each in values])),
        decided=found.decided,
        prior={prior.path: prior.sd for prior in space.priors},
        regime=regime,
        seed=seed,
        noise=found.noise,
        weeks=len(history.weeks),
        refused=refusal(tastes),
        prices_vary=history.prices_vary,
        of=fingerprint_of_market(best),
    )
    spread = np.array([np.diag(elasticities(problem, point)) for point in points[:: max(members // 40, 1)]])
    return FittedMarket(
        scenario=best,
        ensemble=ensemble,
        estimate=found,
        history=history,
        products=_beside(found, history, np.diag(cross), spread),
        cross=cross,
        tastes=tastes,
        spread_ratio=spread_by_likelihood(found, seed=seed),
        three={} if history.prices_vary else _three(problem, found),
    )


def refusal(tastes: TasteTest) -> str:
    """Return why intervals of a fit are not to be believed; empty if they are."""
    if not tastes.refuses:
        return ""
    sales, price, score = tastes.pairs[0]
    more = "more" if score > 0 else "less"
    return (
        f"what the fit leaves over goes with prices: {sales}, for example, sold {more} than fitted when {price} was "
        "dear. "
        "The market takes the wrong products for substitutes; check their styles"
    )


def _beside(
    found: FitEstimate, history: WeeklyHistory, own: FloatArray, spread: FloatArray
) -> tuple[FittedProduct, ...]:
    """Return observed beside fitted, over the weeks in which each product was observed."""
    used, rows = np.isfinite(history.units), []
    low, high = np.quantile(spread, [0.025, 0.975], axis=0)
    for number, name in enumerate(history.products):
        weeks = used[:, number]
        observed = float(history.units[weeks, number].mean()) if weeks.any() else float("nan")
        fitted = float(found.mean[weeks, number].mean()) if weeks.any() else float("nan")
        price = float(history.usual_price[number])
        ends = float(low[number]), float(high[number])
        rows.append(FittedProduct(name, price, int(weeks.sum()), observed, fitted, float(own[number]), *ends))
    return tuple(rows)


def elasticities(problem: FitProblem, point: FloatArray) -> FloatArray:
    """Return elasticities of each product's expected sales in each product's price, at usual prices."""
    model, columns = problem.model, problem.columns
    price = model.posted[-model.space.products :].copy()
    price[columns] = problem.history.usual_price * CENTS
    choice = model.choice(point)
    units, _, by_series = model.slopes(choice, np.zeros((len(model.acceptance), 0)), posted_of(price))
    whole = -model.tax * by_series * price[None, :] / np.maximum(units, 1e-12)[:, None]
    return np.asarray(whole[np.ix_(columns, columns)])


def _three(problem: FitProblem, found: FitEstimate) -> dict[float, Scenario]:
    """Return the market fitted at three values of price sensitivity, which the data say nothing about."""
    markets, space = {}, problem.model.space
    for multiple in THREE:
        at = estimate_fit(problem.held(SCALE, float(np.log(multiple))), found.point)
        markets[multiple] = space.scenario_at(at.point[: problem.parameters])
    return markets


def with_sources(market: Scenario, found: FitEstimate) -> Scenario:
    """Return a fitted market that says of each number whether the data or an assumption decided it."""
    said, weeks = dict(market.sources), len(found.problem.history.weeks)
    space = found.problem.model.space
    for place, prior in enumerate(space.priors):
        left, sd = found.decided[prior.path], float(found.posterior_sd[place])
        within = f"sd of log {sd:.2g}, {prior.sd:.2g} before"
        kind = "fitted to" if left < SAYS_NOTHING else "assumption: not decided by"
        said[prior.path] = f"{kind} {weeks} weeks ({within})"
    for path in space.paths[len(space.priors) :]:
        said[path] = f"fitted to {weeks} weeks"
    return market.model_copy(update={"sources": said})
