"""A need, from the offers a customer considers to its purchase or the reason for none.

Customers come one after another and stock runs out. Nothing is paid or handed over here: a purchase reserves a unit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.kernels.books import cents_of
from sim.kernels.choices import Choices, Met, end_of_choice, write_down
from sim.kernels.codes import NO_PRICE, NOT_STOCKED, NOTHING, OUT_OF_STOCK, TOO_DEAR, TOO_FAR, TOO_SLOW, WAITING
from sim.kernels.needs import WORD, Visits, clear_purchase, note_over, open_need
from sim.kernels.numerics.bits import lowest_bit
from sim.kernels.numerics.compiler import kernel
from sim.kernels.numerics.prefetch import ask_for
from sim.kernels.numerics.randomness import PURPOSE_NEED, draw, inverse_modulo, stream, uniform, visiting_order
from sim.kernels.offers import (
    COURIER,
    ENDLESS_AISLE,
    STORE,
    Marketplace,
    add_endless_aisle,
    backlog_now,
    can_be_had,
    from_depot,
    identity_of,
    in_stock,
    list_offers,
    shock_of,
    stock_of,
)
from sim.kernels.shoppers import keys_of, shopper_of

NO_PURCHASE, TOMORROW = -1, -2


class ShoppingTables(NamedTuple):
    """What shopping is written in: needs, who shops, one customer's offers, and all of them where that is recorded."""

    needs: NDArray[np.void]
    visits: Visits
    offers: NDArray[np.void]
    choices: Choices


class Today(NamedTuple):
    """The market, units asked for so far today (nodes, products), and each product's lowest price anywhere."""

    market: Marketplace
    demand: NDArray[np.int64]
    lowest_price: NDArray[np.int64]


class Nearest(NamedTuple):
    """The nearest store that sells, -1 where there is none, and its km from home."""

    store: int | np.int64
    km: float


@kernel
def write_choice(need, tables, count, listed, choice, market):
    """Write down all that one visit considered, before anything is reserved: the first ``listed`` offers were known
    beforehand, the others came up in the store.

    In stock means: as the customer finds it, whether visible from home or not.
    """
    needs, _, offers, choices = tables
    for offer in range(count):
        node = stock_of(offers, offer, market)
        seller = market.goods.owner[node, offers[offer]["product"]]
        met = Met(node, seller, in_stock(offers, offer, market), offer >= listed, offer == choice)
        write_down(choices, need, needs, offers[offer], met)
    end_of_choice(choices, need, needs, choice == NO_PURCHASE)


@kernel
def nearest_that_sells(shopper, rules):
    """The nearest store, if stores sell at all."""
    stores_sell = rules.own_channels[STORE] or rules.supplier_channels[STORE]
    return Nearest(np.int64(shopper.stores[0]) if stores_sell else -1, shopper.km[0])


@kernel
def best_offer(offers, count, outside_option, at_store, travel_cost):
    """The offer with the highest utility, NO_PURCHASE if leaving is better. Ties: an offer before leaving, the lowest
    identity first.

    For a customer in a store the trip is sunk: there, travel costs nothing more.
    """
    best = NO_PURCHASE
    best_utility = outside_option
    for offer in range(count):
        if not offers[offer]["alive"]:
            continue
        utility = offers[offer]["utility"]
        if at_store >= 0 and offers[offer]["store"] == at_store and offers[offer]["channel"] != COURIER:
            utility += travel_cost * 2.0 * offers[offer]["km"]
        if utility > best_utility or (
            utility == best_utility and (best == NO_PURCHASE or offers[offer]["identity"] < offers[best]["identity"])
        ):
            best = offer
            best_utility = utility
    return best, best_utility


@kernel
def exclude_stock_outs(offers, count, at_store, everywhere, market):
    """Leave out what is seen to be empty: all that is sold online, this store's shelves, or every shelf."""
    for offer in range(count):
        seen = everywhere or offers[offer]["channel"] != STORE or offers[offer]["store"] == at_store
        if seen and offers[offer]["alive"] and not can_be_had(offers, offer, market):
            offers[offer]["alive"] = False


@kernel
def count_unmet_demand(demand, offers, offer, shelves):
    """Count a unit requested at an empty shelf."""
    demand[shelves.first_node + offers[offer]["store"], offers[offer]["product"]] += 1


