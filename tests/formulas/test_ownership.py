"""Chains of firms with several prices each: other methods agree, and no firm gains by leaving."""

import numpy as np
import pytest
from scipy.optimize import minimize

from sim.formulas.logit import bertrand_nash
from sim.formulas.logit_chain import logit_margins
from sim.formulas.multiproduct import inclusive_worth, logit_demand
from sim.formulas.ownership import at_rest, tier_of, vertical_nash

TWO_KINDS = logit_demand([[37.0, 23.0], [26.0, 31.0]], 4.0, [3, 7])
WORTH = np.array([[41.0, 29.0, 35.5, 12.0], [22.0, 44.0, 31.0, 27.5], [30.0, 18.0, 52.0, 40.0]])

CHAINS = {
    # Four goods of two makers, one wholesaler, a shop.
    "three tiers": (
        logit_demand(WORTH, 6.3, [2, 5, 3]),
        np.array([9.0, 14.5, 21.0, 6.0]),
        [tier_of(range(4), (0, 0, 1, 1)), tier_of(range(4), (0,) * 4), tier_of(range(4), (0,) * 4)],
    ),
    # Two goods in three shops, of which one retailer owns two; a maker each.
    "shops": (
        logit_demand(np.array([[31.0, 27.0, 25.0, 30.0, 22.0, 35.0], [24.0, 38.0, 33.0, 26.0, 29.0, 31.0]]), 5.1),
        np.array([8.0, 11.0] * 3),
        [tier_of([0, 1] * 3, (0, 1)), tier_of(range(6), (0, 0, 0, 0, 1, 1))],
    ),
    # A maker of two goods who sends parcels (the last two cells) beside a wholesaler and two rival shops.
    "beside the chain": (
        logit_demand(np.tile([[33.0, 41.0], [45.0, 28.0]], 3), 7.7, [4, 5]),
        np.array([12.0, 9.0, 12.0, 9.0, 15.0, 12.5]),
        [
            tier_of([0, 1, 0, 1, 2, 3], (0,) * 4),
            tier_of([0, 1, 0, 1, -1, -1], (0, 0)),
            tier_of([0, 1, 2, 3, -1, -1], (0, 0, 1, 1)),
        ],
    ),
}


def best_in_turn(demand, cost, tiers, taken, rounds=400):
    """Let one firm after another answer with all its margins, each half of the way, until nobody moves."""
    margins = [np.full(len(tier.firm), 1.5 * demand.scale) for tier in tiers]
    for _ in range(rounds):
        before = np.concatenate(margins).copy()
        for number, tier in enumerate(tiers):
            for firm in np.unique(tier.firm):
                own, rest = tier.firm == firm, at_rest(demand, cost, tiers, margins)
                below = rest.price / rest.paid_to(number, cost, tiers)

                def loss(tried, number=number, tier=tier, own=own, rest=rest, below=below):
                    margin = rest.margins[number].copy()
                    margin[own] = tried
                    change = tier.cells.T @ (margin - rest.margins[number]) * (below if taken == "percent" else 1.0)
                    return -float((margin * own) @ (tier.cells @ demand.quantity(rest.price + change)))

                answer = minimize(loss, margins[number][own], method="BFGS", options={"gtol": 1e-10}).x
                kept = margins[number].copy()
                if taken == "percent":
                    kept = np.where(own, 0.5 * kept, kept)
                    kept[own] += 0.5 * answer
                else:
                    kept[own] = 0.5 * kept[own] + 0.5 * answer
                margins = [*margins[:number], kept, *margins[number + 1 :]]
        if np.abs(np.concatenate(margins) - before).max() < 1e-7:
            break
    return margins


def greatest_gain(demand, cost, tiers, rest, taken="margin"):
    """Return the most that any firm would gain by other margins on all it owns, as a share of its profit.

    Searched without derivatives from half, the same and twice its margins, so that no condition is believed.
    """
    return max(
        gain_of(demand, cost, tiers, rest, (number, int(firm)), taken)
        for number, tier in enumerate(tiers)
        for firm in np.unique(tier.firm)
    )


def gain_of(demand, cost, tiers, rest, who, taken):
    """Return what one firm (number of its tier, number of the firm) gains at most by other margins."""
    number, firm = who
    tier, before = tiers[number], rest.margins[number]
    own = tier.firm == firm
    paid = rest.paid_to(number, cost, tiers)
    below = rest.price / paid

    def loss(tried):
        margin = before.copy()
        margin[own] = tried
        change = tier.cells.T @ (margin - before)
        sold = demand.quantity(rest.price + change * (below if taken == "percent" else 1.0))
        return -float((margin * own) @ (tier.cells @ sold))

    now = loss(before[own])
    tried = (
        minimize(loss, before[own] * by, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-13, "maxiter": 4000})
        for by in (0.5, 1.0, 2.0)
    )
    return max(found.fun / now for found in tried) - 1.0


