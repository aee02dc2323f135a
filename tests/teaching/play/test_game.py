"""A game: the same log gives the same cents, money and goods add up, and bots play the scenario's own rule."""

from __future__ import annotations

import numpy as np
import pytest

from sim.kernels.books import KINDS
from sim.market import Market
from sim.scenario import ScenarioError
from sim.teaching.play import Game, PlayError, RoundResult, digest, play_round, start
from sim.teaching.play.firms import playable_market
from sim.teaching.play.island import DAYS, Island, open_island
from sim.teaching.play.offers import bought_of, offers_of
from tests.teaching.play.conftest import DECISIONS, GAME, SEED, SHOCKS, played


def test_the_same_log_gives_the_same_cents(results: list[RoundResult]):
    again = played(start(GAME, SEED))
    assert [digest(each) for each in again] == [digest(each) for each in results]
    assert again == results


def test_another_seed_and_another_decision_give_other_cents(results: list[RoundResult]):
    assert digest(play_round(start(GAME, SEED + 1), DECISIONS[0], ())) != digest(results[0])
    other = {**DECISIONS[0], "shop 1": {"margin": 6.1}}
    assert digest(play_round(start(GAME, SEED), other, ())) != digest(results[0])


def test_profits_are_what_was_received_less_what_was_paid_and_the_change_of_stock(results: list[RoundResult]):
    for each in results:
        for seat, result in each.seats.items():
            assert sum(result.statement.values()) == result.profit, (each.round, seat)


def test_rounds_add_up_to_the_books_of_the_market(game: Game):
    state = game.island.state
    for seat, firm in game.island.firms.items():
        account = state.ledger.number[firm.account]
        assert sum(each.seats[seat].profit for each in game.results) == state.profits()[account]
    assert int(state.ledger.books.balances.sum()) == 0


def test_what_customers_pay_is_what_everybody_in_between_and_outside_receives(game: Game):
    """All that households paid ends with the seats, carriers, and those paid for goods, work, rent, credit."""
    state = game.island.state
    lines = state.ledger.books.journal[: state.ledger.rows]
    households = state.ledger.number["households"]
    paid = int(lines["cents"][lines["payer"] == households].sum())
    back = int(lines["cents"][lines["payee"] == households].sum())
    assert paid - back == -state.ledger.balance("households")
    assert set(np.unique(lines["kind"][lines["payer"] == households])) <= {
        KINDS.index("sale"),
        KINDS.index("delivery_fee"),
    }
    needs = state.needs[: int(state.visits.used[0])]
    bought = needs[needs["result"] == 0]
    on_the_way = int((bought["price"] + bought["fee"]).sum()) - (paid - back)
    assert 0 <= on_the_way < 0.02 * paid  # parcels of the last days are paid when they are sent
    late = int(
        (bought["attempt"] == 1).sum()
    )  # wanted on one day and bought on the next, which may be of the next round
    missing = len(bought) - sum(each.market.bought for each in game.results)
    assert 0 <= missing <= late


def test_units_of_shops_and_makers_are_all_that_was_bought(results: list[RoundResult]):
    for each in results:
        of = {
            role: sum(r.units for s, r in each.seats.items() if s.startswith(role))
            for role in ("shop", "maker", "whole")
        }
        parcels = sum(units for who, units in each.market.flows.items() if who.endswith("parcel"))
        assert of["maker"] == each.market.bought == of["shop"] + parcels
        assert of["shop"] == of["whole"]
        online = sum(units for who, units in each.market.flows.items() if not who.endswith((": store", "nothing")))
        assert each.seats["platform"].units == online
        assert sum(each.market.flows.values()) == each.market.needs


def test_a_market_of_bots_alone_is_the_scenario_under_its_own_rules():
    """The bots' market of a game with the chain alone lives day by day through the scenario's own run."""
    island = open_island("class_market", SEED, 2)
    profits = np.zeros(len(island.state.ledger.accounts), dtype=np.int64)
    for _ in range(2):
        profits += island.play({}, ()).earned
    own = Market(playable_market("class_market", 2 * DAYS), "traditional", SEED)
    for _ in range(2 * DAYS):
        own.step()
    for firm in island.firms.values():
        if firm.role != "platform":  # under the chain alone there is none, and so nothing to pay for it
            account = own.state.ledger.number[firm.account]
            assert profits[account] == own.state.profits()[account], firm.account


