"""What the shipped scenarios were made to show, and show: out of the ledger, need by need."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.engine.codes import BOUGHT, NOT_STOCKED, OUT_OF_STOCK
from sim.experiments import compare
from sim.experiments.frontier import frontier
from sim.market import Market
from sim.results.figures import all_figures
from sim.results.outcome import Outcome
from sim.runs.design import parse_factor
from sim.scenario import load_scenario
from sim.scenario.regimes import COURIER
from sim.validation.themes.demand import gained_each_day
from sim.world.world import make_world


@dataclass(frozen=True)
class Run:
    """A market that has been lived through."""

    market: Market

    @cached_property
    def outcome(self) -> Outcome:
        """What it left."""
        return self.market.run()

    @cached_property
    def figures(self) -> dict[str, Any]:
        """All its figures."""
        return all_figures(self.outcome)

    @cached_property
    def needs(self) -> dict[str, NDArray[Any]]:
        """Its needs inside the window."""
        columns = self.outcome.columns["needs"]
        counts = self.outcome.in_window(columns["day"])
        return {name: values[counts] for name, values in columns.items()}

    def paid(self, kind: str, payer: str = "", payee: str = "") -> int:
        """Return the cents paid of a kind, from and to everybody unless said."""
        ledger, labels = self.outcome.columns["ledger"], self.outcome.labels
        rows = ledger["kind"] == labels["ledger_kinds"].index(kind)
        for column, name in (("payer", payer), ("payee", payee)):
            if name:
                rows &= ledger[column] == labels["accounts"].index(name)
        return int(ledger["cents"][rows].sum())

    def kinds(self) -> set[str]:
        """Return the kinds of payments there were."""
        labels = self.outcome.labels["ledger_kinds"]
        return {labels[code] for code in np.unique(self.outcome.columns["ledger"]["kind"])}


def runs(scenario: str, *regimes: str, seed: int = 0, **changes: Any) -> list[Run]:
    """Live through one world under several regimes."""
    market_of = load_scenario(scenario, changes)
    world = make_world(market_of, seed)
    return [Run(Market(market_of, regime, seed, world=world)) for regime in regimes]


# -- the parable --


@pytest.fixture(scope="module")
def parable() -> list[Run]:
    """The chain of three, and the maker's direct offer."""
    return runs("parable", "traditional", "direct", "o2o")


def test_parable_everybody_buys_the_same_under_every_regime(parable):
    first = parable[0].outcome.columns["needs"]
    assert len(first["need"]) > 1000
    for run in parable:
        needs = run.outcome.columns["needs"]
        assert (needs["result"] == BOUGHT).all()
        for column in ("need", "day", "customer"):
            assert np.array_equal(needs[column], first[column])


def test_parable_the_chain_doubles_the_price_three_times(parable):
    chain = parable[0]
    bought = len(chain.outcome.columns["needs"]["need"])
    assert chain.paid("sale", "households", "retailer") == bought * 20_000_00
    # What the hands pay one another, for each unit they send on.
    moves, labels = chain.outcome.columns["stock"], chain.outcome.labels
    sent = moves["kind"] == labels["stock_kinds"].index("dispatch")
    for buyer, upstream, price in (("retailer", "intermediary", 10_000_00), ("intermediary", "supplier", 5_000_00)):
        units = moves["units"][sent & (moves["owner_in"] == labels["accounts"].index(buyer))].sum()
        assert chain.paid("wholesale", buyer, upstream) == units * price > 0
    figures = chain.figures
    assert (figures["consumer_price"], figures["wholesale_price"], figures["supplier_price"]) == (20_000, 10_000, 5_000)


@pytest.mark.parametrize("regime", [1, 2], ids=["direct", "o2o"])
def test_parable_the_maker_sells_at_8000_and_nobody_stands_in_between(parable, regime):
    run = parable[regime]
    bought = len(run.outcome.columns["needs"]["need"])
    assert run.paid("sale", "households", "supplier") == bought * 8_000_00 == run.paid("sale")
    assert run.kinds() == {"sale", "production"}
    assert run.figures["consumer_price"] == run.figures["supplier_price"] == 8_000.0


