"""One market that people play: decisions in, a round of days, results out. The same decisions give the same cents."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np

from sim.engine.changes import give_pricing, open_channels, sell_direct, set_commission, set_parcel_cost
from sim.engine.state import State
from sim.market import Market
from sim.rules.player import Player
from sim.scenario import Scenario
from sim.scenario.regimes import Channel
from sim.teaching.play.firms import MAKER, PLATFORM_ROLE, SeatedFirm, firms_of, playable_market
from sim.teaching.play.prices import Posted, posted_prices

DAYS = 28
"""Days of a round: four weeks."""
DIRECT, O2O, PARCELS = SHOCKS = ("direct", "o2o", "parcels")
"""Makers may sell direct by parcel; shops sell online from their shelves; parcels cost twice as much."""
ONLINE: tuple[Channel, ...] = ("pickup", "courier")
Asked = Mapping[str, float]
"""What a seat sets, by control."""


class PlayError(ValueError):
    """Decisions or shocks that a market for play does not know. The message lists all that is wrong, one line each."""


@dataclass(frozen=True)
class PlayedRound:
    """A round as it was played, with what is needed to judge it.

    Attributes:
        first_need, last_need, first_payment, last_payment: rows of the round in needs and in the journal.
        earned: profit of each account in the round, cents. stock: of it, the change of book value.
        before: prices and costs when the round began, decisions in force.
        asked: what each seat asked. bots: seats that the bot ran.
    """

    number: int
    first_need: int
    last_need: int
    first_payment: int
    last_payment: int
    earned: np.ndarray
    stock: np.ndarray
    before: Posted
    asked: Mapping[str, Asked]
    bots: frozenset[str]
    open: tuple[str, ...]


@dataclass
class Island:
    """A market with seats. Rounds change it; to go back, start again and play the same decisions.

    Attributes:
        scenario, seed, rounds: what is played.
        market: as it stands. played: rounds so far. bots: seats that the bot runs now.
    """

    scenario: Scenario
    seed: int
    rounds: int
    market: Market = field(init=False)
    played: int = 0
    bots: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.market = Market(self.scenario, self.scenario.planner.base, self.seed, prepare=_chain_alone)
        self.firms = {firm.seat: firm for firm in firms_of(self.scenario)}
        self.bots = set(self.firms)
        self._open: tuple[str, ...] = ()

    @property
    def state(self) -> State:
        """The market's state."""
        return self.market.state

    def play(self, decisions: Mapping[str, Asked], shocks: Collection[str]) -> PlayedRound:
        """Live through one round.

        Args:
            decisions: of the seats that people run, by seat and control; all other seats are the bots'. A control that
                is missing keeps its number.
            shocks: all that hold in this round.

        Raises:
            PlayError: with everything that is wrong, and nothing changed; also where all rounds have been played.
        """
        self._check(decisions, shocks)
        self._set_terms(shocks)
        for seat, firm in self.firms.items():
            self._seat(firm, decisions.get(seat))
        return self._live(decisions)

    def posted_prices(self) -> Posted:
        """Return what everybody asks, and what goods cost them, as of now."""
        return posted_prices(self.state, self.firms.values())

    # -- terms and seats -----------------------------------------------------------------------------------------

    def _check(self, decisions: Mapping[str, Asked], shocks: Collection[str]) -> None:
        wrong = [f"{shock!r}: no such shock; there are: {', '.join(SHOCKS)}" for shock in shocks if shock not in SHOCKS]
        if self.played >= self.rounds:
            wrong.append(f"all {self.rounds} rounds have been played")
        for seat, asked in decisions.items():
            firm = self.firms.get(seat)
            if firm is None:
                wrong.append(f"{seat!r}: no such seat; there are: {', '.join(self.firms)}")
                continue
            for control, value in asked.items():
                if control not in firm.controls:
                    wrong.append(f"{seat}: it does not set {control!r}, but {' and '.join(firm.controls)}")
                elif not _sensible(control, value):
                    most = "below 100 percent" if control == "commission" else "at most 100 000"
                    wrong.append(f"{seat}, {control}: {value!r} is not a number from 0 and {most}")
        if wrong:
            raise PlayError("\n".join(wrong))

    def _set_terms(self, shocks: Collection[str]) -> None:
        opened = tuple(shock for shock in SHOCKS if shock in shocks)
        if opened == self._open:
            return
        open_terms(self.state, opened)
        self._open = opened

    def _seat(self, firm: SeatedFirm, asked: Asked | None) -> None:
        """Have a person or the bot run a firm, and post what the person asks."""
        if firm.role == PLATFORM_ROLE:
            share = None if asked is None else asked.get("commission")
            set_commission(self.state, self.scenario.platform.commission if share is None else share / 100.0)
        elif asked is None:
            self._hand_back(firm)
        else:
            self._take_over(firm)
            self._post(firm, asked)
        if asked is None:
            self.bots.add(firm.seat)
        else:
            self.bots.discard(firm.seat)

    def _take_over(self, firm: SeatedFirm) -> None:
        if firm.seat not in self.bots:
            return
        if firm.role == MAKER:
            give_pricing(self.state, firm.account, Player(review_days=DAYS))
            give_pricing(self.state, firm.account, Player(review_days=DAYS), direct=True)
        else:
            give_pricing(self.state, firm.account, Player(decides="margin", review_days=DAYS))

    def _hand_back(self, firm: SeatedFirm) -> None:
        if firm.seat not in self.bots:
            give_pricing(self.state, firm.account, firm.rule(self.scenario))
            if firm.role == MAKER:
                give_pricing(self.state, firm.account, self.scenario.suppliers.direct_pricing, direct=True)
        if firm.role == MAKER:
            self._sells_direct(firm, sells=True)

    def _post(self, firm: SeatedFirm, asked: Asked) -> None:
        names = self.state.world.product_names
        for control, value in asked.items():
            prices = {names[product]: value for product in firm.products}
            if control == "direct_price":
                self._sells_direct(firm, sells=value > 0)
                if value > 0:
                    self.state.player_direct_prices[firm.account] = prices
            else:
                self.state.player_prices[firm.account] = prices

    def _sells_direct(self, firm: SeatedFirm, *, sells: bool) -> None:
        """Have a maker sell to customers, or not; while direct sales are closed, nobody does."""
        selling = self.state.entry.selling.copy()
        selling[list(self.firms).index(firm.seat) - self._first_maker] = sells and DIRECT in self._open
        sell_direct(self.state, np.flatnonzero(selling).tolist())

    @property
    def _first_maker(self) -> int:
        return next(number for number, firm in enumerate(self.firms.values()) if firm.role == MAKER)

    # -- days ----------------------------------------------------------------------------------------------------

    def _live(self, decisions: Mapping[str, Asked]) -> PlayedRound:
        state = self.state
        needs, payments = int(state.visits.used[0]), state.ledger.rows
        profits, values = state.profits(), state.stock.book_value(len(state.ledger.accounts))
        state.choices.used[0] = 0  # of earlier rounds; they have been judged
        self.market.step()
        before = self.posted_prices()
        for _ in range(DAYS - 1):
            self.market.step()
        self.played += 1
        state = self.state
        return PlayedRound(
            number=self.played,
            first_need=needs,
            last_need=int(state.visits.used[0]),
            first_payment=payments,
            last_payment=state.ledger.rows,
            earned=state.profits() - profits,
            stock=state.stock.book_value(len(state.ledger.accounts)) - values,
            before=before,
            asked={seat: {**before.asks[seat], **decisions.get(seat, {})} for seat in self.firms},
            bots=frozenset(self.bots),
            open=self._open,
        )


def open_island(name: str, seed: int, rounds: int) -> Island:
    """Return a market for play as it opens: the chain alone, and all seats run by bots.

    Raises ScenarioError where the scenario has no seats for people.
    """
    return Island(playable_market(name, rounds * DAYS), seed, rounds)


def open_terms(state: State, shocks: Collection[str]) -> None:
    """Have the channels and the cost of parcels that these shocks bring, in a market that opened with all channels."""
    own: list[Channel] = ["store", *(ONLINE if O2O in shocks else ())]
    open_channels(state, own, ["parcel"] if DIRECT in shocks else [], shares_stock=O2O in shocks)
    set_parcel_cost(state, 2.0 if PARCELS in shocks else 1.0)


def _chain_alone(state: State) -> None:
    open_terms(state, ())


def _sensible(control: str, value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not np.isfinite(value):
        return False
    return 0 <= value < 100 if control == "commission" else 0 <= value <= 100_000


__all__ = ["DAYS", "SHOCKS", "Island", "PlayError", "PlayedRound", "open_island", "open_terms"]