@kernel
def shopping_cost_in_store(shopper, supplier, rules):
    """Cost of waiting for goods bought in a store and of buying them unseen, if only retailers sell there."""
    if rules.supplier_channels[STORE]:
        return 0.0
    hassle = 0.0 if rules.seen_in_store else shopper.hassle
    return shopper.waiting_cost * rules.store_days[shopper.town, supplier] + hassle


@kernel
def utility_in_store(shopper, rank, nearest, price, market):
    """Utility of a product on the shelf of the nearest store, in cents: the customer's ``rank``-th, at this price."""
    catalogue, rules, stores = market.catalogue, market.rules, len(market.shelves.retailer)
    product = catalogue.considered[shopper.taste, rank]
    return (
        rules.acceptance[STORE] * shopper.worth
        + catalogue.quality[product]
        - shopper.mismatch_cost * catalogue.mismatch[shopper.taste, rank]
        - price
        - cents_of(price * rules.tax_rate)
        - shopper.travel_cost * 2.0 * nearest.km
        - shopping_cost_in_store(shopper, catalogue.supplier[product], rules)
        + shock_of(rules, shopper.key, identity_of(stores, product, nearest.store, STORE))
    )


@kernel
def misses_more(utility, offers, count, shopper, today):
    """Whether a product nobody offers the customer would beat ``utility``, its best choice, in the nearest store.

    Its price is the lowest anywhere; a product without any price is not missed.
    """
    market, lowest_price = today.market, today.lowest_price
    nearest, considered = nearest_that_sells(shopper, market.rules), market.catalogue.considered
    if nearest.store < 0:
        return False
    for rank in range(considered.shape[1]):
        product = considered[shopper.taste, rank]
        if lowest_price[product] == NO_PRICE:
            continue
        offered = False
        for offer in range(count):
            offered = offered or offers[offer]["product"] == product
        if offered:
            continue
        if utility_in_store(shopper, rank, nearest, lowest_price[product], market) > utility:
            return True
    return False


@kernel
def decide(need, tables, count, shopper, today):
    """Walk from the first choice to what is had in the end: an offer, NO_PURCHASE, or TOMORROW. Returns it with the
    count.

    An empty shelf is met in the store unless stock is shared: the trip is lost, and the customer takes the best of what
    is left, there or elsewhere.
    """
    market, outside_option, travel_cost = today.market, shopper.outside_option, shopper.travel_cost
    offers, record = tables.offers, tables.needs[need]
    choice, utility = best_offer(offers, count, outside_option, -1, travel_cost)
    if record["attempt"] == 0 and choice != NO_PURCHASE:
        record["first_choice"] = offers[choice]["product"]
        record["first_store"] = offers[choice]["store"]
        record["first_channel"] = offers[choice]["channel"]
        record["first_empty"] = not in_stock(offers, choice, market)
    if record["attempt"] == 0:
        record["first_missing"] = misses_more(utility, offers, count, shopper, today)
    first_utility = utility
    at_store = -1
    while choice != NO_PURCHASE and not can_be_had(offers, choice, market):
        count_unmet_demand(today.demand, offers, choice, market.shelves)
        here = offers[choice]["store"]
        if offers[choice]["channel"] == STORE and not market.rules.shares_stock and here != at_store:
            record["sunk_cost"] += travel_cost * 2.0 * offers[choice]["km"]
            record["km"] += offers[choice]["km"]
            at_store = here
            if market.rules.supplier_channels[ENDLESS_AISLE]:
                count = add_endless_aisle(offers, count, choice, shopper, market)
        exclude_stock_outs(offers, count, at_store, market.rules.shares_stock, market)
        offers[choice]["alive"] = False
        choice, utility = best_offer(offers, count, outside_option, at_store, travel_cost)
    if at_store >= 0 and record["attempt"] == 0:
        tomorrow = first_utility - shopper.waiting_cost
        if tomorrow > utility:
            return TOMORROW, count, at_store
    return choice, count, at_store


