"""Multiproduct firms under logit demand: the sums in their first-order conditions.

A *decision* is one price set by one firm: a store's price of a product, a wholesaler's or maker's price to firms
downstream, a maker's price to customers. A sale involves one decision on every layer of the chain it passes through. A
firm owns all its decisions of a layer, and considers its profit on all of them together.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels.demand import Considered
from sim.kernels.numerics.compiler import kernel
from sim.kernels.numerics.elementary import exp

HIGHEST_EXPONENT = 500.0
"""Odds beyond e to this power are certain; above about 700 they would overflow."""


class SaleTerms(NamedTuple):
    """Revenue and cost of a sale for its seller, for each considered offer, shape (offers,), cents.

    ``kept`` is the share of the price left after commission and expected refunds, ``cost`` the cost of a sale besides
    the goods, ``units`` the goods used up per sale, net of expected returns. ``partner`` is the account of a store that
    is paid for handing over another firm's goods (-1: none), ``partner_margin`` what it earns per unit.
    """

    kept: NDArray[np.float64]
    cost: NDArray[np.float64]
    units: NDArray[np.float64]
    partner: NDArray[np.int64]
    partner_margin: NDArray[np.float64]


class PassThrough(NamedTuple):
    """Which decisions a sale involves, cell by cell.

    ``decision`` (cells, layers) is -1 where a layer sets no price of a cell; ``setter`` (cells,) is the layer whose
    decision customers pay; ``through`` (cells, layers) the expected increase of the consumer price per cent on a
    layer's decision; ``owner`` (decisions,) the firm.
    """

    decision: NDArray[np.int64]
    setter: NDArray[np.int64]
    through: NDArray[np.float64]
    owner: NDArray[np.int64]


class LogitMarket(NamedTuple):
    """A market with logit demand at given prices (McFadden 1974), as all firms see it.

    ``considered`` are the offers customers consider, ``sales`` what a sale brings and costs, ``chain`` who sets which
    price. ``price`` and ``landed``, the cost of a unit, have shape (decisions,), in cents; ``scale`` is that of taste
    shocks, in cents. ``share`` (most offers of a customer,) is scratch space for one customer's choice weights.
    """

    considered: Considered
    sales: SaleTerms
    chain: PassThrough
    price: NDArray[np.float64]
    landed: NDArray[np.float64]
    scale: float
    share: NDArray[np.float64]


class Trials(NamedTuple):
    """Prices to try for each decision, shape (decisions, tries).

    ``odds`` is filled with the change in an offer's odds if the whole price change reaches the customer; ``earned``
    collects the profits.
    """

    price: NDArray[np.float64]
    odds: NDArray[np.float64]
    earned: NDArray[np.float64]


@kernel
def choice_weights(market, customer):
    """Write the customer's choice weight of each offer to ``share``, relative to its best offer, and return their sum.

    The sum includes the outside option.
    """
    considered, _, chain, price, _, scale, share = market
    start, end = considered.first[customer], considered.first[customer + 1]
    top = 0.0
    for offer in range(start, end):
        cell = considered.cell[offer]
        asked = price[chain.decision[cell, chain.setter[cell]]]
        share[offer - start] = considered.gain[offer] - considered.burden * asked
        top = max(top, share[offer - start])
    total = exp(-top / scale)
    for number in range(end - start):
        share[number] = exp((share[number] - top) / scale)
        total += share[number]
    return total


@kernel
def margin_of(market, offer, layer):
    """Return what a layer's firm earns on a sale by an offer; 0 if it has no part in it."""
    considered, sales, chain, price, landed, _, _ = market
    cell = considered.cell[offer]
    decision = chain.decision[cell, layer]
    if decision < 0:
        return 0.0
    if chain.setter[cell] == layer:
        return sales.kept[offer] * price[decision] - sales.cost[offer] - sales.units[offer] * landed[decision]
    return sales.units[offer] * (price[decision] - landed[decision])


@kernel
def add_values(market, customer, layer, total, value):
    """Add to ``value`` (firms,) what each firm of a layer expects to earn on the customer's next need."""
    considered, sales, chain, _, _, _, share = market
    start, end = considered.first[customer], considered.first[customer + 1]
    for offer in range(start, end):
        decision = chain.decision[considered.cell[offer], layer]
        if decision >= 0:
            margin = margin_of(market, offer, layer)
            value[chain.owner[decision]] += share[offer - start] / total * margin
        if layer == chain.decision.shape[1] - 1 and sales.partner[offer] >= 0:
            value[sales.partner[offer]] += share[offer - start] / total * sales.partner_margin[offer]


@kernel
def clear_values(market, customer, layer, value):
    """Reset ``value`` (firms,) to 0 for the firms of the customer's offers."""
    considered, sales, chain = market.considered, market.sales, market.chain
    for offer in range(considered.first[customer], considered.first[customer + 1]):
        decision = chain.decision[considered.cell[offer], layer]
        if decision >= 0:
            value[chain.owner[decision]] = 0.0
        if layer == chain.decision.shape[1] - 1 and sales.partner[offer] >= 0:
            value[sales.partner[offer]] = 0.0