def test_a_bot_earns_what_the_bot_earns():
    game = start(GAME, SEED)
    for shocks in SHOCKS[:3]:
        result = play_round(game, {}, shocks)
        assert all(seat.score == 0 and seat.by_bot for seat in result.seats.values())


def test_a_seat_is_compared_with_the_bot_of_the_same_seat_round_and_shocks(results: list[RoundResult]):
    bots = start(GAME, SEED)
    for each, shocks in zip(results, SHOCKS, strict=True):
        alone = play_round(bots, {}, shocks)
        assert {s: r.bot_profit for s, r in each.seats.items()} == {s: r.profit for s, r in alone.seats.items()}
        assert each.market.needs == alone.market.needs  # the same customers, with the same needs


def test_who_asks_what_is_what_was_decided(results: list[RoundResult]):
    first = results[0]
    assert {seat for seat, result in first.seats.items() if not result.by_bot} == set(DECISIONS[0])
    assert first.seats["shop 4"].asked == {"margin": 12.0}
    assert first.brief["maker 1"].price == 2500
    assert first.brief["shop 1"].price == first.seats["shop 1"].cost + 600
    assert results[3].market.commission == 30.0


def test_direct_sales_open_when_the_teacher_says_so_and_a_maker_may_stay_out(results: list[RoundResult]):
    flows = [each.market.flows for each in results]
    assert not any("parcel" in who or "courier" in who for who in (*flows[0], *flows[1]))
    assert flows[2]["Maker Alder: parcel"] > 0
    assert "Maker Alder: parcel" not in flows[3]
    assert flows[3]["Maker Birch: parcel"] > 0
    assert any("pickup" in who for who in flows[3])
    assert not any("pickup" in who for who in flows[2])
    assert flows[4]["Maker Alder: parcel"] > 0  # the bot has the seat again


def test_parcels_at_twice_the_cost_send_fewer(results: list[RoundResult]):
    def parcels(each: RoundResult) -> int:
        return sum(units for who, units in each.market.flows.items() if who.endswith("parcel"))

    bots = start(GAME, SEED)
    cheap = [play_round(bots, {}, shocks) for shocks in (*SHOCKS[:4], SHOCKS[3])][-1]
    dear = start(GAME, SEED)
    doubled = [play_round(dear, {}, shocks) for shocks in SHOCKS][-1]
    assert parcels(doubled) < 0.8 * parcels(cheap)


def test_what_cannot_be_played_is_refused_with_all_reasons_and_nothing_changes():
    game = start(GAME, SEED)
    with pytest.raises(PlayError) as refused:
        play_round(
            game,
            {
                "shop 9": {"margin": 1.0},
                "shop 1": {"price": 3.0},
                "shop 2": {"margin": -1.0},
                "platform": {"commission": 100.0},
                "maker 1": {"price": float("nan")},
            },
            ("rain",),
        )
    assert [line.split(":")[0] for line in str(refused.value).splitlines()] == [
        "'rain'", "'shop 9'", "shop 1", "shop 2, margin", "platform, commission", "maker 1, price",
    ]  # fmt: skip
    assert digest(play_round(game, DECISIONS[0], ())) == digest(play_round(start(GAME, SEED), DECISIONS[0], ()))


def test_no_more_rounds_are_played_than_there_are(game: Game):
    with pytest.raises(PlayError, match="all 5 rounds have been played"):
        play_round(game, {}, ())


def test_a_scenario_without_seats_says_what_it_lacks():
    with pytest.raises(ScenarioError, match=r"retailers\.stores") as refused:
        playable_market("classroom")
    assert "planner.base" in str(refused.value)
    assert "class_market" in str(refused.value)


def test_what_an_offer_is_worth_is_what_the_customer_found(game: Game):
    """Every purchase of a first visit was the best offer in stock, worth exactly what the market wrote down."""
    island = Island(game.island.scenario, SEED, 5)
    played_round = island.play(DECISIONS[0], ("direct", "o2o"))
    first, last = played_round.first_need, played_round.last_need
    bought, best = bought_of(island.state, first, last), offers_of(island.state, first, last).best
    needs = island.state.needs[first:last]
    plain = (needs["attempt"] == 0) & (needs["sunk_cost"] == 0)
    had = plain & bought.bought
    assert had.sum() > 1000
    assert np.abs(best[had] - bought.worth[had]).max() <= 0.5 + 1e-9  # hassle is written down in whole cents
    left = plain & ~bought.bought & ~bought.empty
    assert left.any()
    assert (best[left] <= bought.worth[left] + 0.5).all()