@kernel
def reserve_unit(need, tables, choice, at_store, shopper, today):
    """Record a purchase and reserve its unit and its place in the carrier's queue."""
    market, visits, now = today.market, tables.visits, shopper.now
    last_mile, goods = market.last_mile, market.goods
    offer = tables.offers[choice]
    product = offer["product"]
    channel = offer["channel"]
    store = offer["store"]
    km = 0.0 if store >= 0 and store == at_store else offer["km"]
    trip = shopper.travel_cost * 2.0
    record = tables.needs[need]
    late = np.int64(record["attempt"])
    record["product"] = product
    record["channel"] = channel
    record["at_store"] = store
    record["price"] = offer["price"]
    record["fee"] = offer["fee"]
    record["tax"] = cents_of(offer["price"] * market.rules.tax_rate)
    record["km"] += km
    record["quoted_days"] = offer["days"] + late
    record["transit"] = offer["transit"] + late
    record["shopping_cost"] = trip * km + shopper.waiting_cost * offer["days"] + offer["hassle"]
    record["utility"] = offer["utility"] + trip * (offer["km"] - km)
    supplier = market.catalogue.supplier[product]
    if from_depot(channel):
        node = supplier
        queue = backlog_now(last_mile.parcel_backlog[supplier], last_mile.parcel_clock[supplier], now)
        last_mile.parcel_backlog[supplier] = queue + last_mile.parcel_days_per_drop
        last_mile.parcel_clock[supplier] = now
    else:
        node = market.shelves.first_node + store
    if channel == COURIER:
        town = shopper.town
        queue = backlog_now(last_mile.courier_backlog[town], last_mile.courier_clock[town], now)
        last_mile.courier_backlog[town] = queue + last_mile.courier_days_per_drop
        last_mile.courier_clock[town] = now
    record["seller"] = goods.owner[node, product]
    record["place"] = node
    goods.reserved[node, product] += 1
    today.demand[node, product] += 1
    visits.basket[visits.in_basket[0]] = need
    visits.in_basket[0] += 1


@kernel
def reason_for_none(first_choice, offers, count, shopper, today):
    """Why nothing was bought: the first hindrance whose removal alone would have made the customer buy."""
    if first_choice != NOTHING:
        return OUT_OF_STOCK
    market, outside_option = today.market, shopper.outside_option
    nearest, considered = nearest_that_sells(shopper, market.rules), market.catalogue.considered
    if nearest.store >= 0:
        for rank in range(considered.shape[1]):
            product = considered[shopper.taste, rank]
            price = today.lowest_price[product]
            if price == NO_PRICE:
                continue
            utility = utility_in_store(shopper, rank, nearest, price, market)
            if utility >= outside_option:
                return NOT_STOCKED
    for offer in range(count):
        if offers[offer]["utility"] + shopper.travel_cost * 2.0 * offers[offer]["km"] >= outside_option:
            return TOO_FAR
    for offer in range(count):
        if offers[offer]["utility"] + shopper.waiting_cost * offers[offer]["days"] >= outside_option:
            return TOO_SLOW
    return TOO_DEAR


@kernel
def shop(need, shopper, tables, today):
    """Let one need go shopping."""
    needs, visits, offers, choices = tables
    market, record = today.market, needs[need]
    record["outside_option"] = shopper.outside_option
    listed = list_offers(offers, shopper, market)
    choice, count, at_store = decide(need, tables, listed, shopper, today)
    if len(choices.rows) > 0:
        write_choice(need, tables, count, listed, choice, market)
    if choice >= 0:
        reserve_unit(need, tables, choice, at_store, shopper, today)
    elif choice == TOMORROW:
        record["attempt"] = 1
        record["sunk_cost"] += shopper.waiting_cost
        clear_purchase(needs, need, WAITING)
        visits.returning[visits.returning_count[0]] = need
        visits.returning_count[0] += 1
    else:
        stores_sell = market.rules.own_channels[STORE] or market.rules.supplier_channels[STORE]
        if stores_sell and shopper.stores[0] < 0 and count == 0:  # all stores have closed
            reason = NOT_STOCKED
        else:
            reason = reason_for_none(np.int64(record["first_choice"]), offers, count, shopper, today)
        clear_purchase(needs, need, reason)
        note_over(visits.reuse, need)