@kernel
def first_order_sums(market, value, sums):
    """Add to ``sums`` (decisions, 3) the terms of each decision's first-order condition.

    With choice probability P of an offer and weight w: the sum of a w P, of r a w P, and of r w P (cost + V), where a
    is the firm's share of one cent more, r the customer's share of it, and V what the firm earns on the
    customer's next need. The best price is (scale / burden x first + third) / second (zeta form of Morrow & Skerlos
    2011, Operations Research 59). ``value`` (firms,) starts and ends at 0.
    """
    considered, sales, chain, _, landed, _, share = market
    for customer in range(len(considered.first) - 1):
        start, end = considered.first[customer], considered.first[customer + 1]
        weight = considered.weight[customer]
        if start == end or weight <= 0.0:
            continue
        total = choice_weights(market, customer)
        for layer in range(chain.decision.shape[1]):
            add_values(market, customer, layer, total, value)
            for offer in range(start, end):
                cell = considered.cell[offer]
                decision = chain.decision[cell, layer]
                if decision < 0:
                    continue
                sold = weight * share[offer - start] / total
                through = chain.through[cell, layer]
                gained, spent = sales.units[offer], sales.units[offer] * landed[decision]
                if chain.setter[cell] == layer:
                    gained, spent = sales.kept[offer], spent + sales.cost[offer]
                sums[decision, 0] += gained * sold
                sums[decision, 1] += through * gained * sold
                sums[decision, 2] += through * sold * (spent + value[chain.owner[decision]])
            clear_values(market, customer, layer, value)


@kernel
def earned_on(market, customer, layer, decision):
    """Return a firm's choice weights times margins on the customer's offers that a decision does not affect, and the
    weight of the offers it affects.
    """
    considered, sales, chain, _, _, _, share = market
    owner, earned, pull = chain.owner[decision], 0.0, 0.0
    start, end = considered.first[customer], considered.first[customer + 1]
    for offer in range(start, end):
        mine = chain.decision[considered.cell[offer], layer]
        if mine == decision:
            pull += share[offer - start]
        elif mine >= 0 and chain.owner[mine] == owner:
            earned += share[offer - start] * margin_of(market, offer, layer)
        if layer == chain.decision.shape[1] - 1 and sales.partner[offer] == owner:
            earned += share[offer - start] * sales.partner_margin[offer]
    return earned, pull


@kernel
def try_prices(market, trials):
    """Add to ``trials.earned`` the daily profit of each decision's firm at each price tried.

    All other decisions are fixed. Only customers affected by the decision are counted: the same ones at all prices.
    """
    considered, sales, chain, price, _, scale, share = market
    for decision in range(len(price)):
        for attempt in range(trials.price.shape[1]):
            rise = trials.price[decision, attempt] - price[decision]
            trials.odds[decision, attempt] = exp(min(-considered.burden * rise / scale, HIGHEST_EXPONENT))
    for customer in range(len(considered.first) - 1):
        start, end = considered.first[customer], considered.first[customer + 1]
        weight = considered.weight[customer]
        if start == end or weight <= 0.0:
            continue
        total = choice_weights(market, customer)
        for layer in range(chain.decision.shape[1]):
            for offer in range(start, end):
                decision = chain.decision[considered.cell[offer], layer]
                seen = decision < 0
                for before in range(start, offer):
                    seen = seen or chain.decision[considered.cell[before], layer] == decision
                if seen:
                    continue
                rest, pull = earned_on(market, customer, layer, decision)
                for attempt in range(trials.price.shape[1]):
                    moved = trials.price[decision, attempt] - price[decision]
                    pulled, gained = total - pull, rest
                    for other in range(offer, end):
                        cell = considered.cell[other]
                        if chain.decision[cell, layer] != decision:
                            continue
                        through = chain.through[cell, layer]
                        odds = trials.odds[decision, attempt]
                        if through != 1.0:
                            odds = exp(min(-considered.burden * through * moved / scale, HIGHEST_EXPONENT))
                        strength = share[other - start] * odds
                        kept = sales.kept[other] if chain.setter[cell] == layer else sales.units[other]
                        margin = margin_of(market, other, layer)
                        pulled += strength
                        gained += strength * (margin + kept * moved)
                    trials.earned[decision, attempt] += weight * gained / pulled


