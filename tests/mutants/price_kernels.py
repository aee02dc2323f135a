"""Faults in the sums over customers that prices are found from."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

SUMS = "tests/demand/test_first_order_sums.py::"
SURVEYED = "tests/demand/test_surveyed.py::"
WHOLE = f"{SUMS}test_first_order_sums_are_how_the_firm_s_whole_profit_changes"
TRIED = f"{SUMS}test_prices_tried_earn_as_much_more_as_the_whole_profit_says"
MAKERS = f"{SUMS}test_a_maker_s_profit_changes_with_every_price_to_customers_as_foreseen"
CONDITIONS = f"{SUMS}test_how_shops_conditions_change_with_prices_and_with_what_goods_cost_them"


def _sums(old: str, new: str, test: str, fault: str) -> Mutant:
    return Mutant("sim/kernels/competition.py", old, new, (test,), fault)


def _curves(old: str, new: str, test: str, fault: str) -> Mutant:
    return Mutant("sim/kernels/demand.py", old, new, (test,), fault)


PRICE_KERNELS = (
    _sums(
        "sold * (spent + value[chain.owner[decision]])",
        "sold * (spent + share[offer - start] / total * margin_of(market, offer, layer))",
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
        "if through != 1.0:",
        "if through > 1e9:",
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
        'offer["utility"] + price + cents_of(price * rules.tax_rate)',
        'offer["utility"] + price',
        f"{SURVEYED}test_what_an_offer_is_worth_before_its_price_and_what_a_cent_of_price_costs_a_customer",
        "today's tax is part of what an offer is worth",
    ),
    _curves(
        'not from_depot(offer["channel"]) and not shelves.consigned[offer["store"], offer["product"]]',
        'not from_depot(offer["channel"])',
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
