"""Faults in what a sale is known to cost, in demand good by good, and in the rules of firms that know it."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

TOGETHER = "tests/demand/test_competition.py::"
TERMS = "tests/demand/test_sale_terms.py::"
SURVEYED = "tests/demand/test_surveyed.py::"
GOODS = "tests/demand/test_good_by_good.py::"
BEST = "tests/rules/test_best_response.py::"
BOOKS = f"{TERMS}test_sellers_foresee_what_the_books_say"
BY_HAND = f"{TERMS}test_worked_by_hand_a_parcel_of_which_three_in_ten_come_back"


def _demand(name: str, old: str, new: str, test: str, fault: str, survives: str = "") -> Mutant:
    return Mutant(f"sim/engine/demand_estimation/{name}.py", old, new, (test,), fault, survives)


def _rule(name: str, old: str, new: str, test: str, fault: str) -> Mutant:
    return Mutant(f"sim/rules/{name}.py", old, new, (test,), fault)


def _prices(old: str, new: str, test: str, fault: str) -> Mutant:
    return Mutant("sim/engine/pricing.py", old, new, (test,), fault)


PRICE_RULES = (
    _demand(
        "sale_terms",
        "kept=(1.0 - back) * (1.0 - commission_due(fees, channel, own)) - payment",
        "kept=1.0 - back - commission_due(fees, channel, own) - payment",
        BY_HAND,
        "the platform keeps its commission on returns",
    ),
    _demand(
        "sale_terms",
        "kept=(1.0 - back) * (1.0 - commission_due(fees, channel, own)) - payment",
        "kept=(1.0 - back) * (1.0 - commission_due(fees, channel, own) - payment)",
        BOOKS,
        "what taking a payment costs comes back with the goods",
    ),
    _demand(
        "sale_terms",
        "    cost = charge - fee * (1.0 - back * fees.refund_fee)",
        "    cost = -fee * (1.0 - back * fees.refund_fee)",
        BY_HAND,
        "the parcel is not in the cost",
    ),
    _demand(
        "sale_terms",
        "    cost = charge - fee * (1.0 - back * fees.refund_fee)",
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
        "    way_back = fees.seller_pays_return & (channel != STORE)",
        "    way_back = fees.seller_pays_return & (channel == PARCEL)",
        BOOKS,
        "only parcels are sent back at the seller's cost",
    ),
    _demand(
        "sale_terms",
        "partner_margin=fees.handling_fee - np.where(consigned, fees.store_handling, 0.0)",
        "partner_margin=fees.handling_fee - fees.store_handling * 0.0",
        BOOKS,
        "handing over costs a partner store nothing",
    ),
    _demand(
        "sale_terms",
        "np.where(by_platform & fees.platform_takes_payments, 0.0, fees.payment_share)",
        "np.where(by_platform, fees.payment_share, fees.payment_share)",
        BOOKS,
        "sellers pay for payments that the platform takes",
    ),
    _demand(
        "sale_terms",
        "np.where(found_by_platform, 0.0, fees.acquisition[channel])",
        "fees.acquisition[channel]",
        BOOKS,
        "sellers pay for customers that the platform finds",
    ),
    _demand(
        "sale_terms",
        "(price < rules.free_above)",
        "(price <= rules.free_above)",
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
        "    over_the_counter = (channel == STORE) & (rules.seen_in_store | ~listing.own)",
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
        "seller_demand",
        "            margin[cells] = price[colleague] - self.cost[colleague]",
        "            margin[cells] = 0.0",
        f"{GOODS}test_two_goods_of_one_firm_are_no_rivals",
        "a shop's own goods are rivals of each other",
    ),
    _demand(
        "seller_demand",
        "            shelf[:] = np.where(supplied, price[row] - self.cost[row], shelf)",
        "            shelf[:] = np.where(supplied, 0.0, shelf)",
        f"{GOODS}test_two_goods_of_one_firm_are_no_rivals",
        "a wholesaler's own goods are rivals of each other",
    ),
    _demand(
        "seller_demand",
        "        margin[direct] = np.where(own, earned, 0.0)",
        "        margin[direct] = 0.0",
        f"{GOODS}test_two_goods_of_one_firm_are_no_rivals",
        "goods that a maker sends itself are rivals of each other",
    ),
    _demand(
        "demand_survey",
        '        if conduct == "margin":\n            return curve.below(theirs - ours)',
        '        if conduct == "margin":\n            return curve.below(0.0)',
        f"{BEST}test_where_a_chain_comes_to_rest_does_not_depend_on_where_it_starts",
        "a firm that takes margins as given forgets them",
    ),
    _demand(
        "demand_survey",
        "        return Curve(curve.price * ((ours + freight) / theirs) - freight, curve.weight, curve.elsewhere)",
        "        return Curve(curve.price - freight, curve.weight, curve.elsewhere)",
        f"{GOODS}test_a_maker_of_a_shop_that_follows_its_cost_weekly_knows_its_markup",
        "markups downstream are forgotten",
    ),
    _demand(
        "demand_survey",
        "        if cost <= 0:\n            return float(self.posted[seller, product])",
        "        if cost >= 0:\n            return float(self.posted[seller, product])",
        f"{GOODS}test_a_maker_of_a_shop_that_follows_its_cost_weekly_knows_its_markup",
        "what a buyer paid when it set its price is not remembered",
    ),
    _demand(
        "demand_survey",
        "Curve((kept * curve.price - cost) / units, units * curve.weight, curve.elsewhere / units)",
        "Curve(curve.price - cost, units * curve.weight, curve.elsewhere / units)",
        f"{GOODS}test_a_maker_that_leads_knows_what_its_shop_bears",
        "a leader does not know what returns cost its shop",
    ),
    _demand(
        "demand_survey",
        "        by_node: BoolArray = (passed >= first) & (passed < first + self.products)",
        "        by_node: BoolArray = passed >= first",
        f"{SURVEYED}test_with_product_lines_a_wholesaler_earns_on_its_own_goods_only",
        "a wholesaler counts the next one's goods as its own",
    ),
    _demand(
        "demand_survey",
        "        full = goods._replace(units=np.ones_like(goods.units), reserved=np.zeros_like(goods.reserved))",
        "        full = goods",
        f"{SURVEYED}test_prices_are_found_for_goods_that_are_there_though_the_depot_is_empty_today",
        "prices are found for today's stock",
    ),
    _demand(
        "runaways",
        "too_dear & (posted > RUNAWAY * cost)",
        "too_dear",
        "tests/demand/test_runaways.py::test_a_price_that_is_only_as_high_as_the_goods_are_dear_is_none",
        "whose goods are too dear for everybody is refused",
    ),
    _demand(
        "runaways",
        "too_dear & (posted > RUNAWAY * cost)",
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
        f"{GOODS}test_parcels_are_in_the_cost_of_all_of_a_maker_s_goods",
        "parcels are no cost of the goods that a maker sells beside",
    ),
    _demand(
        "seller_demand",
        "        self.in_step = rule.moves_together\n        self.direct_margin",
        "        self.in_step = False\n        self.direct_margin",
        f"{BEST}test_wholesalers_that_bring_quantities_share_what_the_shops_below_leave",
        "wholesalers that bring quantities each face demand alone",
        "What rivals take counts with several goods and without taste shocks only: no closed form is at hand. With one "
        "good the prices are Cournot's either way, and with shocks all prices are found at once.",
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
        "            if len(wanted) == 1 or np.abs(price[sellers] - before).max() <= self.tolerance * CENTS:",
        "            if len(wanted) > 0:",
        f"{GOODS}test_the_prices_of_one_answer_fit_each_other",
        "the first of a firm's prices does not answer the others",
    ),
    _rule(
        "known_demand",
        "    net = (1.0 - 1.0 / firms) * 0.5 * (price[:-1] + price[1:]) + marginal / firms",
        "    net = marginal",
        f"{BEST}test_what_one_more_unit_brings_a_monopolist_and_one_of_two_sellers",
        "each of several sellers buys like the only one",
    ),
    _rule(
        "known_demand",
        "    left = iron(marginal, weight, other)\n    return Curve(marginal[:left]",
        "    left = len(marginal)\n    return Curve(marginal[:left]",
        f"{BEST}test_a_rise_in_extra_revenue_is_skipped",
        "a rise in extra revenue is taken for demand",
    ),
    _rule(
        "known_demand",
        "    net = marginal - other",
        "    net = marginal - 0.0",
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