@pytest.mark.parametrize("regime", [1, 2], ids=["direct", "o2o"])
def test_parable_12000_saved_3000_gained_15000_lost(parable, regime):
    chain, direct = parable[0], parable[regime]
    purchases = len(chain.outcome.columns["needs"]["need"])
    saved = chain.paid("sale", "households") - direct.paid("sale", "households")
    assert saved == purchases * 12_000_00
    # Nothing else is paid, and stocks are at the end what they were at the beginning: profits are margins.
    for run in (chain, direct):
        assert run.kinds() <= {"sale", "wholesale", "production"}
        assert run.figures["price_waterfall"]["stock_change"] == 0.0
    before, after = (
        {
            name: run.figures[f"{name}_profit"]
            for name in ("supplier", "intermediary", "retailer", "platform", "carrier")
        }
        for run in (chain, direct)
    )
    assert before == {"supplier": 2_500, "intermediary": 5_000, "retailer": 10_000, "platform": 0, "carrier": 0}
    assert after == {"supplier": 5_500, "intermediary": 0, "retailer": 0, "platform": 0, "carrier": 0}
    gained = after["supplier"] - before["supplier"]
    lost = before["intermediary"] + before["retailer"]
    assert (gained, lost) == (3_000.0, 15_000.0)
    assert saved == purchases * 100 * (lost - gained)  # a pure transfer


# -- the empty shelf --


@pytest.fixture(scope="module")
def empty_shelf() -> list[list[Run]]:
    """Three worlds with and without O2O."""
    return [runs("empty_shelf", "traditional", "o2o", seed=seed) for seed in range(3)]


def test_empty_shelf_one_shelf_in_twelve_is_empty(empty_shelf):
    empty = np.mean([without.figures["stockout_rate"] for without, _ in empty_shelf])
    assert empty == pytest.approx(0.083, abs=0.008)


def test_empty_shelf_prices_are_equal_so_nothing_else_moves(empty_shelf):
    for without, with_it in empty_shelf:
        for run in (without, with_it):
            bought = run.needs["result"] == BOUGHT
            assert set(run.needs["price"][bought]) == {40_00}
            assert not run.needs["fee"].any()


def test_empty_shelf_sales_lost_are_recovered(empty_shelf):
    for without, with_it in empty_shelf:
        assert with_it.figures["recovered_sales"] > without.figures["recovered_sales"] > 0
        assert 0 < with_it.figures["lost_sales"] < 0.5 * without.figures["lost_sales"]
        # the same customers, the same needs
        lost = without.needs["result"] == OUT_OF_STOCK
        assert lost.sum() > 100
        assert np.array_equal(without.needs["customer"], with_it.needs["customer"])
        assert (with_it.needs["result"][lost] == BOUGHT).mean() > 0.8


def recovered(run: Run) -> NDArray[np.bool_]:
    """Tell which needs met an empty shelf and had what they wanted brought all the same."""
    needs = run.needs
    had_it = (needs["result"] == BOUGHT) & (needs["product"] == needs["first_choice"])
    return needs["first_empty"] & had_it & (needs["channel"] == COURIER)


def courier_km(run: Run) -> NDArray[np.float64]:
    """Return each need's km from the store the unit came from to the customer's home."""
    people = run.market.state.population
    customer, store = run.needs["customer"], run.needs["place"] - run.market.state.shelves.first_node
    there = people.nearest[customer] == store[:, None]
    return np.where(there, people.km[customer], 0.0).sum(axis=1)


def test_empty_shelf_what_is_recovered_comes_the_same_day_from_stock_nearby(empty_shelf):
    for _, with_it in empty_shelf:
        assert 0.0 < with_it.figures["recovered_delivery_days"]["p50"] < 0.5
        days = with_it.needs["days"][recovered(with_it)]
        assert len(days) > 500
        assert 0.0 < days.min() <= np.median(days) < 0.5


def test_empty_shelf_delivery_days_move_with_distance(empty_shelf):
    for _, with_it in empty_shelf:
        rows = recovered(with_it)
        days, km = with_it.needs["days"][rows], courier_km(with_it)[rows]
        near, far = days[km < np.quantile(km, 1 / 3)], days[km > np.quantile(km, 2 / 3)]
        assert np.median(far) > np.median(near)


