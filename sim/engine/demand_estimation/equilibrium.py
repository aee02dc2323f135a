"""Prices at which no firm would gain by another one, found for all levels of a chain at once.

Every firm takes the others' margins as its conduct says, and owns all its goods at all its places. The margins are a
fixed point of the first-order conditions in zeta form (Morrow & Skerlos 2011, Operations Research 59), reached with
Anderson's acceleration (Walker & Ni 2011, SIAM Journal on Numerical Analysis 49). Start and order are fixed, so that
the same market finds the same prices.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.common.stopping import stop_if_asked
from sim.common.types import BoolArray, FloatArray, IntArray
from sim.engine.demand_estimation.decisions import Decisions, Supply
from sim.kernels.competition import (
    LogitMarket,
    PassThrough,
    SaleTerms,
    Trials,
    first_order_sums,
    fit_errors,
    try_prices,
)
from sim.kernels.demand import Considered

MOST_PASSES = 300
MEMORY = 8
"""Passes that Anderson's acceleration looks back on."""
UNSETTLED = 0.01
"""Share of all sales whose prices may still move when the search ends: niches have flat profits."""
GRID = np.array([0.05, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 1.0, 1.15, 1.4, 1.8, 2.5, 4.0, 7.0])
"""Multiples of its margin that a firm looks at for a better one far away."""
BETTER = 1e-2
"""Share of a firm's profit that a price far away has to bring to be moved to."""
MOST_MOVES = 1
"""Prices that are moved far away, one after the other; where they come back there is no equilibrium in pure prices."""
PASSES_AFTER_MOVE = 40
PASSES_TOGETHER, NICHES, OUTLYING = 15, 0.1, 10.0
"""After so many passes, with less than this share of sales at prices that still move, acceleration starts afresh: a few
niche goods whose price is this many times further from rest than the mean would lead all others astray."""
MOST_SCALES = 1e4
"""Scales of taste above which no margin is looked for."""


@dataclass(frozen=True)
class Contest:
    """The decisions that buyers of one level choose between for the same goods, and the freight from there.

    Both have shape (buyers, sources, products); NOTHING, and infinite, where there are fewer.
    """

    options: IntArray
    freight: FloatArray

    def limits(self, cost: FloatArray, limit: FloatArray) -> None:
        """Lower ``limit`` (decisions,) to the price at which a rival could take a buyer away, given what all can ask.

        The cheapest goes up to a cent below the second cheapest; the others cannot sell above their cost (Bertrand).
        """
        reach = np.where(self.options >= 0, cost[np.maximum(self.options, 0)] + self.freight, np.inf)
        order = np.argsort(reach, axis=1, kind="stable")
        ranked = np.take_along_axis(reach, order, axis=1)
        winner = np.take_along_axis(self.options, order[:, :1], axis=1)[:, 0]
        way = np.take_along_axis(self.freight, order[:, :1], axis=1)[:, 0]
        contested = np.isfinite(ranked[:, 1])
        np.minimum.at(limit, winner[contested], (ranked[:, 1] - way - 1.0)[contested])
        losers = np.take_along_axis(self.options, order[:, 1:], axis=1)
        losing = losers[losers >= 0]
        never = np.setdiff1d(losing, winner)
        limit[never] = cost[never]


@dataclass(frozen=True)
class PricingGame:
    """What firms know when they look for their prices. Arrays have shape (decisions,) unless said, money in cents.

    Attributes:
        considered, sales: what customers consider, and what a sale brings and costs.
        chain: which decisions the sales of each cell pass.
        decisions, supply: all prices that are set, and whom their places buy from.
        scale: scale of taste shocks.
        posted: prices as they stand.
        factor: price over cost of those who do not know their demand.
        decided: prices to be found now.
        answering: prices that follow their cost by ``factor`` meanwhile.
        conduct: 0 margin, 1 percent, 2 stackelberg.
        contests: levels whose buyers can have the same goods of several firms.
    """

    considered: Considered
    sales: SaleTerms
    chain: PassThrough
    decisions: Decisions
    supply: Supply
    scale: float
    posted: FloatArray
    factor: FloatArray
    decided: BoolArray
    answering: BoolArray
    conduct: IntArray
    contests: tuple[Contest, ...] = ()

    @property
    def step(self) -> float:
        """Margin of a firm that sells next to nothing."""
        return self.scale / self.considered.burden


MARGIN, PERCENT, STACKELBERG = range(3)


