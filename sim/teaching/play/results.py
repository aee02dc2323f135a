"""What a round leaves: for each seat, and for the market. Plain data; money is whole cents."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import orjson


@dataclass(frozen=True)
class Cause:
    """Why a seat lost customers, computed offer by offer.

    Attributes:
        kind: ``undercut``, ``empty``, ``dear``, or ``none`` where nobody was lost for one of these reasons.
        customers: how many were lost for it.
        rival: title of the firm that took most of them by its price; empty otherwise.
        cents: undercut: by how much the rival was cheaper, mean over these customers, delivery included; dear: how much
            less would have kept half of them.
    """

    kind: str
    customers: int = 0
    rival: str = ""
    cents: int = 0


@dataclass(frozen=True)
class SeatResult:
    """What one firm did in a round.

    Attributes:
        units: bought by customers, of what passed through this firm.
        lost: customers whose first choice it was and who met an empty shelf, and bought elsewhere or not at all.
        revenue: cents taken: sales, fees, commission.
        profit: cents: change of cash and of the book value of stock.
        bot_profit: what the bot earns in this seat in the market of bots alone, in the same round.
        asked: what it asked, by control.
        cost: what a unit cost it at its door, mean over its products, cents.
        statement: profit by kind of payment, received less paid, and ``stock``: change of book value.
        cause: why customers were lost.
        by_bot: whether the bot decided.
    """

    units: int
    lost: int
    revenue: int
    profit: int
    bot_profit: int
    asked: Mapping[str, float]
    cost: int
    statement: Mapping[str, int]
    cause: Cause
    by_bot: bool

    @property
    def score(self) -> int:
        """Profit less the bot's in the same seat, cents."""
        return self.profit - self.bot_profit


@dataclass(frozen=True)
class MarketResult:
    """What one market did in a round.

    Attributes:
        needs: customers who wanted something. bought: of them, who found it.
        flows: units by who sold (title, or ``nothing``) and channel (``store``, ``pickup``, ``courier``, ``parcel``).
        paid: by customers, fees included. surplus: of customers. profits: by role. total: surplus and the profits of
            all firms, carriers too, less what the state pays. Cents.
        price: mean price paid for a unit, delivery not included, cents.
        posted: mean prices asked: ``maker``, ``wholesaler``, ``shop``, and ``direct`` where makers sell direct. Cents.
        commission: of the platform, percent.
    """

    needs: int
    bought: int
    flows: Mapping[str, int]
    paid: int
    surplus: int
    total: int
    profits: Mapping[str, int]
    price: int
    posted: Mapping[str, int]
    commission: float


@dataclass(frozen=True)
class RoundResult:
    """Everything that a round of one island leaves.

    Attributes:
        round: from 1. seats: by key. market: all firms together.
        open: shocks that held.
        brief: what each seat should know for its next decision.
    """

    round: int
    seats: Mapping[str, SeatResult]
    market: MarketResult
    open: tuple[str, ...]
    brief: Mapping[str, Brief]


@dataclass(frozen=True)
class Brief:
    """What a seat should know when it decides.

    Attributes:
        cost: of a unit at its door, mean over its products, cents.
        asks: what it asks now, by control, in the control's units.
        price: what it asks for a unit, mean over its products, cents.
        rivals: lowest and highest such price of others of its role that compete with it, cents; None without rivals.
    """

    cost: int
    asks: Mapping[str, float]
    price: int
    rivals: tuple[int, int] | None


def digest(result: RoundResult) -> str:
    """Return sixteen letters that two results share only where they are the same to the cent."""
    told = orjson.dumps(asdict(result), option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    return hashlib.sha256(told).hexdigest()[:16]