@kernel
def draw_needs(key, need_rate, need_multiplier, has_need):
    """Determine who has a need today, in memory order, regardless of the order of visits."""
    for customer in range(len(need_rate)):
        has_need[customer] = uniform(draw(key, customer)) < need_rate[customer] * need_multiplier


@kernel
def fill_steps(step, customers, steps):
    """Write 0, 1, 2 ... steps modulo the number of customers, shape (``WORD``,). Returns the step after them."""
    place = 0
    for number in range(WORD):
        steps[number] = place
        place += step
        if place >= customers:  # cheaper than a modulo
            place -= customers
    return place


@kernel
def mark_places(visits, inverse, first_place, customers):
    """Mark the places in the day's order of all customers with a need; ``inverse`` is from one customer to the next."""
    has_need, places, steps, found = visits.has_need, visits.places, visits.steps[0], visits.steps[1]
    places[:] = 0
    block_step, begin = fill_steps(inverse, customers, steps), first_place
    for first in range(0, customers, WORD):
        count = 0
        for number in range(min(WORD, customers - first)):
            # The next one overwrites a customer without a need, so there is no branch to predict.
            found[count] = number
            count += has_need[first + number]
        for one in range(count):
            place = begin + steps[found[one]]
            place -= customers if place >= customers else 0
            places[place // WORD] |= np.uint64(1) << np.uint64(place % WORD)
        begin += block_step
        begin -= customers if begin >= customers else 0


@kernel
def line_up(day, need_multiplier, visits, need_rate, seed):
    """Put all customers with a need today into the queue, in the day's order. Returns their number.

    Who has a need marks its place, and the marks are read in order: only a tenth of all customers are looked at twice.
    """
    customers = len(need_rate)
    draw_needs(stream(seed, PURPOSE_NEED, day), need_rate, need_multiplier, visits.has_need)
    stride, offset = visiting_order(seed, day, customers)
    inverse = inverse_modulo(stride, customers)
    mark_places(visits, inverse, (customers - offset) % customers * inverse % customers, customers)
    queue, steps = visits.queue, visits.steps[0]
    word_step, begin, with_need = fill_steps(stride, customers, steps), offset, 0
    for number in range(len(visits.places)):
        word = visits.places[number]
        while word != 0:
            customer = begin + steps[lowest_bit(word)]
            queue[with_need] = customer - customers if customer >= customers else customer
            with_need += 1
            word &= word - np.uint64(1)
        begin += word_step
        begin -= customers if begin >= customers else 0
    return with_need


AHEAD = 8
"""How many visits ahead a shopper's data are prefetched: about as long as loading takes."""


@kernel
def fetch(people, customer):
    """Prefetch the data of a customer who shops soon: beginning, middle and end of its row, and its trust.

    Customers with a need are scattered over memory; waiting for each would take a fifth of the time of a choice.
    """
    ask_for(people.km[customer], 0)
    ask_for(people.mismatch_cost, customer)
    ask_for(people.taste, customer)
    ask_for(people.trust, customer)


@kernel
def let_customers_shop(day, lined_up, tables, people, today):
    """Let everybody with a need shop: yesterday's latecomers first, then those who are lined up.

    ``lined_up`` is the length of the queue, see ``line_up``; the place in it is the time of day. Offers considered go
    into ``tables.choices`` where that has rows at all.
    """
    needs, visits, rules = tables.needs, tables.visits, today.market.rules
    late = visits.returning_count[0]
    visits.in_basket[0] = 0
    visitors = late + lined_up
    todays, yesterdays = keys_of(rules, day), keys_of(rules, day - 1)
    # Nobody returns twice, so the list of returning needs is not overwritten before it has been read.
    visits.returning_count[0] = 0
    for visit in range(visitors):
        if late <= visit + AHEAD < visitors:
            fetch(people, visits.queue[visit + AHEAD - late])
        if visit < late:
            need, keys = visits.returning[visit], yesterdays
        else:
            need, keys = open_need(needs, visits, day, visits.queue[visit - late]), todays
        now = day + (visit + 0.5) / visitors
        # The shocks are those of the day the need arose, even if it returns a day later.
        shopper = shopper_of(people, np.int64(needs[need]["customer"]), keys, rules, now)
        shop(need, shopper, tables, today)
