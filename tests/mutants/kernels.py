"""Faults in kernels: shopping, fulfilment, supply, books, goods, what is learnt in the evening, chance, places."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

SHOPPING = "tests/kernels/test_shopping.py::"
SUPPLY = "tests/kernels/test_supply.py::"
DELIVERY = "tests/test_delivery.py::"


def _offers(old: str, new: str, test: str, fault: str, survives: str = "") -> Mutant:
    return Mutant("sim/kernels/offers.py", old, new, (test,), fault, survives)


def _shoppers(old: str, new: str, test: str, fault: str, survives: str = "") -> Mutant:
    return Mutant("sim/kernels/shoppers.py", old, new, (test,), fault, survives)


def _shopping(old: str, new: str, test: str, fault: str, survives: str = "") -> Mutant:
    return Mutant("sim/kernels/shopping.py", old, new, (test,), fault, survives)


def _fulfilment(old: str, new: str, test: str, fault: str, survives: str = "") -> Mutant:
    return Mutant("sim/kernels/fulfilment.py", old, new, (test,), fault, survives)


def _supply(old: str, new: str, test: str, fault: str, survives: str = "") -> Mutant:
    return Mutant("sim/kernels/supply.py", old, new, (test,), fault, survives)


KERNELS = (
    _offers(
        "        - shopper.travel_cost * 2.0 * quote.km\n        - shopper.waiting_cost * quote.days",
        "        - shopper.travel_cost * quote.km\n        - shopper.waiting_cost * quote.days",
        f"{SHOPPING}test_without_shocks_the_best_offer_is_taken_and_its_surplus_is_what_the_formula_says",
        "the way home is free",
    ),
    _offers(
        "        - cents_of(price * rules.tax_rate)\n        - quote.fee",
        "        - quote.fee",
        f"{SHOPPING}test_tax_comes_on_top_and_goes_to_the_state",
        "customers do not feel the tax",
    ),
    _offers(
        "return max(0.0, backlog - (now - clock))",
        "return max(0.0, backlog)",
        f"{DELIVERY}test_a_queue_is_empty_again_when_its_work_is_done",
        "queues do not drain",
    ),
    _offers(
        "if rules.customer_pays and price < rules.free_above:",
        "if rules.customer_pays and price <= rules.free_above:",
        f"{SHOPPING}test_free_above_takes_a_price_of_odd_cents_at_its_word",
        "delivery at the very limit is not free",
    ),
    _shoppers(
        "people.hassle[customer] * (1.0 - people.trust[customer])",
        "people.hassle[customer] * people.trust[customer]",
        f"{SHOPPING}test_hassle_is_felt_as_far_as_trust_is_missing",
        "trust adds to hassle",
    ),
    _offers(
        "    return transit, transit + wait_for_goods(last_mile, goods, supplier, product, now)",
        "    return transit, transit",
        f"{DELIVERY}test_delivery_days_count_the_wait_for_goods",
        "an empty depot quotes no wait",
    ),
    _shoppers(
        "if uniform(draw(key, channel)) < awareness:",
        "if uniform(draw(key, channel)) > awareness:",
        f"{SHOPPING}test_who_has_bought_by_a_channel_always_knows_it_and_the_others_by_chance",
        "the more is advertised, the fewer hear of it",
    ),
    _offers(
        "and shopper.known & (1 << COURIER) and shelves.town[store] == town:",
        "and shopper.known & (1 << COURIER):",
        f"{DELIVERY}test_couriers_stay_in_their_town",
        "couriers leave their town",
    ),
    _shoppers(
        "        outside_option = rules.scale * gumbel_from(draw(keys.outside_option, customer), rules.gumbel)",
        "        outside_option = 0.0",
        f"{SHOPPING}test_with_shocks_shares_are_those_of_the_logit",
        "going without has no taste shock",
    ),
    _shopping(
        "        if utility > best_utility or (",
        "        if utility >= best_utility or (",
        f"{SHOPPING}test_ties_go_to_the_lower_product_then_the_lower_store_then_the_lower_channel",
        "ties go to the last offer",
    ),
    _shopping(
        "utility == best_utility and (best == NO_PURCHASE or offers",
        "utility == best_utility and (offers",
        f"{SHOPPING}test_a_tie_between_buying_and_leaving_is_a_purchase",
        "a tie between buying and leaving is settled by number",
    ),
    _shopping(
        '            record["sunk_cost"] += travel_cost * 2.0 * offers[choice]["km"]',
        '            record["sunk_cost"] += travel_cost * offers[choice]["km"]',
        f"{SHOPPING}test_an_empty_shelf_is_met_in_the_store_and_a_substitute_taken_there",
        "a wasted trip costs one way",
    ),
    _shopping(
        "        tomorrow = first_utility - shopper.waiting_cost",
        "        tomorrow = first_utility",
        f"{SHOPPING}test_waiting_for_tomorrow_is_left_alone_where_another_choice_today_is_as_good",
        "waiting for tomorrow is free",
    ),
    _shopping(
        '    if at_store >= 0 and record["attempt"] == 0:',
        "    if at_store >= 0:",
        f"{SHOPPING}test_whoever_comes_back_to_an_empty_shelf_does_not_come_a_third_time",
        "customers come back for ever",
    ),
    _shopping(
        '    km = 0.0 if store >= 0 and store == at_store else offer["km"]',
        '    km = offer["km"]',
        f"{SHOPPING}test_an_empty_shelf_is_met_in_the_store_and_a_substitute_taken_there",
        "who stands in the store goes there again",
    ),
    _shopping(
        '    record["quoted_days"] = offer["days"] + late',
        '    record["quoted_days"] = offer["days"]',
        f"{SHOPPING}test_a_customer_comes_back_tomorrow_once_for_one_waiting_cost",
        "the day lost before coming back is not counted as promised",
    ),
    _shopping(
        "last_mile.courier_backlog[town] = queue + last_mile.courier_days_per_drop",
        "last_mile.courier_backlog[town] = queue",
        f"{DELIVERY}test_couriers_have_a_queue_that_drains_as_time_passes",
        "drops take couriers no time",
    ),
    _shopping(
        "            if utility >= outside_option:\n                return NOT_STOCKED",
        "            if utility > outside_option:\n                return NOT_STOCKED",
        f"{SHOPPING}test_not_stocked_is_judged_at_the_lowest_price_anywhere",
        "a need that would have been even is not counted as not stocked",
    ),
    _shopping(
        '        if offers[offer]["utility"] + shopper.travel_cost * 2.0 * offers[offer]["km"] >= outside_option:',
        '        if offers[offer]["utility"] + shopper.travel_cost * offers[offer]["km"] >= outside_option:',
        f"{SHOPPING}test_too_far_when_the_way_alone_made_the_difference",
        "too far is judged one way",
    ),
    _shopping(
        "    todays, yesterdays = keys_of(rules, day), keys_of(rules, day - 1)",
        "    todays, yesterdays = keys_of(rules, day), keys_of(rules, day)",
        f"{SHOPPING}test_whoever_comes_back_has_the_shocks_of_the_day_its_need_arose",
        "latecomers draw new shocks",
    ),
    _fulfilment(
        '    pay(books, day, TAX, HOUSEHOLDS, STATE, record["tax"], need)',
        '    pay(books, day, TAX, seller, STATE, record["tax"], need)',
        f"{SHOPPING}test_tax_comes_on_top_and_goes_to_the_state",
        "the seller pays the customer's tax",
    ),
    _fulfilment(
        "pay(books, day, COMMISSION, seller, fees.platform_account, cents_of(price * fees.commission), need)",
        'pay(books, day, COMMISSION, seller, fees.platform_account, cents_of((price + record["fee"]) '
        "* fees.commission), need)",
        f"{DELIVERY}test_a_shop_sends_couriers_of_its_own_goods_and_a_maker_of_its_own",
        "commission is due on the delivery fee, too",
    ),
    _fulfilment(
        "return channel != STORE if fees.commission_online else supplier_sells",
        "return channel != STORE",
        f"{DELIVERY}test_a_shop_sends_couriers_of_its_own_goods_and_a_maker_of_its_own",
        "commission is due on all that is bought online, from every seller",
    ),
    _fulfilment(
        '    waited = day - record["day"] - record["attempt"]',
        '    waited = day - record["day"]',
        f"{SHOPPING}test_a_customer_comes_back_tomorrow_once_for_one_waiting_cost",
        "the day lost before coming back is counted twice",
    ),
    _fulfilment(
        'record["surplus"] = cents_of(record["utility"] - record["outside_option"] - record["sunk_cost"] - later)',
        'record["surplus"] = cents_of(record["utility"] - record["sunk_cost"] - later)',
        f"{SHOPPING}test_expected_surplus_with_shocks_is_the_log_sum",
        "surplus is not measured against leaving",
    ),
    _fulfilment(
        'refund = record["price"] + (record["fee"] if fees.refund_fee else 0)',
        'refund = record["price"] + record["fee"]',
        f"{DELIVERY}test_who_pays_the_way_there_and_back",
        "the fee is always refunded",
    ),
    _fulfilment(
        '        if record["channel"] != STORE and fees.parcel_account >= 0:',
        "        if fees.parcel_account >= 0:",
        f"{DELIVERY}test_what_is_bought_in_a_shop_goes_back_to_its_shelf_without_a_parcel",
        "what was bought in a shop goes back by parcel",
    ),
    _fulfilment(
        "back = cents_of(record[\"price\"] * fees.commission)",
        "back = 0",
        f"{DELIVERY}test_commission_on_what_is_bought_online_comes_back_with_the_goods",
        "the platform keeps its commission on returns",
    ),
    _fulfilment(
        "if goods.owner[node, product] == seller and uniform(draw(draws, number)) < fees.resaleable:",
        "if goods.owner[node, product] == seller:",
        f"{DELIVERY}test_a_share_of_returns_can_be_sold_again_and_the_rest_is_written_off",
        "all returns can be sold again",
    ),
    _fulfilment(
        "            cost = record[\"cost_of_goods\"]",
        "            cost = record[\"price\"]",
        f"{DELIVERY}test_a_return_is_refunded_and_restocked_on_the_day_it_arrives",
        "returns come back into stock at their price",
    ),
    _fulfilment(
        "schedule(returns, day + fees.return_days, need)",
        "schedule(returns, day + fees.return_days + 1, need)",
        f"{DELIVERY}test_a_return_is_refunded_and_restocked_on_the_day_it_arrives",
        "returns take a day longer",
    ),
    _fulfilment(
        "            shopping_cost = record[\"full_price\"] - record[\"price\"] - record[\"fee\"] - record[\"tax\"]",
        "            shopping_cost = record[\"full_price\"] - record[\"price\"] - record[\"fee\"]",
        f"{DELIVERY}test_a_return_is_refunded_and_restocked_on_the_day_it_arrives",
        "who sends back bears the tax all the same",
    ),
    _fulfilment(
        "record[\"days\"] <= record[\"quoted_days\"] + judging.late_after",
        "record[\"days\"] <= record[\"quoted_days\"]",
        f"{DELIVERY}test_trust_shrinks_by_parcels_later_than_promised_by_more_than_is_forgiven",
        "no lateness is forgiven",
    ),
    _fulfilment(
        "people.trust[customer] += judging.own_rate * ((1.0 if fine else 0.0) - people.trust[customer])",
        "people.trust[customer] += judging.own_rate * (1.0 if fine else 0.0)",
        f"{DELIVERY}test_trust_grows_by_fine_parcels_on_the_day_they_come",
        "trust grows without end",
    ),
    _supply(
        "    return 0.0 if network.unbundled_freight else network.freight * (1.0 + network.margin)",
        "    return 0.0",
        f"{SUPPLY}test_a_buyer_takes_the_cheapest_landed_source_and_the_nearest_of_equals",
        "buyers do not count the freight",
    ),
    _supply(
        "better = cost < best_cost or (cost == best_cost and km < best_km)",
        "better = cost < best_cost",
        f"{SUPPLY}test_of_equals_the_nearest_is_taken_also_where_it_is_not_the_first_of_the_list",
        "of equal sources the first is taken, not the nearest",
    ),
    _supply(
        "                price = network.price[source, product]\n                add_order(",
        "                price = network.price[source, product] + 1\n                add_order(",
        f"{SUPPLY}test_the_price_agreed_when_ordered_is_paid_at_dispatch",
        "orders are a cent dearer than the price list",
    ),
    _supply(
        "                units = passed * capacity[supplier] // wanted - made",
        "                units = units * capacity[supplier] // wanted",
        f"{SUPPLY}test_capacity_is_shared_by_products_in_proportion_and_used_up",
        "capacity lost by rounding is not used",
    ),
    _supply(
        "goods.due[(day + network.lead_days[supplier]) % horizon, supplier, product] += units",
        "goods.due[(day + network.lead_days[supplier] + 1) % horizon, supplier, product] += units",
        f"{SUPPLY}test_what_is_ordered_in_the_evening_of_day_t_is_on_the_shelf_in_the_morning_of_t_plus_lead_time",
        "production takes a day longer",
    ),
    _supply(
        "    charge = cents_of((haulage + per_shipment) * (1.0 + network.margin))\n    if owner",
        "    charge = cents_of(haulage + per_shipment)\n    if owner",
        f"{SUPPLY}test_freight_is_paid_by_the_buyer_per_shipment_once_a_day_and_pair_and_per_unit_and_km",
        "freight has no margin",
    ),
    _supply(
        "    if network.last_shipment[source, buyer] != day:",
        "    if True:",
        f"{SUPPLY}test_freight_is_paid_by_the_buyer_per_shipment_once_a_day_and_pair_and_per_unit_and_km",
        "every order is a shipment of its own",
    ),
    _supply(
        "units = (before + units) * stock // wanted - before * stock // wanted",
        "units = units * stock // wanted",
        f"{SUPPLY}test_shares_of_one_evening_are_whole_units_that_use_up_the_stock",
        "scarce stock lost by rounding stays in the depot",
    ),
    _supply(
        "            if orders.lines[order][\"day\"] == day:\n                flows.filled",
        "            if True:\n                flows.filled",
        f"{SUPPLY}test_only_what_leaves_on_the_evening_it_was_ordered_was_filled_at_once",
        "what was ordered before today counts as filled at once",
    ),
    _supply(
        "            free = goods.units[node, product] - goods.reserved[node, product]",
        "            free = goods.units[node, product]",
        f"{SUPPLY}test_what_is_promised_by_parcel_does_not_spoil_before_it_leaves",
        "what is sold spoils",
        "Goods spoil in the evening, when all that was sold and is there has left: what is still promised then waits "
        "at a depot that has none. The subtraction keeps the rule right should the order of the day ever change.",
    ),
    Mutant(
        "sim/kernels/goods.py",
        "value_out = value // held * units + value % held * units // held",
        "value_out = value // held * units",
        ("tests/kernels/test_books.py::test_units_are_issued_at_their_share_of_the_value_rounded_down_once",),
        "book value is rounded down for each unit",
    ),
    Mutant(
        "sim/kernels/books.py",
        "        if cents < 0 or books.journal[line][\"day\"] != day:",
        "        if books.journal[line][\"day\"] != day:",
        ("tests/kernels/test_books.py::test_what_is_wrong_does_not_balance",),
        "a negative payment passes the check of the books",
    ),
    Mutant(
        "sim/kernels/books.py",
        "    return total == 0",
        "    return True",
        ("tests/kernels/test_books.py::test_what_is_wrong_does_not_balance",),
        "the books need not add up to nothing",
    ),
    Mutant(
        "sim/kernels/daily_statistics.py",
        "empty = carried[store, product] & (goods.units[first_node + store, product] == 0)",
        "empty = goods.units[first_node + store, product] == 0",
        (f"{SHOPPING}test_what_a_shop_does_not_carry_is_no_empty_shelf",),
        "what a shop does not carry counts as an empty shelf",
    ),
    Mutant(
        "sim/kernels/daily_statistics.py",
        "people.trust[customer] += rate * (yesterday[town] - people.trust[customer])",
        "people.trust[customer] += rate * yesterday[town]",
        (f"{DELIVERY}test_neighbours_move_trust_towards_yesterdays_mean_of_the_town",),
        "talk raises trust without end",
    ),
    Mutant(
        "sim/kernels/daily_statistics.py",
        "awareness[town] = 1.0 - exp(-(advertising + word_of_mouth * share))",
        "awareness[town] = 1.0 - exp(-advertising)",
        ("tests/test_word_of_mouth.py",),
        "nobody tells the neighbours",
    ),
    Mutant(
        "sim/kernels/needs.py",
        "    if day < len(calendar.first):",
        "    if day <= len(calendar.first):",
        ("tests/test_books.py::test_needs_are_paid_in_a_market_with_a_return_on_its_last_day",),
        "what falls due after the last day is written beyond the calendar",
    ),
    Mutant(
        "sim/kernels/places.py",
        "    return radius * TWO_PI * min(apart, 1.0 - apart)",
        "    return radius * TWO_PI * apart",
        ("tests/test_world.py::test_the_nearest_shops_are_the_nearest",),
        "a ring is walked one way only",
    ),
    Mutant(
        "sim/kernels/places.py",
        "distance = radius if shape == RING else radius * np.sqrt(across[i])",
        "distance = radius if shape == RING else radius * across[i]",
        ("tests/test_world.py::test_homes_are_spread_evenly_over_a_disc",),
        "people crowd in the middle of a town",
    ),
    Mutant(
        "sim/kernels/numerics/randomness.py",
        "        multiplier = 1 + below(draw(key, attempt), max(n - 1, 1))",
        "        multiplier = 1",
        ("tests/kernels/test_randomness.py::test_visiting_order_changes_daily_and_favours_nobody",),
        "customers come in the order of their numbers",
    ),
    Mutant(
        "sim/kernels/numerics/randomness.py",
        "        boost = ln(uniform(draw(key, 0))) / shape",
        "        boost = ln(uniform(draw(key, 0)))",
        ("tests/kernels/test_randomness.py::test_gamma_variates_of_tiny_shapes_have_finite_logarithms",
         "tests/kernels/test_randomness.py::test_gamma_variates_have_the_gamma_distribution"),
        "small gamma variates are too large",
    ),
    Mutant(
        "sim/kernels/lowest_price.py",
        "lowest[product] = shelves.direct_price[product] if sent else NOWHERE",
        "lowest[product] = NOWHERE",
        (f"{SHOPPING}test_the_lowest_price_may_be_that_of_a_parcel",),
        "makers' parcels are left out of the lowest price",
    ),
    Mutant(
        "sim/kernels/numerics/demand_regression.py",
        "        kept = exp(-LN_2 * (records - 1 - record) / half_life)",
        "        kept = exp(-(records - 1 - record) / half_life)",
        ("tests/rules/test_learning.py::test_a_record_counts_half_as_much_after_a_half_life_and_a_quarter_after_two",),
        "half-lives are lives",
    ),
    Mutant(
        "sim/kernels/q_learning.py",
        "    target = profit + parameters.discount * value[following, best_of(value, following)]",
        "    target = profit + parameters.discount * value[situation, best_of(value, situation)]",
        ("tests/rules/test_q_learning.py::test_a_price_is_worth_the_profit_it_made_and_the_best_of_what_it_led_to",),
        "a learner values where it was, not where it got to",
    ),
    Mutant(
        "sim/kernels/store_closing.py",
        "haulage, per_shipment = cents_of(units * km * network.freight), cents_of(network.shipment)",
        "haulage, per_shipment = cents_of(units * km * network.freight), 0",
        ("tests/entry/test_stores.py::test_consigned_goods_go_home_at_the_expense_of_who_owns_them",),
        "sending goods back costs no shipment",
    ),
)  # fmt: skip
