"""What customers considered, written down, exported, and of no consequence for the run."""

from __future__ import annotations

import numpy as np
import pytest

from sim.market import Market
from sim.results.choice_data import ATTRIBUTES, balanced
from sim.results.outcome import Outcome
from sim.scenario import load_scenario
from tests.small_markets import CONSIGNED, OWN, SMALL, SmallMarket, with_parcels

WRITE = {"records.choices": True}


def small_outcome(regime, changes=None, days=3) -> Outcome:
    return SmallMarket(regime, {**WRITE, **(changes or {})}).live(days).market.outcome()


@pytest.mark.parametrize("regime", ["traditional", "direct", "o2o", "hybrid"])
def test_a_run_does_not_notice_that_its_choices_are_written_down(regime):
    plain = Market(load_scenario("empty_shelf", {"time.days": 40}), regime, 5).run()
    noted = Market(load_scenario("empty_shelf", {"time.days": 40, **WRITE}), regime, 5).run()
    assert set(noted.columns) - set(plain.columns) == {"choices"}
    for table, columns in plain.columns.items():
        for name, values in columns.items():
            assert noted.columns[table][name].tobytes() == values.tobytes(), (table, name)


def test_the_record_agrees_with_the_needs():
    outcome = Market(load_scenario("empty_shelf", {"time.days": 40, **WRITE}), "hybrid", 5).run()
    rows, needs = outcome.columns["choices"], outcome.columns["needs"]
    bought = rows["chosen"] & (rows["offer"] >= 0)
    for name in ("product", "place", "channel", "seller", "price", "fee"):
        assert (rows[name][bought] == needs[name][rows["need"][bought]]).all(), name
    assert np.array_equal(np.sort(rows["need"][bought]), np.flatnonzero(needs["product"] >= 0))
    wanted = rows["wanted"]
    assert np.array_equal(rows["need"][wanted], needs["need"])
    assert (rows["product"][wanted] == needs["first_choice"]).all()
    assert (needs["first_empty"] == ~rows["in_stock"][wanted]).all()


def test_ann_and_bob_are_both_considered():
    # One customer; apples and pears at 6.00 each, 1 km to Ann's and 2 km to Bob's: five rows with leaving.
    frame = small_outcome(OWN, days=1).choices()
    assert list(frame["alt"]) == [
        "apple, near, store", "apple, far, store", "pear, near, store", "pear, far, store", "leave",
    ]  # fmt: skip
    assert list(frame["chosen"]) == [1, 0, 0, 0, 0]
    assert list(frame["km"]) == [1.0, 2.0, 1.0, 2.0, 0.0]
    assert list(frame["price"]) == [6.0, 6.0, 6.0, 6.0, 0.0]
    assert list(frame["mismatch"]) == [0.0, 0.0, 0.25, 0.25, 0.0]
    assert list(frame["buys"]) == [1.0, 1.0, 1.0, 1.0, 0.0]
    assert not frame["unseen"].any()


def test_a_parcel_is_bought_unseen_and_waited_for():
    frame = small_outcome(with_parcels(OWN), days=1).choices()
    parcel = frame[frame["alt"] == "apple, online, parcel"].iloc[0]
    assert (parcel["unseen"], parcel["days"], parcel["km"]) == (1.0, 1.0, 0.0)


def test_a_visit_that_ends_with_coming_back_is_no_decision_yet():
    small = SmallMarket(OWN, {**WRITE, "customers.breadth": 1, "customers.reach": 1, "customers.waiting_cost": 0.5})
    small.empty("near")
    outcome = small.live(2).market.outcome()
    first_need = outcome.columns["choices"]["need"] == 0
    assert list(outcome.columns["choices"]["attempt"][first_need]) == [0, 0, 1, 1]
    assert not outcome.columns["choices"]["chosen"][first_need][:2].any()
    made = outcome.choices("made")
    assert made.groupby("obs")["chosen"].sum().eq(1).all()
    assert len(made[made["need"] == 0]) == 2
    assert outcome.choices("wanted").groupby("obs")["chosen"].sum().eq(1).all()


def test_balanced_choices_have_every_alternative_in_every_decision():
    outcome = Market(load_scenario("village", WRITE), "hybrid", 0).run()
    frame = outcome.choices()
    full = balanced(frame)
    per_decision = full.groupby("obs").size()
    assert per_decision.nunique() == 1
    assert per_decision.iloc[0] == frame["alt"].nunique()
    assert full["chosen"].sum() == full["obs"].nunique() == frame["obs"].nunique()
    assert (full["avail"] >= full["chosen"]).all()
    assert full["avail"].sum() == frame["avail"].sum()
    for name in ATTRIBUTES:
        assert full[name].sum() == pytest.approx(frame[name].sum())


def test_offers_by_courier_share_their_shock():
    frame = small_outcome(CONSIGNED, days=1).choices()
    couriers = frame[frame["alt"].isin(["apple, near, courier", "apple, far, courier"])]
    assert len(couriers) == 2
    assert couriers["shock"].nunique() == 1
    assert frame[frame["alt"].str.endswith("store")]["shock"].is_unique


def test_choices_survive_the_disk(tmp_path):
    outcome = Market(load_scenario("village", WRITE), "o2o", 0).run()
    again = Outcome.load(outcome.save(tmp_path / "run"))
    for name, values in outcome.columns["choices"].items():
        assert np.array_equal(again.columns["choices"][name], values), name


def test_without_the_record_there_is_an_answer_that_helps():
    outcome = Market(load_scenario("village"), "o2o", 0).run()
    with pytest.raises(ValueError, match=r"records\.choices = true"):
        outcome.choices()


def test_shares_of_a_market_add_up_with_those_who_go_without():
    outcome = Market(load_scenario("empty_shelf", {"time.days": 60}), "hybrid", 2).run()
    for market in ("town", "whole"):
        shares = outcome.market_shares(market)
        total = shares.groupby("market_ids")["shares"].sum() + shares.groupby("market_ids")["outside_share"].first()
        assert total.to_numpy() == pytest.approx(1.0)
        assert not shares.duplicated(["market_ids", "firm_ids", "product_ids"]).any()
    window = outcome.manifest.window
    days = outcome.columns["needs"]["day"]
    assert shares["needs"].iloc[0] == np.count_nonzero((days >= window[0]) & (days < window[1]))


def test_shares_of_a_market_by_hand():
    # The only customer buys an apple at Ann's every day.
    shares = SmallMarket(OWN, {"time.days": 4}, **{"styles": SMALL["styles"]}).live(4).market.outcome().market_shares()
    row = shares.iloc[0]
    assert len(shares) == 1
    assert (row["firm_ids"], row["product_ids"]) == ("Ann", "apple, near, store")
    assert (row["prices"], row["shares"], row["outside_share"], row["unit_cost"]) == (6.0, 1.0, 0.0, 1.0)