def test_empty_shelf_delivery_days_move_with_the_queue():
    medians = []
    for capacity in (60.0, 80.0, 1e6):
        (run,) = runs("empty_shelf", "o2o", **{"delivery.courier.capacity": capacity, "time.days": 60})
        rows = recovered(run)
        medians.append(float(np.median(run.needs["days"][rows])))
        if capacity == 1e6:
            # without a queue: half an hour in the shop, then the way at 12 km an hour
            way = 0.5 / 24 + courier_km(run)[rows] / (12.0 * 24)
            assert run.needs["days"][rows] == pytest.approx(way, abs=1e-3)
    assert medians == sorted(medians, reverse=True)
    assert medians[0] > 1.5 * medians[-1]


# -- diapers --


@pytest.fixture(scope="module")
def diapers() -> list[list[Run]]:
    """Two countries of short shelves, and the seller who adds up their towns."""
    return [runs("diapers", "traditional", "direct", seed=seed) for seed in range(2)]


def test_diapers_who_wants_what_few_want_goes_without_under_traditional_and_hardly_under_direct(diapers):
    fifths = ("rarest", "rare", "middle", "common", "commonest")
    for traditional, direct in diapers:
        unserved = [traditional.figures["unserved_share_by_rarity"][fifth] for fifth in fifths]
        assert unserved == sorted(unserved, reverse=True)
        assert unserved[0] > 0.5 > unserved[1] > 0.01 > unserved[2]
        assert traditional.figures["minority_gap"] > 0.5
        served = [direct.figures["unserved_share_by_rarity"][fifth] for fifth in fifths]
        assert max(served) < 0.01
        assert abs(direct.figures["minority_gap"]) < 0.01


def test_diapers_it_is_the_shelf_that_is_short_not_the_stock(diapers):
    for traditional, _ in diapers:
        reasons = traditional.figures["no_purchase_share_by_reason"]
        assert reasons["not_stocked"] > 0.1
        assert reasons["out_of_stock"] < 0.001
        assert traditional.figures["stockout_rate"] < 0.01


def test_diapers_the_same_taste_is_served_where_it_is_common_and_not_where_it_is_rare(diapers):
    for traditional, _ in diapers:
        needs, mixes = traditional.needs, traditional.market.world.towns.tastes
        share = mixes[needs["town"], needs["taste"]]
        unserved = needs["result"] == NOT_STOCKED
        assert share[unserved].mean() < 0.25 * share[~unserved].mean()
        both = [taste for taste in range(mixes.shape[1]) if 0 < unserved[needs["taste"] == taste].mean() < 1]
        assert len(both) > mixes.shape[1] / 2  # most brands are on the shelf in one town and not in the next


def test_diapers_prices_are_equal(diapers):
    for pair in diapers:
        for run in pair:
            assert set(run.needs["price"][run.needs["result"] == BOUGHT]) == {28_00}


# -- what middlemen are worth --

ORDINARY_PARCEL = {"delivery.parcel.cost_per_parcel": 3.5}


def test_middleman_worth_customers_are_worse_off_without_the_middlemen_where_parcels_are_dear():
    dear, ordinary = (
        compare("middleman_worth", ["traditional", "direct"], replications=5, overrides=changed).differences["direct"]
        for changed in ({}, ORDINARY_PARCEL)
    )
    assert dear["consumer_surplus"].high < 0 < ordinary["consumer_surplus"].low
    for difference in (dear, ordinary):  # although middlemen take their margins either way
        assert difference["consumer_price"].high < -5.0
        assert difference["intermediary_profit"].high < 0


@pytest.mark.slow
def test_middleman_worth_the_answer_turns_where_the_scenario_says():
    along = parse_factor("delivery.parcel.cost_per_parcel=0..10", load_scenario("middleman_worth"))
    (customers,) = frontier("middleman_worth", along, parties=["customers"]).crossings
    print(f"Customers are worse off without the middlemen from {along.path} = {customers.x:.2f} on.")
    assert (customers.side, customers.better) == ("crossing", "below")
    assert customers.x == pytest.approx(4.0, abs=0.1)
    assert customers.high < 7.0  # what the scenario says


def test_middleman_worth_without_the_wholesaler_the_smallest_shop_pays_more_for_lorries_than_it_earns():
    with_him, alone = runs("middleman_worth", "traditional", "without_wholesaler")
    smallest = "retailer 8"  # in a village of 80
    daily = [gained_each_day(run.outcome, smallest)[30:].mean() for run in (with_him, alone)]
    assert daily[1] < 0 < daily[0]
    assert alone.figures["consumer_price"] < with_him.figures["consumer_price"]
    assert alone.paid("freight", smallest) > 2 * with_him.paid("freight", smallest)
