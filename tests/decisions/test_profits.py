"""Expected profits of a route: those of the books of a full simulation, best prices, rivals at rest."""

import numpy as np
import pytest

from sim.decisions.confirming import WARM_UP, WEEKS
from sim.decisions.own_prices import best_prices
from sim.decisions.rivals import implied_rivals, prices_answered
from sim.market import Market
from sim.runs.running import emptying
from sim.scenario import load_scenario


def weekly_profits(weighed, seed):
    """Return what every firm earns a week in a full simulation with shelves that are never empty."""
    scenario = weighed.market.route.scenario
    full = {"rule": "base_stock", "level": 400}
    changed = {"retailers.replenishment": full, "suppliers.replenishment": {**full, "level": 4000}}
    lived = load_scenario(scenario, {"time.days": WARM_UP + 7 * WEEKS, **changed})
    with emptying(Market(lived, weighed.market.route.regime, seed)) as market:
        for _ in range(WARM_UP):
            market.step()
        before = market.state.profits()
        for _ in range(7 * WEEKS):
            market.step()
        return (market.state.profits() - before) / 100.0 / WEEKS


@pytest.mark.parametrize("key", ["stay", "direct", "marketplace", "partner_shops", "direct_only"])
def test_every_firms_profit_is_that_of_the_books(weighing, routes, key):
    """Maker, rival, shops and platform: purchases, freight, fees, commission and returns, but for chance."""
    weighed = routes[key]
    point = weighing.centre
    units = weighed.market.units(point, weighed.price)
    margins, accounts = weighed.market.margins(weighed.price)
    expected = weighed.market.profits_of(units, margins, accounts)
    lived = weekly_profits(weighed, weighing.seed)
    for account, name in enumerate(weighed.market.accounts):
        if name not in ("own brand", "rival brand", "Chain", "platform") or abs(expected[account]) < 1.0:
            continue
        own = (np.where(accounts == account, margins, 0.0).sum(axis=1) / 100.0) ** 2 * units
        chance = np.sqrt(own.sum() / WEEKS)
        assert lived[account] == pytest.approx(expected[account], abs=4.0 * chance + 0.01 * abs(expected[account])), (
            name
        )


@pytest.mark.parametrize("key", ["direct", "marketplace", "partner_shops"])
def test_no_other_price_earns_more(weighing, routes, key):
    weighed = routes[key]
    products = weighed.market.products
    best = weighed.profit(weighing.centre, weighed.price)[0]
    for number in np.flatnonzero(weighing.own):
        if weighed.edges[products + number]:
            continue
        for factor in (0.97, 1.03):
            price = weighed.price.copy()
            price[products + number] *= factor
            assert weighed.profit(weighing.centre, price)[0] < best * (1.0 + 1e-6), (number, factor)


def test_a_best_price_at_the_end_of_its_range_is_told(weighing, routes):
    weighed = routes["direct"]
    market = weighed.market
    moves = np.concatenate([np.zeros(market.products, dtype=bool), weighing.own])
    low = best_prices(market, weighed.account, moves, weighing.centre, 0.3 * weighed.price, weighed.price)
    assert set(low.edge[moves].tolist()) == {1.0}
    high = best_prices(market, weighed.account, moves, weighing.centre, 4.0 * weighed.price, weighed.price)
    assert set(high.edge[moves].tolist()) == {-1.0}


def test_rivals_whose_costs_are_implied_have_no_reason_to_move(weighing, routes):
    stay = routes["stay"].market
    makers = stay.state.world.catalogue.supplier.astype(np.int64)
    rivals = implied_rivals(stay, weighing.own, makers, weighing.centre)
    assert rivals.moves.sum() == (~weighing.own).sum()
    assert (rivals.cost[rivals.moves] < rivals.today[rivals.moves]).all()
    price = prices_answered(stay, rivals, "best_response", weighing.centre, stay.base_price, weighing.own)
    assert price == pytest.approx(stay.base_price, abs=1.0)


def test_rivals_answer_a_cut_and_only_their_own_prices_move(weighing, routes):
    direct, stay = routes["direct"], routes["stay"].market
    makers = stay.state.world.catalogue.supplier.astype(np.int64)
    rivals = implied_rivals(stay, weighing.own, makers, weighing.centre)
    cut = direct.price.copy()
    cut[direct.market.products :] *= 0.7
    for how in ("match", "best_response"):
        after = prices_answered(direct.market, rivals, how, weighing.centre, cut, weighing.own)
        moved = after != cut
        assert moved.any()
        assert not moved[~rivals.moves].any()
        assert (after[moved] < cut[moved]).all()
    assert prices_answered(direct.market, rivals, "hold", weighing.centre, cut, weighing.own).tolist() == cut.tolist()
