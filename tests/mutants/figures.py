"""Faults in figures."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

THREE_DAYS = "tests/figures/test_three_days.py"


def _figure(module: str, old: str, new: str, fault: str, *tests: str) -> Mutant:
    return Mutant(f"sim/results/figures/{module}.py", old, new, tests or (THREE_DAYS,), fault)


FIGURES = (
    _figure(
        "prices",
        "    purchases = window.sums.channels[:, KEPT_BY]",
        "    purchases = window.sums.channels[:, KEPT_BY - 1]",
        "prices are shared out over purchases sent back, too",
    ),
    _figure(
        "flows",
        "        return sales + self.net(\"commission\") + self.net(\"handling_fee\")",
        "        return sales + self.net(\"commission\")",
        "the handling fee is nobody's receipt",
    ),
    _figure(
        "flows",
        "        cost: IntArray = given_up - self.value_in[kinds.index(\"restock\")]",
        "        cost: IntArray = given_up",
        "goods that came back stay in the cost of goods",
    ),
    _figure(
        "flows",
        "        for_goods = np.minimum(ledger[\"cents\"][refunds], price)",
        "        for_goods = ledger[\"cents\"][refunds]",
        "a refunded fee counts as a refunded price",
        "tests/figures/test_window.py::test_a_refunded_fee_is_no_refund_of_the_price",
    ),
    _figure(
        "margins",
        "quotient(own[kind], receipts[members[kind]].sum()) for kind in EARNING},",
        "quotient(own[kind], flows.customers_paid) for kind in EARNING},",
        "the gross margin rate is a share of what customers paid",
    ),
    _figure(
        "welfare",
        "    public = int(flows.net(\"tax\")[Roles.OUTSIDE] + flows.net(\"subsidy\")[Roles.OUTSIDE])",
        "    public = int(flows.net(\"subsidy\")[Roles.OUTSIDE])",
        "tax is lost to welfare",
    ),
    _figure(
        "welfare",
        "    weight = spent if spent.sum() > 0 else groups.needs",
        "    weight = groups.needs",
        "profits are laid to towns by their needs",
        "tests/figures/test_groups.py",
    ),
    _figure(
        "times",
        "quotient(all_days.below(1.0), all_days.number)",
        "quotient(all_days.below(1.0001), all_days.number)",
        "the next day counts as the same",
        "tests/figures/test_window.py::test_bins_of_delivery_days_hold_their_lower_end",
    ),
    _figure(
        "times",
        "    below = [found.below(end) for end in UPPER_ENDS]",
        "    below = [found.below(end + 1e-9) for end in UPPER_ENDS]",
        "bins of delivery days hold their upper end",
        "tests/figures/test_window.py::test_bins_of_delivery_days_hold_their_lower_end",
    ),
    Mutant(
        "sim/kernels/need_sums.py",
        "    empty = wanted and choice.empty and result != WAITING",
        "    empty = wanted and choice.empty",
        ("tests/figures/test_window.py::test_orders_that_still_wait_are_neither_sold_nor_lost",),
        "orders that still wait count as lost",
    ),
    Mutant(
        "sim/kernels/need_sums.py",
        "    recovered = empty and bought and ending.product == choice.product",
        "    recovered = empty and bought",
        ("tests/figures/test_window.py::test_a_substitute_is_no_recovered_sale_and_no_lost_one",),
        "a substitute counts as a recovered sale",
    ),
    Mutant(
        "sim/kernels/forgetting.py",
        "        if not needs[row][\"returned\"]:",
        "        if needs[row][\"product\"] >= 0:",
        ("tests/test_figures_without_records.py::test_waiting_returns_and_closures_come_out_alike",),
        "a need whose goods come back is forgotten before they do",
    ),
    Mutant(
        "sim/kernels/opening_stock.py",
        "            gain[sale[\"owner\"]] += sale[\"left\"] * price - sale[\"book\"]",
        "            gain[sale[\"owner\"]] += sale[\"left\"] * price",
        ("tests/figures/test_opening_stock.py",),
        "opening stock sold before any was bought costs nothing",
    ),
    _figure(
        "availability",
        "    gap = rarest - commonest if",
        "    gap = commonest - rarest if",
        "the minority gap has the other sign",
        "tests/figures/test_groups.py::test_minority_gap_is_the_rarest_less_the_commonest",
    ),
    _figure(
        "structure",
        "((2 * rank - len(ordered) - 1) * ordered)",
        "((2 * rank - len(ordered)) * ordered)",
        "the Gini coefficient of equal sales is above nought",
    ),
    _figure(
        "structure",
        "    spread: FloatArray = number * square - value * value",
        "    spread: FloatArray = number * square",
        "the bullwhip compares squares, not variances",
    ),
    _figure(
        "structure",
        "        \"inventory_turns\": quotient(to_customers * DAYS_A_YEAR, book_days.sum()),",
        "        \"inventory_turns\": quotient(flows.cost_of_goods.sum() * DAYS_A_YEAR, book_days.sum()),",
        "stock turns of all firms count goods sold between them",
        "tests/figures/test_parable.py::test_stock_turns",
    ),
    _figure(
        "structure",
        "    return quotient((by_seller * by_seller).sum(), by_seller.sum() ** 2)",
        "    return quotient(by_seller.max(), by_seller.sum())",
        "concentration is the largest share",
        "tests/figures/test_window.py::test_concentration_of_two_sellers",
    ),
    _figure(
        "transport",
        "    km = {\"cars\": OUT_AND_BACK * customers_km(window.sums)}",
        "    km = {\"cars\": customers_km(window.sums)}",
        "customers drive one way",
    ),
    _figure(
        "waterfall",
        "    parts[\"stock_change\"] = -int(window.change(\"book_value\").sum())",
        "    parts[\"stock_change\"] = int(window.change(\"book_value\").sum())",
        "the change of stock has the other sign",
    ),
    _figure(
        "arithmetic",
        "    by_remainder = sorted(range(len(parts)), key=lambda place: -remainder[place])",
        "    by_remainder = list(range(len(parts)))",
        "hundredths go to the first parts, not to the largest remainders",
        "tests/figures/test_waterfall.py::test_largest_remainder_by_hand",
    ),
    _figure(
        "pairs",
        "    surplus = other.needs[\"surplus\"] - one.needs[\"surplus\"]",
        "    surplus = one.needs[\"surplus\"] - other.needs[\"surplus\"]",
        "the change for the same need has the other sign",
        "tests/figures/test_pairs.py",
    ),
    _figure(
        "pairs",
        "    kept, delivered = one.kept & other.kept, one.delivered & other.delivered",
        "    kept, delivered = other.kept, one.delivered & other.delivered",
        "prices of the same need count needs kept under one regime only",
        "tests/figures/test_pairs.py",
    ),
    _figure(
        "window",
        "        first, end = outcome.manifest.window",
        "        first, end = 0, outcome.manifest.window[1]",
        "the warm-up counts",
        "tests/figures/test_window.py::test_needs_of_the_warm_up_and_the_cool_down_are_left_out",
    ),
    _figure(
        "groups",
        "    _, step = np.unique(share, return_inverse=True)",
        "    step = np.argsort(np.argsort(share, kind=\"stable\"))",
        "of equally rare tastes some count as rarer",
        "tests/figures/test_groups.py",
    ),
    _figure(
        "endings",
        "    ending = np.select([~bought, *ways.values()], [\"lost\", *ways], \"delivered\")",
        "    ending = np.select([*ways.values(), ~bought], [*ways, \"lost\"], \"delivered\")",
        "who leaves with nothing counts as having substituted",
        "tests/figures/test_charted.py",
    ),
)  # fmt: skip
