"""Faults in rules of firms: prices, replenishment, assortment, closing, selling direct, learning, forecasts."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

CONTRACT = "tests/rules/test_contract.py::"
LEARNING = "tests/rules/test_learning.py::"
FORECASTS = "tests/test_forecasts.py::"

RULES = (
    Mutant(
        "sim/rules/pricing.py",
        "return view.landed_cost / (1.0 - self.share)",
        "return view.landed_cost * (1.0 + self.share)",
        (f"{CONTRACT}test_margin_is_a_share_of_the_price",),
        "a margin is a share of cost",
    ),
    Mutant(
        "sim/rules/pricing.py",
        "return np.maximum(wanted, self.floor * view.landed_cost)",
        "return wanted",
        (f"{CONTRACT}test_match_takes_the_lowest_rival_price_down_to_its_floor_and_a_markup_when_alone",),
        "matching a rival has no floor",
    ),
    Mutant(
        "sim/rules/pricing.py",
        "return view.wholesale_price + self.gap_share * (reference - view.wholesale_price)",
        "return view.wholesale_price + self.gap_share * reference",
        (f"{CONTRACT}test_undercut_splits_the_gap_between_the_wholesale_price_and_the_end_of_the_chain",),
        "undercutting adds a share of the whole price",
    ),
    Mutant(
        "sim/rules/price_rule.py",
        "return np.rint(amount).astype(np.int64)",
        "return np.floor(amount).astype(np.int64)",
        (f"{CONTRACT}test_markup_is_a_multiple_of_landed_cost_rounded_half_to_even",),
        "prices are rounded down",
    ),
    Mutant(
        "sim/rules/replenishment.py",
        "            protected_days = view.lead_days + self.review_days - 1",
        "            protected_days = view.lead_days + self.review_days",
        (f"{CONTRACT}test_base_stock_follows_the_forecast_over_the_days_until_the_next_order_arrives",),
        "stock covers a day too many",
    ),
    Mutant(
        "sim/rules/replenishment.py",
        "self.safety_factor * np.sqrt(spread)",
        "self.safety_factor * spread",
        (f"{CONTRACT}test_base_stock_follows_the_forecast_over_the_days_until_the_next_order_arrives",),
        "safety stock grows with the variance",
    ),
    Mutant(
        "sim/rules/replenishment.py",
        "        due = view.carried & (view.position <= trigger)",
        "        due = view.carried & (view.position < trigger)",
        (f"{CONTRACT}test_reorder_point_waits_until_stock_has_fallen_and_then_orders_up",),
        "at the reorder point itself nothing is ordered",
    ),
    Mutant(
        "sim/formulas/service.py",
        "    longest, shortest = demands.lead + demands.review - 1, demands.lead - 1",
        "    longest, shortest = demands.lead + demands.review, demands.lead",
        (f"{CONTRACT}test_a_wanted_fill_rate_says_how_much_to_keep_where_customers_wait",),
        "a wanted fill rate is reached with a day of demand too many",
    ),
    Mutant(
        "sim/rules/assortment.py",
        "consigned_slots = np.floor(np.round(self.consigned_share * carried.sum(axis=1), 9))",
        "consigned_slots = np.floor(self.consigned_share * carried.sum(axis=1))",
        (f"{CONTRACT}test_a_share_of_slots_is_a_share_of_slots_also_in_binary_fractions",),
        "29 of 50 slots are 28 in binary fractions",
    ),
    Mutant(
        "sim/rules/assortment.py",
        "own = units * money.own_margin - money.upkeep if money.may_own else never",
        "own = units * money.own_margin if money.may_own else never",
        (f"{CONTRACT}test_profit_carries_what_earns_most_a_day",),
        "keeping goods costs a slot nothing",
    ),
    Mutant(
        "sim/rules/assortment.py",
        "sold_daily = view.units_sold / np.maximum(days, 1)",
        "sold_daily = view.units_sold",
        (f"{CONTRACT}test_popularity_learns_from_what_was_sold",),
        "sales of a whole review count as a day's",
    ),
    Mutant(
        "sim/rules/closing.py",
        "in_a_row = np.where(reviewed, np.where(losing, before + 1, 0), before)",
        "in_a_row = np.where(reviewed, np.where(losing, before + 1, before), before)",
        (f"{CONTRACT}test_losses_close_after_so_many_in_a_row",),
        "losing reviews need not follow one another",
    ),
    Mutant(
        "sim/rules/closing.py",
        "        return self.receipts - self.outlays + self.stock_change",
        "        return self.receipts - self.outlays",
        (f"{CONTRACT}test_losses_close_after_so_many_in_a_row", "tests/entry/test_stores.py"),
        "stock that is left does not count for who thinks of closing",
    ),
    Mutant(
        "sim/rules/closing.py",
        "        losing = view.result < -self.tolerated_loss * CENTS * view.days",
        "        losing = view.result < -self.tolerated_loss * CENTS",
        ("tests/entry/test_stores.py::test_what_is_tolerated_is_no_loss",),
        "what is tolerated a day is tolerated once",
    ),
    Mutant(
        "sim/rules/entry.py",
        "gain: FloatArray = (moved * (direct - through_chain)).sum(axis=1) - self.fixed_cost * CENTS",
        "gain: FloatArray = (moved * direct).sum(axis=1) - self.fixed_cost * CENTS",
        (f"{CONTRACT}test_when_it_pays_weighs_the_margin_won_against_the_one_lost",),
        "who thinks of selling direct forgets what it earns now",
    ),
    Mutant(
        "sim/rules/demand_fit.py",
        "            power = cost * self.figure / (self.figure - 1.0)",
        "            power = cost * (self.figure + 1.0) / self.figure",
        (f"{LEARNING}test_the_best_price_of_each_form",),
        "the markup on a power curve is that of one elasticity more",
    ),
    Mutant(
        "sim/rules/learning.py",
        "            passed = np.where(through, base + best - before, in_step)",
        "            passed = np.where(through, base, in_step)",
        (f"{LEARNING}test_a_change_of_cost_is_passed_on_through_the_curve_and_no_cap_holds_it_back",),
        "a change of cost is not passed on",
    ),
    Mutant(
        "sim/rules/learning.py",
        "        return whole_cents(base + learnt.sign * np.maximum(width, 1.0))",
        "        return whole_cents(base + np.maximum(width, 1.0))",
        (f"{LEARNING}test_experiments_come_in_pairs_around_the_base_that_cancel_out",),
        "experiments go up only",
    ),
    Mutant(
        "sim/rules/q_learning.py",
        "        profit = (grid[old.action] - old.cost) / 100.0 * view.sales_record.units_sold / days",
        "        profit = grid[old.action] / 100.0 * view.sales_record.units_sold / days",
        ("tests/rules/test_q_learning.py::test_a_price_is_worth_the_profit_it_made_and_the_best_of_what_it_led_to",),
        "a learner counts receipts as profit",
    ),
    Mutant(
        "sim/engine/firms/forecasts.py",
        "            squared = np.square(seen - self.mean)",
        "            squared = np.square(seen)",
        (f"{FORECASTS}test_errors_are_measured_against_what_was_expected_that_morning",),
        "all demand counts as error",
    ),
    Mutant(
        "sim/engine/firms/forecasts.py",
        "        self._next = (self._next + 1) % len(self._seen)",
        "        self._next = 0",
        (f"{FORECASTS}test_a_moving_average_forgets_the_opening_day_by_day",),
        "a moving average does not move",
    ),
    Mutant(
        "sim/engine/firms/level.py",
        "        return self.rows[(day + self.rows) % self._review_days == 0]",
        "        return self.rows[day % self._review_days == 0 * self.rows]",
        ("tests/kernels/test_supply.py", "tests/entry/test_stores.py", "tests/formulas"),
        "all places order on the same day",
    ),
)  # fmt: skip
