"""Faults in the engine that finds prices of firms that know their demand: kernels, search, leaders, terms, rules."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

SUMS = "tests/demand/test_first_order_sums.py::"
SEARCH = "tests/demand/test_search.py::"
NASH = "tests/demand/test_equilibrium.py::"
TOGETHER = "tests/demand/test_competition.py::"
TERMS = "tests/demand/test_sale_terms.py::"
DECISIONS = "tests/demand/test_decisions.py::"
SURVEYED = "tests/demand/test_surveyed.py::"
GOODS = "tests/demand/test_good_by_good.py::"
BEST = "tests/rules/test_best_response.py::"

WHOLE = f"{SUMS}test_first_order_sums_are_how_the_firm_s_whole_profit_changes"
TRIED = f"{SUMS}test_prices_tried_earn_as_much_more_as_the_whole_profit_says"
MAKERS = f"{SUMS}test_a_maker_s_profit_changes_with_every_price_to_customers_as_foreseen"
CONDITIONS = f"{SUMS}test_how_shops_conditions_change_with_prices_and_with_what_goods_cost_them"
BOOKS = f"{TERMS}test_sellers_foresee_what_the_books_say"
BY_HAND = f"{TERMS}test_worked_by_hand_a_parcel_of_which_three_in_ten_come_back"


def _sums(old: str, new: str, test: str, fault: str) -> Mutant:
    return Mutant("sim/kernels/competition.py", old, new, (test,), fault)


def _curves(old: str, new: str, test: str, fault: str) -> Mutant:
    return Mutant("sim/kernels/demand.py", old, new, (test,), fault)


def _demand(name: str, old: str, new: str, test: str, fault: str, survives: str = "") -> Mutant:
    return Mutant(f"sim/demand/{name}.py", old, new, (test,), fault, survives)


def _rule(name: str, old: str, new: str, test: str, fault: str, survives: str = "") -> Mutant:
    return Mutant(f"sim/rules/{name}.py", old, new, (test,), fault, survives)


def _prices(old: str, new: str, test: str, fault: str, survives: str = "") -> Mutant:
    return Mutant("sim/prices.py", old, new, (test,), fault, survives)


KERNELS_OF_PRICES = (
    _sums(
        "sold * (spent + value[chain.owner[decision]])",
        "sold * (spent + share[offer - start] / total\n"
        "                 * margin_of(considered, sales, chain, offer, layer, price, landed))",
        WHOLE,
        "what a firm earns on its other products is left out",
    ),
    _sums(
        "            value[sales.partner[offer]] += share[offer - start] / total * sales.partner_margin[offer]",
        "            value[sales.partner[offer]] += 0.0",
        WHOLE,
        "a store forgets what it earns by handing over",
    ),
    _sums(
        "            value[chain.owner[decision]] = 0.0",
        "            value[chain.owner[decision]] *= 1.0",
        WHOLE,
        "what one customer brings is counted with the next one",
    ),
    _sums(
        "considered.gain[offer] - considered.burden * asked",
        "considered.gain[offer] - asked",
        WHOLE,
        "customers do not bear the tax",
    ),
    _sums(
        "    total = exp(-top / scale)",
        "    total = 0.0",
        WHOLE,
        "everybody buys something",
    ),
    _sums(
        "    return sales.units[offer] * (price[decision] - landed[decision])",
        "    return price[decision] - landed[decision]",
        WHOLE,
        "goods that come back bring middlemen a second margin",
    ),
    _sums(
        "gained, spent = sales.kept[offer], spent + sales.cost[offer]",
        "gained, spent = sales.kept[offer], spent",
        WHOLE,
        "parcels and handling are no cost of a sale",
    ),
    _sums(
        "                sums[decision, 1] += through * gained * sold",
        "                sums[decision, 1] += gained * sold",
        WHOLE,
        "a cent on a price to firms reaches customers in full",
    ),
    _sums(
        "                sold = weight * share[offer - start] / total\n                through",
        "                sold = share[offer - start] / total\n                through",
        WHOLE,
        "who seldom needs something counts like everybody",
    ),
    _sums(
        "        elif mine >= 0 and chain.owner[mine] == owner:",
        "        elif False:",
        TRIED,
        "who looks far away forgets its other products",
    ),
    _sums(
        "rise = chain.through[cell, layer] * moved",
        "rise = moved",
        TRIED,
        "who looks far away thinks that all of it reaches customers",
    ),
    _sums(
        "considered.burden / scale * sold * (margin - value)",
        "considered.burden / scale * sold * margin",
        MAKERS,
        "a leader does not count customers that turn to its other offers",
    ),
    _sums(
        "                by_decision[decision] += sold * sales.units[offer]",
        "                by_decision[decision] += sold",
        MAKERS,
        "a leader is paid for goods that come back",
    ),
    _sums(
        "fall = -steep * bought * (",
        "fall = steep * bought * (",
        CONDITIONS,
        "the slopes of followers have the other sign",
    ),
    _sums(
        "same = sales.kept[offer] if other == offer else 0.0",
        "same = 0.0",
        CONDITIONS,
        "a follower's margin does not rise with its price",
    ),
    _sums(
        "sales.kept[offer] / (steep * rivals[here]) - net",
        "sales.kept[offer] / steep - net",
        CONDITIONS,
        "followers that bring quantities answer as if they had no rivals",
    ),
    _sums(
        "(goods - (taken * sales.units[other] if mine else 0.0))",
        "goods",
        CONDITIONS,
        "dearer goods make the rest of a follower's range no less worth",
    ),
    _curves(
        "offer[\"utility\"] + price + cents_of(price * terms.tax_rate)",
        "offer[\"utility\"] + price",
        f"{SURVEYED}test_what_an_offer_is_worth_before_its_price_and_what_a_cent_of_price_costs_a_customer",
        "today's tax is part of what an offer is worth",
    ),
    _curves(
        "not from_depot(offer[\"channel\"]) and not shelves.consigned[offer[\"store\"], offer[\"product\"]]",
        "not from_depot(offer[\"channel\"])",
        f"{SURVEYED}test_what_stands_on_consignment_has_its_maker_s_price",
        "stores price what stands there on consignment",
    ),
    _curves(
        "            if not moves[here]:\n                continue",
        "            if here < 0:\n                continue",
        f"{SURVEYED}test_sellers_before_one_customer_are_joined_and_only_who_moves",
        "sellers are rivals by way of a third one",
    ),
    _curves(
        "(considered.gain[offer] - best) / considered.burden - add[cell]",
        "considered.gain[offer] / considered.burden - add[cell]",
        f"{SURVEYED}test_the_price_up_to_which_a_customer_buys_is_what_the_next_best_leaves_of_its_worth",
        "customers have nowhere else to go",
    ),
    _curves(
        "(considered.gain[offer] - best) / considered.burden - add[cell]",
        "considered.gain[offer] - best - add[cell]",
        f"{SURVEYED}test_the_price_up_to_which_a_customer_buys_is_what_the_next_best_leaves_of_its_worth",
        "what customers would pay at most is told without the tax",
    ),
    _curves(
        "share = odds / (1.0 + odds) if odds < SURE else 1.0",
        "share = min(odds, 1.0)",
        "tests/kernels/test_demand.py::test_the_path_of_expected_demand_is_the_logit_at_every_price",
        "odds are taken for chances",
    ),
    _curves(
        "            elsewhere[here] += weight * (1.0 - share) * earning",
        "            elsewhere[here] += weight * earning",
        "tests/kernels/test_demand.py::test_the_path_of_expected_demand_is_the_logit_at_every_price",
        "what is won here is still earned elsewhere",
    ),
    _curves(
        "other = (elsewhere[blocks - 1] * weight[blocks - 1] + other * mass) / joined",
        "other = elsewhere[blocks - 1]",
        f"{SURVEYED}test_units_whose_worth_would_rise_are_pooled_with_what_they_earn_elsewhere",
        "pooled units earn elsewhere what the first of them does",
    ),
)

FINDING = (
    _demand(
        "equilibrium",
        "(ranked[:, 1] - way - 1.0)",
        "(ranked[:, 1] - way)",
        f"{SEARCH}test_the_cheapest_goes_up_to_a_cent_below_the_second_cheapest_and_the_others_ask_their_cost",
        "the cheapest ties with the second cheapest",
    ),
    _demand(
        "equilibrium",
        "(ranked[:, 1] - way - 1.0)",
        "(ranked[:, 0] - way)",
        f"{SEARCH}test_the_cheapest_goes_up_to_a_cent_below_the_second_cheapest_and_the_others_ask_their_cost",
        "who wins a contest asks its own cost",
    ),
    _demand(
        "equilibrium",
        "        never = np.setdiff1d(losing, winner)",
        "        never = losing",
        f"{SEARCH}test_who_wins_some_buyer_is_held_by_the_keenest_of_its_rivals",
        "who loses one buyer sells to all at cost",
    ),
    _demand(
        "equilibrium",
        "        cost = np.where(self.game.decided, landed, price)",
        "        cost = price",
        f"{TOGETHER}test_the_cheaper_of_two_wholesalers_stays_a_cent_below_what_the_other_one_could_offer",
        "rivals are held at what they ask, not at what they could",
    ),
    _demand(
        "equilibrium",
        "        own = np.where(unsold, np.minimum(own, search.highest_margins(price, landed)), own)",
        "        pass",
        f"{TOGETHER}test_the_cheaper_of_two_wholesalers_stays_a_cent_below_what_the_other_one_could_offer",
        "who loses a contest asks a margin all the same",
    ),
    _demand(
        "equilibrium",
        "        return self.scale / self.considered.burden",
        "        return self.scale",
        f"{SEARCH}test_with_a_tax_customers_pay_what_they_would_if_costs_were_that_much_higher",
        "the tax burden is left out of the best margin",
    ),
    _demand(
        "equilibrium",
        "taste = game.step * sums[:, 0] / game.decisions.rivals",
        "taste = game.step * sums[:, 0]",
        f"{SEARCH}test_firms_that_bring_quantities_share_what_one_would_earn",
        "firms that bring quantities do not share the market",
    ),
    _demand(
        "equilibrium",
        "            landed[here] = bought + game.supply.handling[here]",
        "            landed[here] = bought",
        f"{SEARCH}test_what_a_tier_spends_on_handling_is_in_its_cost",
        "handling is no cost of a tier",
    ),
    _demand(
        "equilibrium",
        "landed[leader] = landed[members].mean()",
        "landed[leader] = landed[members].min()",
        f"{TOGETHER}test_costs_that_differ_count_by_their_mean",
        "the cheapest of those that bring quantities decides for all",
    ),
    _demand(
        "equilibrium",
        "np.where(conduct == PERCENT, percent, known)",
        "known",
        f"{SEARCH}test_how_much_of_a_cent_firms_expect_to_reach_customers",
        "margins in percent are taken for margins in money",
    ),
    _demand(
        "equilibrium",
        "            through[:, layer] = np.where(on_shelf, expected, 1.0)",
        "            through[:, layer] = expected",
        f"{SEARCH}test_how_much_of_a_cent_firms_expect_to_reach_customers",
        "a price to customers is passed on by a shop",
    ),
    _demand(
        "equilibrium",
        "        best = earned.argmax(axis=1)",
        "        best = earned.argmin(axis=1)",
        f"{SEARCH}test_a_price_that_is_best_in_its_place_is_held_against_others_far_away",
        "the price far away that earns least is moved to",
    ),
    _demand(
        "equilibrium",
        "        if gains[keenest] <= BETTER:",
        "        if gains[keenest] >= 0.0:",
        f"{SEARCH}test_a_price_that_is_best_in_its_place_is_held_against_others_far_away",
        "nobody moves to a better price far away",
    ),
    _demand(
        "equilibrium",
        "        if calm:",
        "        if not calm:",
        f"{SEARCH}test_a_price_that_is_best_in_its_place_is_held_against_others_far_away",
        "prices are moved to only where they do not come to rest",
    ),
    _demand(
        "equilibrium",
        "    mean = np.where(sold > 0, earned / np.where(sold > 0, sold, 1.0), game.step)",
        "    mean = np.zeros(owners)",
        f"{SEARCH}test_what_nobody_is_offered_is_priced_as_its_firm_prices_the_rest",
        "what nobody buys is offered at cost",
    ),
    _demand(
        "equilibrium",
        "    earned = np.bincount(game.decisions.owner, weights=units * margin, minlength=owners)\n    mean",
        "    earned = sold * margin[: game.decisions.products].mean()\n    mean",
        f"{SEARCH}test_the_mean_margin_of_the_rest_counts_units",
        "the margin of what nobody buys is somebody else's",
    ),
    _demand(
        "equilibrium",
        "UNSETTLED = 0.01",
        "UNSETTLED = 1.0",
        f"{NASH}test_vertical_nash_of_a_maker_and_a_shop_with_two_goods",
        "the search is over before it has begun",
    ),
    _demand(
        "equilibrium",
        "return np.where(posted > 0, np.maximum(posted - landed, 0.01 * self.game.step), self.game.step)",
        "return np.full(len(posted), self.game.step)",
        f"{SEARCH}test_prices_at_rest_are_recognised_in_one_pass",
        "the search forgets where prices stand",
    ),
    _demand(
        "equilibrium",
        "price[here] = np.where(game.decided[together], price[together], price[here])",
        "price[here] = price[here] * 1.0",
        f"{TOGETHER}test_costs_that_differ_count_by_their_mean",
        "one of those that set a price together keeps its old one",
    ),
    _demand(
        "leaders",
        "by_decision[leader.decisions] + direct + follow @ slopes",
        "by_decision[leader.decisions] + direct",
        f"{NASH}test_how_a_leader_foresees_its_profit_to_change_is_how_it_changes",
        "a leader foresees no answer",
    ),
    _demand(
        "leaders",
        "np.asarray(-np.linalg.solve(by_price[:, :count], moved), dtype=np.float64)",
        "np.asarray(np.linalg.solve(by_price[:, :count], moved), dtype=np.float64)",
        f"{NASH}test_how_a_leader_foresees_its_profit_to_change_is_how_it_changes",
        "a leader thinks that followers go the other way",
    ),
    _demand(
        "leaders",
        "                passed[follower, above] += chain.through[cell, leader.layer]",
        "                passed[follower, above] += 0.0",
        f"{NASH}test_how_a_leader_foresees_its_profit_to_change_is_how_it_changes",
        "a leader's price does not reach its followers' costs",
    ),
    _demand(
        "leaders",
        "        if len(leaders) == 1 or np.abs(price - before).max() <= tolerance:",
        "        if number == 0:",
        f"{NASH}test_two_leaders_answer_each_other",
        "leaders do not answer each other",
    ),
    _demand(
        "leaders",
        "gap[number, place[high]], gap[number, place[low]] = 1.0, -1.0",
        "gap[number, place[high]], gap[number, place[low]] = 0.0, 0.0",
        f"{TOGETHER}test_a_maker_bound_to_sell_to_shops_no_dearer_than_to_customers_does_not",
        "a wholesale price may lie above the price to customers although it is bound",
    ),
    _demand(
        "conducts",
        "        if foreseen and followers_have_several(demand):",
        "        if foreseen and not demand.levels:",
        f"{TOGETHER}test_without_shocks_a_leader_before_a_shop_with_several_goods_is_refused",
        "without shocks a leader guesses how a shop prices several goods",
    ),
    _demand(
        "conducts",
        "    if goods_compete(demand) or several_alike(demand, knowing):",
        "    if several_alike(demand, knowing):",
        f"{TOGETHER}test_a_leader_before_two_levels_that_think_is_refused_where_goods_compete",
        "a leader before several levels with several goods is not refused",
    ),
    _demand(
        "conducts",
        "        demand.firms(group) > 1\n",
        "        demand.firms(group) > 2\n",
        f"{TOGETHER}test_a_leader_before_a_wholesaler_and_rival_shops_that_think_is_refused_with_one_good_too",
        "a leader before two rival shops and a wholesaler is not refused",
    ),
    _demand(
        "conducts",
        "    if len(firms) > 1 and goods_compete(demand) and not alike:",
        "    if len(firms) > 2 and goods_compete(demand) and not alike:",
        f"{TOGETHER}test_quantities_of_firms_with_other_ranges_are_refused",
        "two firms may bring quantities of other goods each",
    ),
    _demand(
        "conducts",
        "    return isinstance(rule, KnowsDemand) and rule.conduct == \"stackelberg\"",
        "    return isinstance(rule, KnowsDemand)",
        f"{TOGETHER}test_a_leader_before_two_levels_that_think_is_refused_where_goods_compete",
        "whoever takes margins as given leads",
    ),
    _demand(
        "conducts",
        "        mine[decisions.direct] = position == 0",
        "        mine[decisions.direct] = False",
        f"{TOGETHER}test_a_maker_bound_to_sell_to_shops_no_dearer_than_to_customers_does_not",
        "a leader leaves its prices to customers as they are",
    ),
    _demand(
        "decisions",
        "    nodes = np.where(network.lines[np.maximum(nodes, 0), np.arange(products)], nodes, NONE)",
        "    nodes = np.where(nodes >= 0, nodes, NONE)",
        f"{DECISIONS}test_with_product_lines_shops_buy_each_good_from_whose_line_it_is",
        "product lines are ignored",
    ),
    _demand(
        "decisions",
        "    best = np.argmin(asked + freight, axis=1)[:, None, :]",
        "    best = np.argmin(asked, axis=1)[:, None, :]",
        f"{DECISIONS}test_a_shop_buys_where_goods_and_freight_cost_the_least",
        "buyers go by the price alone",
    ),
    _demand(
        "decisions",
        "            handling[here] = np.repeat(network.handling[levels[position].nodes], decisions.products)",
        "            handling[here] = 0.0",
        f"{DECISIONS}test_having_and_handling_goods_costs_each_level_what_it_does",
        "handling of a tier is left out of landed cost",
    ),
    _demand(
        "decisions",
        "        beyond = beyond + network.parcel_charge[None, :]",
        "        beyond = beyond + 0.0",
        f"{DECISIONS}test_where_goods_do_not_travel_in_bulk_each_unit_to_a_shop_is_a_parcel",
        "parcels to shops are free",
    ),
    _demand(
        "decisions",
        "    owner.append(network.account[makers])",
        "    owner.append(network.account[np.zeros_like(makers)])",
        f"{DECISIONS}test_every_maker_asks_customers_for_its_own_products",
        "the first maker sets everybody's prices to customers",
    ),
    _demand(
        "decisions",
        "    nodes[:, 0] = np.where(from_maker, makers, nodes[:, 0])",
        "    nodes[:, 0] = np.where(from_maker, 0, nodes[:, 0])",
        f"{DECISIONS}test_every_maker_asks_customers_for_its_own_products",
        "everything is bought of the first maker",
    ),
    _demand(
        "decisions",
        "        setter[:on_shelf] = layers - 1",
        "        setter[:on_shelf] = 0",
        f"{DECISIONS}test_a_sale_passes_the_price_of_every_level_it_went_through",
        "customers of shops pay the maker's price",
    ),
    _demand(
        "decisions",
        "    named = np.where(decision >= 0, decisions.same[np.maximum(decision, 0)], NONE)",
        "    named = decision",
        f"{TOGETHER}test_quantities_of_several_goods_lead_to_cournot_s_margin",
        "sales of others that set a price together do not count",
    ),
    _demand(
        "competition",
        "return bool(np.abs(before.gain - considered.gain).max(initial=0.0) <= UNMOVED)",
        "return True",
        f"{TOGETHER}test_prices_are_looked_for_again_once_customers_have_changed",
        "prices found are kept although what goods are worth has moved",
    ),
    _demand(
        "competition",
        "        if not all(np.array_equal(old[name], new[name]) for name in old if name != \"gain\"):",
        "        if len(old) == 0:",
        f"{TOGETHER}test_prices_are_looked_for_again_once_a_sale_costs_something_else",
        "prices found are kept although a sale costs something else",
    ),
    _demand(
        "competition",
        "            if (posted[over] == np.rint(self._solution[over])).all():",
        "            if len(posted) > 0:",
        f"{TOGETHER}test_prices_are_looked_for_again_once_somebody_above_has_moved_its_own",
        "prices found are kept although those above have moved",
    ),
    _demand(
        "competition",
        "            self._solution = None\n        self._considered",
        "            pass\n        self._considered",
        f"{TOGETHER}test_prices_are_looked_for_again_once_customers_have_changed",
        "prices are found once and for ever",
    ),
    _demand(
        "competition",
        "        later[: decisions.first[turn]] = False",
        "        later[:0] = False",
        f"{TOGETHER}test_who_is_supplied_answers_the_price_that_is_posted_and_not_the_one_that_is_aimed_at",
        "shops answer what their suppliers aim at, not what they ask",
    ),
    _demand(
        "competition",
        "                    owner[members] = next_owner",
        "                    owner[members] = owner[members[0]]",
        f"{TOGETHER}test_firms_that_bring_the_same_goods_to_the_same_buyers_set_one_price_together",
        "firms that set a price together are taken for the first of them",
    ),
    _demand(
        "competition",
        "len(np.unique(decisions.owner[members])) if len(firms) > 1 else 1.0",
        "len(members)",
        f"{TOGETHER}test_shops_of_one_firm_are_one_rival",
        "shops of one firm bring quantities against each other",
    ),
    _demand(
        "competition",
        "        return np.where(known, price / np.where(known, cost, 1.0), 1.0)",
        "        return np.ones(len(price))",
        f"{TOGETHER}test_whoever_reviews_more_often_than_a_buyer_that_follows_its_cost_asks_what_it_would",
        "buyers are taken to pass costs on cent by cent",
    ),
    _demand(
        "competition",
        "        return bool((deals.sum(axis=1) > 1).any()) and len(demand.levels) > 1",
        "        return False",
        f"{TOGETHER}test_the_cheaper_of_two_wholesalers_stays_a_cent_below_what_the_other_one_could_offer",
        "rivals with the same goods are not noticed",
    ),
    _demand(
        "competition",
        "            out = members[landed[members] >= price[leader]]",
        "            out = members[:0]",
        f"{TOGETHER}test_who_could_not_cover_its_cost_brings_nothing",
        "who cannot cover its cost brings quantities all the same",
    ),
    _demand(
        "competition",
        "        scans = self._scanned is None or not np.array_equal(self._scanned, cells)",
        "        scans = True",
        f"{TOGETHER}test_prices_are_not_looked_for_again_where_nothing_has_moved",
        "prices far away are tried at every search",
        survives="The search takes longer, and ends elsewhere only after a jump of demand: no figure is wrong.",
    ),
    _demand(
        "sale_terms",
        "kept=(1.0 - back) * (1.0 - commission_due(tariff, channel, own)) - payment",
        "kept=1.0 - back - commission_due(tariff, channel, own) - payment",
        BY_HAND,
        "the platform keeps its commission on returns",
    ),
    _demand(
        "sale_terms",
        "kept=(1.0 - back) * (1.0 - commission_due(tariff, channel, own)) - payment",
        "kept=(1.0 - back) * (1.0 - commission_due(tariff, channel, own) - payment)",
        BOOKS,
        "what taking a payment costs comes back with the goods",
    ),
    _demand(
        "sale_terms",
        "    cost = charge - fee * (1.0 - back * tariff.refund_fee)",
        "    cost = -fee * (1.0 - back * tariff.refund_fee)",
        BY_HAND,
        "the parcel is not in the cost",
    ),
    _demand(
        "sale_terms",
        "    cost = charge - fee * (1.0 - back * tariff.refund_fee)",
        "    cost = charge - fee",
        BOOKS,
        "refunded fees are no cost",
    ),
    _demand(
        "sale_terms",
        "units * freight[here, product]",
        "freight[here, product]",
        f"{TERMS}test_who_sells_on_consignment_pays_the_freight_to_the_store_for_goods_that_stay_away",
        "goods that came back to the store are brought there again",
    ),
    _demand(
        "sale_terms",
        "    way_back = tariff.seller_pays_return & (channel != STORE)",
        "    way_back = tariff.seller_pays_return & (channel == PARCEL)",
        BOOKS,
        "only parcels are sent back at the seller's cost",
    ),
    _demand(
        "sale_terms",
        "partner_margin=tariff.handling_fee - np.where(consigned, tariff.store_handling, 0.0)",
        "partner_margin=tariff.handling_fee - tariff.store_handling * 0.0",
        BOOKS,
        "handing over costs a partner store nothing",
    ),
    _demand(
        "sale_terms",
        "np.where(by_platform & tariff.platform_takes_payments, 0.0, tariff.payment_share)",
        "np.where(by_platform, tariff.payment_share, tariff.payment_share)",
        BOOKS,
        "sellers pay for payments that the platform takes",
    ),
    _demand(
        "sale_terms",
        "np.where(found_by_platform, 0.0, tariff.acquisition[channel])",
        "tariff.acquisition[channel]",
        BOOKS,
        "sellers pay for customers that the platform finds",
    ),
    _demand(
        "sale_terms",
        "(price < terms.free_above)",
        "(price <= terms.free_above)",
        f"{TERMS}test_free_delivery_above_a_price_is_the_seller_s_cost",
        "a seller expects a fee at the very price at which delivery is free",
    ),
    _demand(
        "sale_terms",
        "    seen = over_the_counter | sampled",
        "    seen = over_the_counter",
        f"{TERMS}test_fewer_send_back_what_they_have_seen",
        "goods ordered from a sample are bought unseen",
    ),
    _demand(
        "sale_terms",
        "    over_the_counter = (channel == STORE) & (terms.seen_in_store | ~own)",
        "    over_the_counter = channel == STORE",
        f"{TERMS}test_fewer_send_back_what_they_have_seen",
        "shops that show nothing have goods inspected",
    ),
    _demand(
        "sale_terms",
        "total / np.maximum(count, 1), otherwise",
        "total, otherwise",
        f"{TERMS}test_a_price_for_several_channels_has_their_mean_terms_and_one_that_leaves_nothing",
        "a price for two channels bears the costs of both at once",
    ),
    _demand(
        "sale_terms",
        "(self.cost + self.units * landed) / np.maximum(self.kept, 1e-9)",
        "self.cost + self.units * landed",
        f"{TERMS}test_a_price_for_several_channels_has_their_mean_terms_and_one_that_leaves_nothing",
        "a price at cost forgets what the platform keeps of it",
    ),
    _demand(
        "sellers",
        "            margin[cells] = price[colleague] - self.cost[colleague]",
        "            margin[cells] = 0.0",
        f"{GOODS}test_two_goods_of_one_firm_are_no_rivals",
        "a shop's own goods are rivals of each other",
    ),
    _demand(
        "sellers",
        "            shelf[:] = np.where(supplied, price[row] - self.cost[row], shelf)",
        "            shelf[:] = np.where(supplied, 0.0, shelf)",
        f"{GOODS}test_two_goods_of_one_firm_are_no_rivals",
        "a wholesaler's own goods are rivals of each other",
    ),
    _demand(
        "sellers",
        "        margin[direct] = np.where(own, earned, 0.0)",
        "        margin[direct] = 0.0",
        f"{GOODS}test_two_goods_of_one_firm_are_no_rivals",
        "goods that a maker sends itself are rivals of each other",
    ),
    _demand(
        "surveyed",
        "        if conduct == \"margin\":\n            return curve.below(theirs - ours)",
        "        if conduct == \"margin\":\n            return curve.below(0.0)",
        f"{BEST}test_where_a_chain_comes_to_rest_does_not_depend_on_where_it_starts",
        "whoever takes margins as given forgets them",
    ),
    _demand(
        "surveyed",
        "        return Curve(curve.worth * ((ours + freight) / theirs) - freight, curve.weight, curve.elsewhere)",
        "        return Curve(curve.worth - freight, curve.weight, curve.elsewhere)",
        f"{GOODS}test_a_maker_of_a_shop_that_follows_its_cost_weekly_knows_its_markup",
        "markups downstream are forgotten",
    ),
    _demand(
        "surveyed",
        "        if cost <= 0:\n            return float(self.posted[seller, product])",
        "        if cost >= 0:\n            return float(self.posted[seller, product])",
        f"{GOODS}test_a_maker_of_a_shop_that_follows_its_cost_weekly_knows_its_markup",
        "what a buyer paid when it set its price is not remembered",
    ),
    _demand(
        "surveyed",
        "Curve((kept * curve.worth - cost) / units, units * curve.weight, curve.elsewhere / units)",
        "Curve(curve.worth - cost, units * curve.weight, curve.elsewhere / units)",
        f"{GOODS}test_a_maker_that_leads_knows_what_its_shop_bears",
        "a leader does not know what returns cost its shop",
    ),
    _demand(
        "surveyed",
        "        by_node: BoolArray = (passed >= first) & (passed < first + self.products)",
        "        by_node: BoolArray = passed >= first",
        f"{SURVEYED}test_with_product_lines_a_wholesaler_earns_on_its_own_goods_only",
        "a wholesaler counts the next one's goods as its own",
    ),
    _demand(
        "surveyed",
        "        full = goods._replace(units=np.ones_like(goods.units), reserved=np.zeros_like(goods.reserved))",
        "        full = goods",
        f"{SURVEYED}test_prices_are_found_for_goods_that_are_there_though_the_depot_is_empty_today",
        "prices are found for today's stock",
    ),
    _demand(
        "runaways",
        "(posted > highest) & (posted > RUNAWAY * cost)",
        "(posted > highest)",
        "tests/demand/test_runaways.py::test_a_price_that_is_only_as_high_as_the_goods_are_dear_is_none",
        "whose goods are too dear for everybody is refused",
    ),
    _demand(
        "runaways",
        "(posted > highest) & (posted > RUNAWAY * cost)",
        "(posted > RUNAWAY * cost)",
        f"{TOGETHER}test_the_first_prices_are_those_found_whatever_is_kept_of_old_ones_later",
        "a high margin is taken for a rule that leads nowhere",
    ),
    _prices(
        "        if asked_for and not opening:\n            refuse_runaways",
        "        if asked_for and opening:\n            refuse_runaways",
        "tests/demand/test_runaways.py::test_a_price_beyond_everybody_is_refused_with_whose_it_is",
        "prices run away in silence",
    ),
    _prices(
        " = costs.landed[group.rows]",
        " = 0.0",
        f"{TOGETHER}test_a_buyer_is_known_by_its_price_over_what_its_goods_cost_when_it_set_it",
        "costs at which prices were set are not noted",
    ),
    _prices(
        "return Costs(landed, landed + self.network.handling[level.nodes][:, None])",
        "return Costs(landed, landed)",
        f"{GOODS}test_a_wholesaler_s_handling_is_in_its_price",
        "handling is no cost of a wholesaler that looks for its price good by good",
    ),
    _prices(
        "on_shelf.marginal_cost(landed.ravel()).reshape(landed.shape)",
        "landed",
        f"{GOODS}test_what_a_sale_costs_is_in_the_price",
        "a shop's sale costs its goods alone",
    ),
    _prices(
        "demand=self._direct_demand(group, sold_at)",
        "demand=self._direct_demand(group, cost)",
        f"{GOODS}test_what_a_sale_costs_is_in_the_price",
        "a parcel costs its maker the goods alone",
    ),
    _prices(
        "self.demand, position, group.rows, cost, rule.conduct, in_step=rule.moves_together,\n"
        "                direct_margin=self._direct_margin()",
        "self.demand, position, group.rows, cost, rule.conduct, in_step=False,\n"
        "                direct_margin=self._direct_margin()",
        f"{BEST}test_where_a_chain_comes_to_rest_does_not_depend_on_where_it_starts",
        "wholesalers that bring quantities each face demand alone",
    ),
    _rule(
        "best_response",
        "        jumps = view.opening and view.demand.equilibrium is not None",
        "        jumps = False",
        f"{TOGETHER}test_the_opening_prices_of_makers_who_sell_both_ways_are_those_at_rest",
        "prices found at the opening are gone to by halves",
    ),
    _rule(
        "best_response",
        "np.where(view.own_price > 0, 0.0 if jumps else self.damping, 0.0)",
        "np.where(view.own_price > 0, 0.0, 0.0)",
        f"{TOGETHER}test_the_first_prices_are_those_found_whatever_is_kept_of_old_ones_later",
        "nothing is kept of an old price",
    ),
    _rule(
        "best_response",
        "        move = np.ceil(np.abs(ahead) * (1.0 - kept) - 1e-9).astype(np.int64)",
        "        move = np.floor(np.abs(ahead) * (1.0 - kept)).astype(np.int64)",
        f"{BEST}test_the_cheaper_of_two_shops_with_the_same_good_rests_a_cent_below_the_others_cost",
        "prices stop a cent short of where they go",
    ),
    _rule(
        "best_response",
        "    return max(cost, limit - 1.0) if own < limit else cost",
        "    return max(cost, limit) if own < limit else cost",
        f"{BEST}test_beside_rivals_with_the_same_goods",
        "the cheapest goes up to a tie",
    ),
    _rule(
        "best_response",
        "        return np.maximum(price, view.marginal_cost)",
        "        return price",
        f"{TOGETHER}test_who_could_not_cover_its_cost_brings_nothing",
        "who brings nothing offers below its cost",
    ),
    _rule(
        "best_response",
        "            if len(wanted) == 1 or np.abs(price[sellers] - before).max() <= self.tolerance * CENTS:",
        "            if len(wanted) > 0:",
        f"{GOODS}test_two_goods_of_one_firm_are_no_rivals",
        "the first of a firm's prices does not answer the others",
    ),
    _rule(
        "known_demand",
        "    worth = (1.0 - 1.0 / firms) * 0.5 * (price[:-1] + price[1:]) + marginal / firms",
        "    worth = marginal",
        f"{BEST}test_what_one_more_unit_brings_a_monopolist_and_one_of_two_sellers",
        "each of several sellers buys like the only one",
    ),
    _rule(
        "known_demand",
        "    left = iron(worth, weight, other)\n    return Curve(worth[:left]",
        "    left = len(worth)\n    return Curve(worth[:left]",
        f"{BEST}test_a_rise_in_extra_revenue_is_skipped",
        "a rise in extra revenue is taken for demand",
    ),
    _rule(
        "known_demand",
        "    net = worth - other",
        "    net = worth - 0.0",
        f"{BEST}test_what_a_unit_earns_elsewhere_keeps_the_price_up",
        "what a unit would earn elsewhere does not matter",
    ),
    _rule(
        "known_demand",
        "    if sold == 0:\n        return cost",
        "    if sold == 0:\n        return 0.0",
        f"{BEST}test_what_one_more_unit_brings_a_monopolist_and_one_of_two_sellers",
        "what nobody would buy at cost is given away",
    ),
    _rule(
        "known_demand",
        "        if len(active) == 1 or active[-1] < price:",
        "        if len(active) > 0:",
        f"{BEST}test_firms_that_bring_quantities_at_unequal_cost",
        "firms without a chance bring quantities all the same",
    ),
    _rule(
        "known_demand",
        "        return np.isfinite(self.limit) and (len(below) == 0 or price > below[0])",
        "        return bool(np.isfinite(self.limit))",
        f"{SURVEYED}test_a_price_at_which_rivals_with_the_same_goods_stand_is_contested",
        "a rival far above takes buyers away",
    ),
)

PRICES = (*KERNELS_OF_PRICES, *FINDING)