@pytest.mark.parametrize("taken", ["margin", "percent"])
@pytest.mark.parametrize("name", CHAINS)
def test_no_firm_gains_by_other_margins(name, taken):
    demand, cost, tiers = CHAINS[name]
    rest = vertical_nash(demand, cost, tiers, taken)
    assert greatest_gain(demand, cost, tiers, rest, taken) < 1e-9


@pytest.mark.parametrize("name", CHAINS)
def test_a_firm_that_competes_with_itself_is_caught(name):
    """Were each price a firm of its own, every firm with several would gain by owning up to it."""
    demand, cost, tiers = CHAINS[name]
    apart = [tier_of(tier.price_of.tolist(), range(len(tier.firm))) for tier in tiers]
    fault = vertical_nash(demand, cost, apart)
    assert greatest_gain(demand, cost, tiers, fault) > 0.005


@pytest.mark.parametrize("name", CHAINS)
def test_answering_in_turn_ends_at_the_same_prices(name):
    demand, cost, tiers = CHAINS[name]
    rest = vertical_nash(demand, cost, tiers)
    found = best_in_turn(demand, cost, tiers, "margin")
    assert np.concatenate(rest.margins) == pytest.approx(np.concatenate(found), abs=1e-4)


@pytest.mark.parametrize("name", CHAINS)
def test_the_same_rest_is_found_from_elsewhere(name):
    demand, cost, tiers = CHAINS[name]
    low, high = (vertical_nash(demand, cost, tiers, start=start).price for start in (1.0, 2.5))
    assert low == pytest.approx(high)


@pytest.mark.parametrize(("tiers", "margin"), [(1, 23.748225), (2, 16.010839), (3, 12.995454)])
def test_alike_customers_and_one_firm_a_tier(tiers, margin):
    """N x = W(N exp(L - N)) with the inclusive worth L; worth 30, scale 10, cost 10, two goods."""
    demand = logit_demand([30.0, 30.0], 10.0)
    rest = vertical_nash(demand, [10.0, 10.0], [tier_of((0, 1), (0, 0))] * tiers)
    closed = logit_margins(inclusive_worth([30.0] * 2, [10.0] * 2, 10.0), 1.0, 0.0, tiers).margins
    assert np.concatenate(rest.margins) == pytest.approx(10.0 * np.repeat(closed, 2))
    assert rest.margins[0][0] == pytest.approx(margin, abs=1e-6)


def test_two_kinds_of_customers():
    both = [tier_of((0, 1), (0, 0))] * 2
    rest = vertical_nash(TWO_KINDS, np.array([11.0, 7.0]) + 1.5, both)
    assert rest.price == pytest.approx([34.838, 29.470], abs=5e-4)
    assert np.concatenate(rest.profits) == pytest.approx([6.6979] * 2, abs=5e-5)
    integrated = vertical_nash(TWO_KINDS, np.array([11.0, 7.0]) + 1.5, both[:1])
    assert integrated.price == pytest.approx([31.668, 26.471], abs=5e-4)


def test_five_kinds_of_customers():
    demand = logit_demand([(61, 52), (63, 72), (78, 73), (82, 87), (102, 103)], 3.0, [0.1, 0.25, 0.3, 0.25, 0.1])
    both, cost = [tier_of((0, 1), (0, 0))] * 2, np.array([20.0, 17.0]) + 3.0
    rest = vertical_nash(demand, cost, both)
    assert rest.price == pytest.approx([73.593, 70.183], abs=5e-4)
    assert np.concatenate(rest.profits) == pytest.approx([19.500] * 2, abs=5e-4)
    assert vertical_nash(demand, cost, both[:1]).price == pytest.approx([70.521, 67.227], abs=5e-4)


def test_one_tier_is_bertrand_nash():
    demand, cost, tiers = CHAINS["shops"]
    zeta = bertrand_nash(demand.worth / demand.scale, 1.0 / demand.scale, cost, tiers[1].firm, weights=demand.weights)
    assert vertical_nash(demand, cost, tiers[1:]).price == pytest.approx(zeta)
    assert vertical_nash(demand, cost, tiers[1:], "percent").price == pytest.approx(zeta)


def test_a_percentage_downstream_makes_upstream_ask_less():
    """A cent upstream costs customers more than a cent."""
    demand, cost, tiers = CHAINS["three tiers"]
    in_money, percent = (vertical_nash(demand, cost, tiers, taken) for taken in ("margin", "percent"))
    assert (percent.margins[0] < in_money.margins[0]).all()


def test_a_price_nobody_owns_is_refused():
    with pytest.raises(ValueError, match="price_of must name each"):
        tier_of((0, 1, 2), (0, 0))
