"""A round as it was played, judged: what each seat earned and why, and what the market did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sim.common.types import IntArray
from sim.engine.state import State
from sim.kernels.books import KINDS, OUTSIDE
from sim.scenario.regimes import CHANNELS
from sim.teaching.play.causes import cause_of, lost_to_empty_shelves, place_in_role
from sim.teaching.play.firms import MAKER, PLATFORM_ROLE, ROLES, SHOP, SeatedFirm
from sim.teaching.play.island import Island, PlayedRound
from sim.teaching.play.offers import Bought, bought_of, offers_of
from sim.teaching.play.prices import Posted
from sim.teaching.play.results import Brief, MarketResult, RoundResult, SeatResult

INCOME = ("sale", "wholesale", "delivery_fee", "commission", "handling_fee", "subsidy")
NOTHING_BOUGHT = "nothing"


def judge(island: Island, played: PlayedRound, bot_profits: Mapping[str, int]) -> RoundResult:
    """Return what a round leaves. Has to be called before the next one is played.

    Args:
        island, played: the market, and what it has just lived through.
        bot_profits: of every seat in the market of bots alone, in the same round, cents.
    """
    firms = list(island.firms.values())
    bought = bought_of(island.state, played.first_need, played.last_need)
    offers = offers_of(island.state, played.first_need, played.last_need)
    statements = statements_of(island, played)
    seats = {}
    for firm in firms:
        account, before = island.state.ledger.number[firm.account], played.before
        margin = _margin(island, firm, before)
        seats[firm.seat] = SeatResult(
            units=int((bought.hands[firm.role] == place_in_role(firm)).sum()),
            lost=int(lost_to_empty_shelves(firm, bought).sum()),
            revenue=sum(
                statements[firm.seat].get(kind, 0) for kind in INCOME if statements[firm.seat].get(kind, 0) > 0
            ),
            profit=int(played.earned[account]),
            bot_profit=int(bot_profits.get(firm.seat, played.earned[account])),
            asked=dict(played.asked[firm.seat]),
            cost=before.cost[firm.seat],
            statement=statements[firm.seat],
            cause=cause_of(firm, firms, offers, bought, margin),
            by_bot=firm.seat in played.bots,
        )
    return RoundResult(
        round=played.number,
        seats=seats,
        market=_market(island, played, bought),
        open=played.open,
        brief=briefs(firms, played.before, island),
    )


def statements_of(island: Island, played: PlayedRound) -> dict[str, dict[str, int]]:
    """Return every seat's round by kind of payment, received less paid, and ``stock``: they add up to its profit."""
    state = island.state
    lines = state.ledger.books.journal[played.first_payment : played.last_payment]
    accounts = len(state.ledger.accounts)
    moved = np.zeros((accounts, len(KINDS)), dtype=np.int64)
    np.add.at(moved, (lines["payee"], lines["kind"]), lines["cents"])
    np.subtract.at(moved, (lines["payer"], lines["kind"]), lines["cents"])
    found = {}
    for firm in island.firms.values():
        account = state.ledger.number[firm.account]
        statement = {KINDS[kind]: int(moved[account, kind]) for kind in np.flatnonzero(moved[account])}
        found[firm.seat] = {**statement, "stock": int(played.stock[account])}
    return found


def briefs(firms: list[SeatedFirm], now: Posted, island: Island) -> dict[str, Brief]:
    """Return what each seat should know when it decides."""
    found = {}
    for firm in firms:
        others = [each for each in firms if each is not firm and competes(each, firm, island)]
        asked = [now.price[each.seat] for each in others]
        found[firm.seat] = Brief(
            cost=now.cost[firm.seat],
            asks=dict(now.asks[firm.seat]),
            price=now.price[firm.seat],
            rivals=(min(asked), max(asked)) if asked else None,
        )
    return found


def competes(one: SeatedFirm, other: SeatedFirm, island: Island) -> bool:
    """Tell whether two firms have the same role and, as shops, the same town."""
    stores = island.scenario.retailers.stores or []
    if one.role != other.role or one.role != SHOP:
        return one.role == other.role
    return stores[place_in_role(one)].town == stores[place_in_role(other)].town


def _margin(island: Island, firm: SeatedFirm, before: Posted) -> int:
    """Return the most by which a firm could be cheaper, cents a unit."""
    if firm.role == PLATFORM_ROLE:
        direct = list(before.direct.values()) or [0]
        return int(island.state.fees.commission * sum(direct) / len(direct))
    return before.price[firm.seat] - before.cost[firm.seat]


def _market(island: Island, played: PlayedRound, bought: Bought) -> MarketResult:
    state, firms = island.state, list(island.firms.values())
    needs = state.needs[played.first_need : played.last_need]
    got = needs[bought.bought]
    profits = {
        role: int(sum(played.earned[state.ledger.number[firm.account]] for firm in firms if firm.role == role))
        for role in ROLES
    }
    return MarketResult(
        needs=len(needs),
        bought=len(got),
        flows=_flows(firms, bought, got),
        paid=int((got["price"] + got["fee"]).sum()),
        surplus=int(needs["surplus"].sum()),
        total=gained_in_total(state, needs, played.earned),
        profits=profits,
        price=int(np.rint(got["price"].mean())) if len(got) else 0,
        posted=posted_by_role(firms, played.before),
        commission=round(100.0 * state.fees.commission, 6),
    )


def posted_by_role(firms: Sequence[SeatedFirm], now: Posted) -> dict[str, int]:
    """Return mean prices asked, by role, and ``direct`` where makers sell to customers, cents."""
    asked: dict[str, list[int]] = {}
    for firm in firms:
        if firm.role != PLATFORM_ROLE:
            asked.setdefault(firm.role, []).append(now.price[firm.seat])
    if now.direct:
        asked["direct"] = list(now.direct.values())
    return {role: round(sum(prices) / len(prices)) for role, prices in asked.items()}


def gained_in_total(state: State, needs: np.ndarray, earned: IntArray) -> int:
    """Return what customers and all firms gain together in some days, less what the state pays, cents.

    Args:
        state: of the market.
        needs: of these days. earned: profit of each account, cents.
    """
    accounts = state.ledger.accounts
    counts = np.array([name not in OUTSIDE or name == "state" for name in accounts])
    return int(needs["surplus"].sum() + earned[counts].sum())


def _flows(firms: list[SeatedFirm], bought: Bought, got: np.ndarray) -> dict[str, int]:
    """Return units by who handed them to customers and how; and how many customers bought nothing."""
    found = {NOTHING_BOUGHT: int((~bought.bought).sum())}
    for firm in firms:
        if firm.role not in (SHOP, MAKER):
            continue
        mine = bought.hands[firm.role][bought.bought] == place_in_role(firm)
        if firm.role == MAKER:
            mine &= bought.hands[SHOP][bought.bought] < 0
        counts = np.bincount(got["channel"][mine], minlength=len(CHANNELS))
        found |= {f"{firm.account}: {CHANNELS[n]}": int(count) for n, count in enumerate(counts) if count}
    return found
