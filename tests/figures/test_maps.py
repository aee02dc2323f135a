"""The map of a run: every unit that moved, every shelf found empty, and customers who are really there."""

from __future__ import annotations

import numpy as np
import pytest

import sim
from sim.results.figures.maps import MOST_IN_A_TOWN, _spaced, market_map

FEW = {"geography.customers": 400, "geography.town_count": 4, "time.days": 30, "time.warm_up": 3}


@pytest.fixture(scope="module", params=["traditional", "hybrid"])
def outcome(request):
    return sim.run("classroom_set_margins", regime=request.param, seed=1, overrides=FEW)


@pytest.mark.parametrize("period", [1, 7])
def test_flows_are_all_units_sent_between_firms_and_sold(outcome, period):
    tables, stock = market_map(outcome, period), outcome.stock
    units = tables.flows.groupby("way", observed=False)["units"].sum()
    assert units["freight"] == stock.loc[stock["kind"] == "dispatch", "units"].sum()
    sold = stock[(stock["kind"] == "sale") & (stock["need"] >= 0)]
    assert units[["parcels", "couriers", "carried"]].sum() == sold["units"].sum()
    channel = outcome.needs["channel"].astype(str).to_numpy()[sold["need"]]
    assert units["carried"] == sold["units"][np.isin(channel, ["store", "pickup"])].sum()
    assert units["parcels"] == sold["units"][np.isin(channel, ["parcel", "endless_aisle"])].sum()
    assert tables.periods == -(-30 // period)
    assert tables.flows["period"].max() < tables.periods
    by_day = stock.loc[stock["kind"] == "dispatch"].groupby(lambda row: stock["day"][row] // period)["units"].sum()
    freight = tables.flows[tables.flows["way"] == "freight"].groupby("period")["units"].sum()
    assert freight.to_dict() == by_day.to_dict()


def test_flows_run_from_where_goods_were_to_where_they_went(outcome):
    tables = market_map(outcome)
    for row in tables.flows.sample(60, random_state=0).itertuples():
        stock = outcome.stock[(outcome.stock["day"] == row.period)]
        source = tables.places["name"][row.source]
        if row.target >= 0:
            to = f"to {tables.places['name'][row.target]}"
            found = stock[(stock["source"] == source) & (stock["destination"] == to) & (stock["kind"] == "dispatch")]
        else:
            sold = stock[(stock["source"] == source) & (stock["kind"] == "sale")]
            town = outcome.needs["town"].to_numpy()[sold["need"]]
            channel = outcome.needs["channel"].astype(str).to_numpy()[sold["need"]]
            way = {"carried": ["store", "pickup"], "couriers": ["courier"], "parcels": ["parcel", "endless_aisle"]}
            found = sold[(town == tables.towns["name"][row.town]) & np.isin(channel, way[row.way])]
        assert found["units"].sum() == row.units


def test_shelves_found_empty_are_those_of_the_needs(outcome):
    tables, needs = market_map(outcome), outcome.needs
    stores = set(tables.places.loc[tables.places["slots"] > 0, "name"])
    first = needs[needs["first_place"].astype(str).isin(stores)]
    assert tables.shelves["wanted"].sum() == len(first)
    assert tables.shelves["empty"].sum() == first["first_empty"].sum()
    assert (tables.shelves["empty"] <= tables.shelves["wanted"]).all()


def test_customers_shown_live_where_they_are_shown_and_all_their_needs_are_there(outcome):
    tables, market = market_map(outcome), sim.Market(outcome.manifest.scenario, outcome.manifest.regime, 1)
    shown = tables.customers
    assert shown["customer"].is_unique
    assert shown.groupby("town").size().max() <= MOST_IN_A_TOWN
    for row in shown.iloc[::20].itertuples():
        home = market.customers[row.customer]
        assert home.town == tables.towns["name"][row.town]
        assert home.home == pytest.approx((row.east, row.north), abs=1e-3)
    own = outcome.needs[outcome.needs["customer"].isin(shown["customer"])]
    assert tables.needs["need"].tolist() == own["need"].tolist()
    assert (tables.needs["price"] / 100).tolist() == own["price"].tolist()


def test_customers_are_spaced_evenly():
    assert _spaced(np.arange(5), 9).tolist() == [0, 1, 2, 3, 4]
    assert _spaced(np.arange(100), 4).tolist() == [0, 25, 50, 75]


def test_in_the_village_a_loaf_goes_from_farm_to_wholesaler_to_shop_to_brook():
    tables = market_map(sim.run("village", regime="traditional", seed=0))
    first = tables.flows[tables.flows["period"] == 0]
    assert first[["way", "source", "target", "town", "units"]].to_numpy().tolist() == [
        ["freight", 0, 1, -1, 1],
        ["freight", 1, 2, -1, 1],
        ["carried", 2, -1, 0, 1],
    ]
    assert tables.found_empty == 9 / 15
    nobody = market_map(sim.run("village", overrides={"customers.need_rate": 0.0}))
    assert nobody.found_empty is None
    assert len(nobody.needs) == len(nobody.customers) == 0
