"""Faults in the market: what falls due, who earns what, couriers' tours, orders, what firms have noted."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

ACCOUNTING = "tests/test_accounting.py::"
DELIVERY = "tests/test_delivery.py::"

MARKET = (
    Mutant(
        "sim/engine/accounting.py",
        "DAYS_A_YEAR = 365.0",
        "DAYS_A_YEAR = 360.0",
        (f"{ACCOUNTING}test_a_year_of_interest_has_365_days_to_the_cent",),
        "a year of interest has 360 days",
    ),
    Mutant(
        "sim/engine/accounting.py",
        "listed = int(network.lines[sources][:, bought].any(axis=1).sum())",
        "listed = int(network.lines[sources][:, bought].any())",
        (f"{ACCOUNTING}test_every_place_pays_for_the_depots_its_goods_come_from",),
        "one contact will do, however many depots",
    ),
    Mutant(
        "sim/engine/accounting.py",
        "        due = int(max(-profit[account], -subsidised[account]))",
        "        due = int(max(-profit[account], 0))",
        (f"{ACCOUNTING}test_at_cost_what_was_paid_to_meet_a_deficit_is_given_back_when_it_is_made_good",),
        "subsidies are never paid back",
    ),
    Mutant(
        "sim/engine/charges.py",
        "    return cents(spent / sharing) if sharing else 0",
        "    return cents(spent) if sharing else 0",
        (f"{ACCOUNTING}test_advertising_is_shared_by_those_who_sell_online",),
        "each of those who advertise pays for all",
    ),
    Mutant(
        "sim/engine/charges.py",
        "rents[world.accounts[account]] = rents.get(world.accounts[account], 0) + rent",
        "rents[world.accounts[account]] = rent",
        (f"{ACCOUNTING}test_fixed_costs_and_rents_fall_due_every_day",),
        "a firm pays rent for one of its shops",
    ),
    Mutant(
        "sim/engine/entry_exit/profit_windows.py",
        "DAYS_A_YEAR = 365.0",
        "DAYS_A_YEAR = 360.0",
        ("tests/entry/test_stores.py",),
        "shops that think of closing count 360 days of interest a year",
    ),
    Mutant(
        "sim/engine/entry_exit/profit_windows.py",
        "share: IntArray = whole // np.maximum(in_business, 1)",
        "share: IntArray = whole",
        ("tests/entry/test_stores.py",),
        "each shop bears all of its firm's fixed cost",
    ),
    Mutant(
        "sim/engine/entry_exit/profit_windows.py",
        "        (lines[\"kind\"] == RESTOCK, \"value_in\", -1),",
        "        (lines[\"kind\"] == RESTOCK, \"value_in\", 1),",
        ("tests/entry/test_channels.py::test_what_comes_back_and_is_sold_again_costs_a_channel_its_goods_once",),
        "returns cost a direct channel their goods a second time",
    ),
    Mutant(
        "sim/engine/last_mile.py",
        "    driven: NDArray[np.float64] = np.minimum(np.maximum(one_tour, many_tours), out_and_back * drops)",
        "    driven: NDArray[np.float64] = np.maximum(one_tour, many_tours)",
        (f"{DELIVERY}test_one_tour_is_no_shorter_than_out_and_back_and_no_longer_than_that_for_every_drop",),
        "a courier with one drop drives a whole tour",
    ),
    Mutant(
        "sim/engine/last_mile.py",
        "        self._drops[day % WEEK] = drops",
        "        self._drops[0] = drops",
        (f"{DELIVERY}test_the_tariff_is_last_weeks_mean_cost_and_a_margin",),
        "couriers' tariff forgets the week's drops",
    ),
    Mutant(
        "sim/kernels/reordering.py",
        "                position += placed[node, product] - owed[node, product]",
        "                position += placed[node, product]",
        ("tests/kernels/test_supply.py::test_what_is_owed_is_not_ordered_twice",
         "tests/kernels/test_supply.py::test_fill_rate_and_wait_are_those_of_base_stock_with_a_protection_of_lead_time_days"),
        "a firm forgets what it owes when it orders",
    ),
    Mutant(
        "sim/engine/replenishment.py",
        "(np.where(from_maker, 0.0, expected[node]) / np.maximum(lines.sum(axis=0), 1))",
        "np.where(from_maker, 0.0, expected[node])",
        ("tests/test_forecasts.py::test_customers_of_several_sources_count_at_each_in_equal_parts",),
        "a buyer with two sources counts twice",
    ),
    Mutant(
        "sim/engine/sales_history.py",
        "        served = flows.demand[stores] == flows.filled[stores]  # nobody was turned away",
        "        served = flows.demand[stores] >= 0",
        ("tests/test_salesbook.py",),
        "days on which customers were turned away count as days in stock",
    ),
    Mutant(
        "sim/engine/entry_exit/profit_windows.py",
        "    bought = sent[sent[\"owner_in\"] != sent[\"owner_out\"]]",
        "    bought = sent",
        ("tests/entry/test_stores.py", "tests/entry/test_channels.py"),
        "goods on consignment count as bought",
    ),
)  # fmt: skip