@kernel
def price_gradient(market, layer, firm, by_price, by_decision):
    """Add the derivatives of a firm's daily profit with respect to prices, and return the profit.

    ``by_price`` (cells,) is by each price to customers, all else equal; ``by_decision`` (decisions,) by the firm's own
    decisions towards other firms while prices to customers stay.
    """
    considered, sales, chain, _, _, scale, share = market
    profit = 0.0
    for customer in range(len(considered.first) - 1):
        start, end = considered.first[customer], considered.first[customer + 1]
        weight = considered.weight[customer]
        if start == end or weight <= 0.0:
            continue
        total = choice_weights(market, customer)
        value = 0.0
        for offer in range(start, end):
            decision = chain.decision[considered.cell[offer], layer]
            if decision >= 0 and chain.owner[decision] == firm:
                margin = margin_of(market, offer, layer)
                value += share[offer - start] / total * margin
        profit += weight * value
        for offer in range(start, end):
            cell = considered.cell[offer]
            decision = chain.decision[cell, layer]
            sold = weight * share[offer - start] / total
            mine = decision >= 0 and chain.owner[decision] == firm
            margin = margin_of(market, offer, layer) if mine else 0.0
            by_price[cell] -= considered.burden / scale * sold * (margin - value)
            if mine and chain.setter[cell] == layer:
                by_price[cell] += sold * sales.kept[offer]
            elif mine:
                by_decision[decision] += sold * sales.units[offer]
    return profit


@kernel
def follower_slopes(market, rivals, place, by_price, by_cost):
    """Add the derivatives of the last layer's first-order conditions with respect to prices and the cost of goods.

    The condition of cell v is scale / burden / ``rivals``[v] x sum of kept w P less the sum of w P (margin - V).
    ``place`` (cells,) numbers the cells whose prices change, those of followers first; ``by_price`` (followers, places)
    and ``by_cost`` (followers, followers) are the derivatives.
    """
    considered, sales, chain, _, _, scale, share = market
    layer, followers = chain.decision.shape[1] - 1, len(by_price)
    for customer in range(len(considered.first) - 1):
        start, end = considered.first[customer], considered.first[customer + 1]
        weight = considered.weight[customer]
        if start == end or weight <= 0.0:
            continue
        total = choice_weights(market, customer)
        steep = considered.burden / scale
        for offer in range(start, end):
            cell = considered.cell[offer]
            here = place[cell]
            if here < 0 or here >= followers:
                continue
            owner = chain.owner[chain.decision[cell, layer]]
            bought = share[offer - start] / total
            value = 0.0
            for other in range(start, end):
                decision = chain.decision[considered.cell[other], layer]
                if decision >= 0 and chain.owner[decision] == owner:
                    margin = margin_of(market, other, layer)
                    value += share[other - start] / total * margin
                if sales.partner[other] == owner:
                    value += share[other - start] / total * sales.partner_margin[other]
            net = margin_of(market, offer, layer) - value
            for other in range(start, end):
                there = place[considered.cell[other]]
                if there < 0:
                    continue
                taken = share[other - start] / total
                decision = chain.decision[considered.cell[other], layer]
                mine = decision >= 0 and chain.owner[decision] == owner
                margin = margin_of(market, other, layer) if mine else 0.0
                if sales.partner[other] == owner:
                    margin = sales.partner_margin[other]
                fall = -steep * bought * ((1.0 if other == offer else 0.0) - taken)
                kept = sales.kept[other] if mine else 0.0
                value_by_price = -steep * taken * (margin - value) + taken * kept
                same = sales.kept[offer] if other == offer else 0.0
                change = fall * (sales.kept[offer] / (steep * rivals[here]) - net) - bought * (same - value_by_price)
                by_price[here, there] += weight * change
                if there < followers:
                    goods = sales.units[offer] if other == offer else 0.0
                    by_cost[here, there] += weight * bought * (goods - (taken * sales.units[other] if mine else 0.0))


@kernel
def fit_errors(past, error, weight, basis, mixed):
    """Find the combination of ``past`` (columns, rows) that comes closest to ``error`` (rows,), squares by ``weight``.

    Writes it to ``mixed`` (columns,); redundant columns get 0. Modified Gram-Schmidt in ``basis``, with one
    column more than ``past``: the same bits on every processor, unlike linear-algebra libraries.
    """
    columns, rows = past.shape
    target = basis[columns]
    for row in range(rows):
        target[row] = error[row] * weight[row]
    largest = 0.0
    for column in range(columns):
        length = 0.0
        for row in range(rows):
            basis[column, row] = past[column, row] * weight[row]
            length += basis[column, row] * basis[column, row]
        largest = max(largest, length)
    for column in range(columns):
        for before in range(column):
            along = 0.0
            for row in range(rows):
                along += basis[before, row] * basis[column, row]
            for row in range(rows):
                basis[column, row] -= along * basis[before, row]
        length = 0.0
        for row in range(rows):
            length += basis[column, row] * basis[column, row]
        shrunk = 1.0 / np.sqrt(length) if length > 1e-18 * largest else 0.0
        for row in range(rows):
            basis[column, row] *= shrunk
        mixed[column] = 0.0
        for row in range(rows):
            mixed[column] += basis[column, row] * target[row]
    # Backwards, from coordinates along the basis to those along the columns.
    for column in range(columns - 1, -1, -1):
        along = 0.0
        for row in range(rows):
            along += basis[column, row] * past[column, row] * weight[row]
        for later in range(column + 1, columns):
            across = 0.0
            for row in range(rows):
                across += basis[column, row] * past[later, row] * weight[row]
            mixed[column] -= across * mixed[later]
        mixed[column] = mixed[column] / along if along > 0.0 else 0.0