class PriceSearch:
    """Looks for the equilibrium of one game. Scratch space is kept between games of the same market."""

    def __init__(self, game: PricingGame, tolerance: float):
        self.game = game
        self.tolerance = tolerance
        most = int(np.diff(game.considered.first).max(initial=1))
        self._value = np.zeros(int(game.decisions.owner.max()) + 1)
        self._share = np.empty(max(most, 1))
        self.passes = 0

    # -- from margins to prices ----------------------------------------------------------------------------------

    def prices(self, margin: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return all prices, and what a unit costs each, when those decided earn ``margin`` a unit."""
        game, price = self.game, self.game.posted.copy()
        landed = np.empty(len(price))
        blocks = [game.decisions.level(position) for position in range(len(game.decisions.first) - 1)]
        for here in (*blocks, game.decisions.direct):
            source = game.supply.source[here]
            bought = game.supply.beyond[here] + np.where(source >= 0, price[np.maximum(source, 0)], 0.0)
            landed[here] = bought + game.supply.handling[here]
            self._share_costs(here, landed)
            found = landed[here] + margin[here]
            follows = game.factor[here] * bought
            price[here] = np.where(game.decided[here], found, np.where(game.answering[here], follows, price[here]))
            together = game.decisions.same[here]
            price[here] = np.where(game.decided[together], price[together], price[here])
        return price, landed

    def _share_costs(self, here: slice, landed: FloatArray) -> None:
        """Give firms that set a price together their mean cost (Bergstrom & Varian 1985)."""
        same = self.game.decisions.same[here]
        if (same == np.arange(here.start, here.stop)).all():
            return
        for leader in np.unique(same[same != np.arange(here.start, here.stop)]):
            members = here.start + np.flatnonzero(same == leader)
            landed[leader] = landed[members].mean()

    def through(self, price: FloatArray, landed: FloatArray) -> FloatArray:
        """Return by how much prices to customers are expected to rise for a cent on each decision, (cells, layers)."""
        game, chain = self.game, self.game.chain
        through = chain.through.copy()
        known, percent = np.ones(len(through)), np.ones(len(through))
        on_shelf = chain.setter == chain.decision.shape[1] - 1
        for layer in range(chain.decision.shape[1] - 2, -1, -1):
            below = np.maximum(chain.decision[:, layer + 1], 0)
            rises = np.where(landed > 0, price / np.where(landed > 0, landed, 1.0), 1.0)
            ratio = np.where(game.decisions.knows, rises, game.factor)[below]
            known = known * np.where(game.decisions.knows[below], 1.0, game.factor[below])
            percent = percent * ratio
            conduct = game.conduct[np.maximum(chain.decision[:, layer], 0)]
            expected = np.where(conduct == MARGIN, 1.0, np.where(conduct == PERCENT, percent, known))
            through[:, layer] = np.where(on_shelf, expected, 1.0)
        return through

    def market(self, price: FloatArray, landed: FloatArray) -> LogitMarket:
        """Return the market at some prices, with what a unit costs each decision."""
        game, chain = self.game, self.game.chain._replace(through=self.through(price, landed))
        return LogitMarket(game.considered, game.sales, chain, price, landed, game.scale, self._share)

    # -- one pass ------------------------------------------------------------------------------------------------

    def sums(self, price: FloatArray, landed: FloatArray) -> FloatArray:
        """Return the sums that first-order conditions consist of, (decisions, 3). Raises StoppedError."""
        stop_if_asked()
        sums = np.zeros((len(price), 3))
        first_order_sums(self.market(price, landed), self._value, sums)
        self.passes += 1
        return sums

    def respond(self, margin: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return the margins that answer ``margin``, and the units a day sold at each decision."""
        game = self.game
        price, landed = self.prices(margin)
        sums = self.sums(price, landed)
        sold = game.decided & (sums[:, 1] > 0.0)
        taste = game.step * sums[:, 0] / game.decisions.rivals
        best = (taste + sums[:, 2]) / np.where(sold, sums[:, 1], 1.0) - landed
        if game.contests:
            best = np.minimum(best, self.highest_margins(price, landed))
        return np.where(sold, best, margin), np.where(sold, sums[:, 0], 0.0)

    def highest_margins(self, price: FloatArray, landed: FloatArray) -> FloatArray:
        """Return the margins above which rivals with the same goods take the buyers, (decisions,); none is negative."""
        limit = np.full(len(price), np.inf)
        cost = np.where(self.game.decided, landed, price)
        for contest in self.game.contests:
            contest.limits(cost, limit)
        return np.maximum(limit - landed, 0.0)

    # -- the search ----------------------------------------------------------------------------------------------

    def start(self) -> FloatArray:
        """Return margins to begin with: as posted, or those of firms that sell next to nothing."""
        posted = self.game.posted
        landed = self.prices(np.full(len(posted), self.game.step))[1]
        return np.where(posted > 0, np.maximum(posted - landed, 0.01 * self.game.step), self.game.step)

    def find(self, margin: FloatArray) -> tuple[FloatArray, bool]:
        """Return margins that answer themselves, and whether they do.

        Accelerated, then plainly and damped; then both from larger margins, since answers go up by one scale a pass at
        most, and down to one from where nobody buys.
        """
        found, settled = self._both_ways(margin)
        if not settled:
            again, settled = self._both_ways(self._larger(margin))
            found = again if settled else found
        return found, settled

    def _both_ways(self, margin: FloatArray) -> tuple[FloatArray, bool]:
        """Look for margins that answer themselves, accelerated, then plainly and damped."""
        found, settled = self.accelerated(margin, MOST_PASSES // 2, PASSES_TOGETHER)
        if not settled:
            plain, settled = self._damped(margin)
            found = plain if settled else found
        return found, settled

    def _larger(self, margin: FloatArray) -> FloatArray:
        """Return margins of the largest number of scales, the same for all, that firms would on balance still raise."""
        decided, step = self.game.decided, self.game.step
        least, most = 1.0, 2.0
        while most < MOST_SCALES and self._raised(np.where(decided, most * step, margin)):
            least, most = most, 2.0 * most
        while most > 1.05 * least:
            middle = (least * most) ** 0.5
            if self._raised(np.where(decided, middle * step, margin)):
                least = middle
            else:
                most = middle
        return np.where(decided, least * step, margin)

    def _raised(self, margin: FloatArray) -> bool:
        """Tell whether firms would raise these margins, weighted by sales."""
        answer, units = self.respond(margin)
        return float((units * (answer - margin)).sum()) > 0.0

    def accelerated(self, margin: FloatArray, passes: int, together: int) -> tuple[FloatArray, bool]:
        """Iterate with Anderson's acceleration, weighted by sales, for so many passes at most.

        After so many passes ``together``, goods far from rest that few buy no longer count (``OUTLYING``).
        """
        past: list[tuple[FloatArray, FloatArray]] = []
        before: tuple[FloatArray, FloatArray] | None = None
        calmest, best, sold, only_niches = np.inf, margin, None, False
        for number in range(passes):
            answer, units = self.respond(margin)
            error = answer - margin
            if before is not None and sold is not None and units[sold > 0.0].min(initial=np.inf) <= 0.0:
                # So far ahead that not even odds are left: on from what was answered before.
                margin = before[0] + before[1]
                past, before = [], None
                continue
            lately = self._sold_lately(units, sold, error)
            if lately is not None and self.settled(error, lately):
                return answer, True
            units = sold = units if lately is None else lately
            if number >= together and not only_niches and self.moving(error, units) < NICHES * units.sum():
                past, only_niches = [], True
            restless = float((units * np.abs(error)).sum())
            if restless < calmest:
                calmest, best = restless, answer
            elif restless > 1e3 * calmest or not np.isfinite(restless):
                past, before, margin = [], None, best
                continue
            if before is not None:
                past = [*past, (margin - before[0], error - before[1])][-MEMORY:]
            before = margin, error
            most = OUTLYING * max(restless / units.sum(), self.tolerance) if only_niches and units.any() else np.inf
            margin = self._extrapolated(margin, error, past, np.where(np.abs(error) <= most, units, 0.0))
        return best, False

    def _extrapolated(
        self, margin: FloatArray, error: FloatArray, past: list[tuple[FloatArray, FloatArray]], weight: FloatArray
    ) -> FloatArray:
        """Return where the ``past`` changes of margins and errors point to, and nowhere below a tenth of the answer.

        Decisions without ``weight`` take their answer as it is.
        """
        answer = margin + error
        if not past:
            return answer
        moved, errors = (np.stack(each) for each in zip(*past, strict=True))
        counts = np.flatnonzero(weight > 0.0)
        mixed, basis = np.empty(len(past)), np.empty((len(past) + 1, len(counts)))
        fit_errors(np.ascontiguousarray(errors[:, counts]), error[counts], np.sqrt(weight[counts]), basis, mixed)
        ahead = answer - ((moved + errors) * mixed[:, None]).sum(axis=0)
        return np.where((weight <= 0.0) | (ahead < 0.1 * answer), answer, np.minimum(ahead, 10.0 * np.abs(answer)))

    def _damped(self, margin: FloatArray) -> tuple[FloatArray, bool]:
        """Iterate with smaller and smaller steps: slower, and calm where the other way is not."""
        sold: FloatArray | None = None
        for number in range(MOST_PASSES // 2):
            answer, units = self.respond(margin)
            error = answer - margin
            lately = self._sold_lately(units, sold, error)
            if lately is not None and self.settled(error, lately):
                return answer, True
            sold = units if lately is None else lately
            margin = margin + error * max(0.1, 1.0 / (1.0 + number / 40.0))
        return margin, False

    def _sold_lately(self, units: FloatArray, before: FloatArray | None, error: FloatArray) -> FloatArray | None:
        """Return the units that count in this pass: what was sold before too, less by half with every pass.

        None where that is not known yet. A price that leaps so far that nobody buys any more would else be taken for
        one that does not matter.
        """
        if before is not None:
            return np.maximum(units, 0.5 * before)
        return units if np.abs(error).max(initial=0.0) <= self.game.step else None

    def settled(self, error: FloatArray, units: FloatArray) -> bool:
        """Tell whether next to all sales are at prices that move no more."""
        sold = units.sum()
        nearly = (units * np.abs(error)).sum() <= 0.1 * self.tolerance * sold
        return bool(nearly or self.moving(error, units) <= UNSETTLED * sold)

    def moving(self, error: FloatArray, units: FloatArray) -> float:
        """Return the sales at prices that still move."""
        return float(units[np.abs(error) > self.tolerance].sum())

    def better_far_away(self, margin: FloatArray, tried_before: list[int]) -> FloatArray | None:
        """Return margins with the one moved that would earn its firm most far from where it is; None if none.

        One at a time: where a maker and a wholesaler both would gain by a price far away, they would not both at once.
        """
        game = self.game
        price, landed = self.prices(margin)
        alone = game.decided & (game.decisions.rivals == 1.0)
        tried = np.where(alone[:, None], landed[:, None] + margin[:, None] * GRID, price[:, None])
        trials = Trials(tried, np.empty(tried.shape), np.zeros(tried.shape))
        try_prices(self.market(price, landed), trials)
        _, units = self.respond(margin)
        profit = np.bincount(game.decisions.owner, weights=units * np.maximum(margin, 0.0), minlength=len(self._value))
        earned = trials.earned
        here = earned[:, int(np.flatnonzero(GRID == 1.0)[0])]
        alone[tried_before] = False
        gains = np.where(alone, earned.max(axis=1) - here, 0.0) / np.maximum(profit[game.decisions.owner], 1e-9)
        keenest = int(gains.argmax())
        if gains[keenest] <= BETTER:
            return None
        tried_before.append(keenest)
        moved = margin.copy()
        moved[keenest] *= GRID[earned[keenest].argmax()]
        return moved

    def price_unsold(self, margin: FloatArray, unsold: BoolArray) -> FloatArray:
        """Return prices with what nobody buys priced as its firm prices the rest, at its mean margin.

        Who cannot sell because a rival offers the same goods for less asks no more than the contest leaves: its cost.
        """
        game, owners = self.game, len(self._value)
        _, units = self.respond(margin)
        sold = np.bincount(game.decisions.owner, weights=units, minlength=owners)
        earned = np.bincount(game.decisions.owner, weights=units * margin, minlength=owners)
        mean = np.where(sold > 0, earned / np.where(sold > 0, sold, 1.0), game.step)
        own = np.where(unsold, mean[game.decisions.owner], margin)
        if game.contests:
            own = np.where(unsold, np.minimum(own, self.highest_margins(*self.prices(margin))), own)
        return self.prices(own)[0]


def equilibrium(game: PricingGame, tolerance: float, *, scans: bool) -> tuple[FloatArray, bool]:
    """Return all prices when those decided are found, and whether they came to rest.

    ``scans``: whether every price is then held against others far away, since first-order conditions also hold at a
    false maximum.
    """
    search = PriceSearch(game, tolerance)
    margin, settled = search.find(search.start())
    tried_before: list[int] = []
    for _ in range(MOST_MOVES if scans and settled else 0):
        moved = search.better_far_away(margin, tried_before)
        if moved is None:
            break
        there, calm = search.accelerated(moved, PASSES_AFTER_MOVE, 0)
        if calm:  # a few niches have no price at which all are content: the first one stays
            margin = there
    price, landed = search.prices(margin)
    unsold = game.decided & (search.sums(price, landed)[:, 1] <= 0.0)
    if unsold.any():
        price = search.price_unsold(margin, unsold)
    return price, settled
