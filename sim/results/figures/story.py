"""One need as a story: who it was, what became of it, and every account and place it touched.

A pure function of a finished run. The customer is read from the world, which scenario and seed draw again.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np

from sim.common.types import CENTS
from sim.engine.codes import BOUGHT, NOTHING, RESULTS, WAITING
from sim.results.figures.origins import SupplyStep, steps_before
from sim.results.outcome_data import OutcomeData
from sim.world.population import Customer, CustomerList
from sim.world.world import World, make_world

OPENING_STOCK = "stock at the opening"
"""Stands for those who were paid before day 0."""
TRIED = 300
"""Purchases looked at for one whose goods had a way behind them."""


@dataclass(frozen=True)
class FirstChoice:
    """What the customer would have taken with every shelf full; ``place`` is where it stood."""

    product: str
    place: str
    channel: str
    empty: bool


@dataclass(frozen=True)
class Purchase:
    """What was bought. Money in cents, times in days; ``days`` is None where the run ended before."""

    product: str
    place: str
    seller: str
    channel: str
    price: int
    fee: int
    tax: int
    full_price: int
    cost_of_goods: int
    quoted_days: float | None
    days: float | None
    returned: bool
    refund: int


@dataclass(frozen=True)
class Payment:
    """A transfer of money, in cents."""

    day: int
    kind: str
    payer: str
    payee: str
    cents: int


@dataclass(frozen=True)
class Movement:
    """A move of goods, with the book value given up in cents."""

    day: int
    kind: str
    source: str
    destination: str
    units: int
    cents: int


@dataclass(frozen=True)
class Party:
    """What one party received and paid for this unit, in cents."""

    name: str
    received: int
    paid: int

    @property
    def kept(self) -> int:
        """Received less paid."""
        return self.received - self.paid


@dataclass(frozen=True)
class Story:
    """Everything the books say about one need; see ``trace_need``.

    Attributes:
        need: its number.
        day: the day it arose.
        regime, seed, currency: of the run.
        customer: who had the need, as drawn before day 0.
        from_centre: km from home to the centre of the town.
        first_choice: None where the customer would rather have left.
        result: one of ``RESULTS``.
        came_back: whether the customer came a second time, a day later.
        km: what it travelled in all, one way.
        surplus: what it gained over leaving, in cents, travel and waiting counted.
        purchase: None where nothing was bought, or the run ended before the goods were sent.
        upstream: how goods of this kind had last come to where it was sold, from the maker down.
        payments, movements: the lines of ledger and stock that name the need.
        parties: what everybody received, paid and kept for this unit, latest purchase prices included.
    """

    need: int
    day: int
    regime: str
    seed: int
    currency: str
    customer: Customer
    from_centre: float
    first_choice: FirstChoice | None
    result: str
    came_back: bool
    km: float
    surplus: int
    purchase: Purchase | None
    upstream: tuple[SupplyStep, ...]
    payments: tuple[Payment, ...]
    movements: tuple[Movement, ...]

    @cached_property
    def parties(self) -> tuple[Party, ...]:
        """Parties in the order in which they first received or paid, the customers first.

        Goods that came back and were put into stock again have cost their seller nothing.
        """
        flows = [(payment.payer, payment.payee, payment.cents) for payment in self.payments]
        restocked = any(movement.kind == "restock" for movement in self.movements)
        flows += [
            (step.buyer, step.seller or OPENING_STOCK, step.unit_cents)
            for step in reversed(() if restocked else self.upstream)
            if step.buyer != step.seller
        ]
        names = dict.fromkeys(name for payer, payee, _ in flows for name in (payer, payee))
        return tuple(
            Party(
                name,
                received=sum(cents for _, payee, cents in flows if payee == name),
                paid=sum(cents for payer, _, cents in flows if payer == name),
            )
            for name in names
        )

    @cached_property
    def way(self) -> tuple[str, ...]:
        """Names of the places the goods came by, from the maker's to the one they were sold from; () without any."""
        if self.purchase is None:
            return ()
        passed = [name for step in self.upstream if step.kind == "dispatch" for name in (step.source, step.destination)]
        return tuple(dict.fromkeys([*passed, self.purchase.place]))

    def to_dict(self) -> dict[str, Any]:
        """Return the story as plain tables for JSON, money in units of currency."""
        facts = _in_currency(asdict(self))
        facts["customer"]["from_centre"] = facts.pop("from_centre")
        facts["parties"] = [
            {
                "name": party.name,
                "received": party.received / CENTS,
                "paid": party.paid / CENTS,
                "kept": party.kept / CENTS,
            }
            for party in self.parties
        ]
        return facts


MONEY = {"price", "fee", "tax", "full_price", "cost_of_goods", "refund", "surplus", "unit_cents", "cents"}
RENAMED = {"cents": "amount", "unit_cents": "price"}


def _in_currency(facts: Any) -> Any:
    """Return tables with cents as units of currency, and names without ``cents``."""
    if isinstance(facts, dict):
        return {
            RENAMED.get(name, name): value / CENTS if name in MONEY else _in_currency(value)
            for name, value in facts.items()
        }
    return [_in_currency(fact) for fact in facts] if isinstance(facts, (list, tuple)) else facts


def first_purchase(outcome: OutcomeData, day: int = 0) -> int | None:
    """Return the number of a need that ended in a purchase: the first; None where nobody bought.

    With a ``day``, the first from then on that the customer kept and whose goods had been sent from place to place
    before they were sold, so that there is a way to follow, and money at its end; of the first ``TRIED``, else the
    first from that day on, else the first of all.
    """
    needs = outcome.columns["needs"]
    sold = np.flatnonzero(needs["product"] != NOTHING)
    if not day or not len(sold):
        return int(sold[0]) if len(sold) else None
    later = sold[needs["day"][sold] >= day]
    for need in later[~needs["returned"][later]][:TRIED].tolist():
        product, place, when = (int(needs[name][need]) for name in ("product", "place", "day"))
        if any(step.kind == "dispatch" for step in steps_before(outcome, product, place, when)):
            return int(need)
    return int(later[0]) if len(later) else int(sold[0])


def trace_need(outcome: OutcomeData, need: int, world: World | None = None) -> Story:
    """Gather what a finished run says about one need.

    Args:
        outcome: the run.
        need: number of the need, counted from 0.
        world: the run's world, where it is at hand.

    Raises:
        IndexError: when the run has no such need.
    """
    needs = outcome.columns["needs"]
    if not 0 <= need < len(needs["need"]):
        raise IndexError(f"need {need}: this run has needs 0 to {len(needs['need']) - 1}")
    row = {name: column[need].item() for name, column in needs.items()}
    origin = outcome.manifest
    world = make_world(origin.scenario, origin.seed) if world is None else world
    customer, from_centre = _customer(world, row["customer"])
    movements = _movements(outcome, need)
    sold = [movement.day for movement in movements if movement.kind == "sale"]
    return Story(
        need=need,
        day=row["day"],
        regime=origin.regime,
        seed=origin.seed,
        currency=origin.scenario.money.currency,
        customer=customer,
        from_centre=from_centre,
        first_choice=_first_choice(outcome, row),
        result=RESULTS[row["result"] if sold or row["result"] != BOUGHT else WAITING],
        came_back=row["attempt"] > 0,
        km=row["km"],
        surplus=row["surplus"],
        purchase=_purchase(outcome, row) if sold else None,
        upstream=steps_before(outcome, row["product"], row["place"], sold[0]) if sold else (),
        payments=_payments(outcome, need),
        movements=movements,
    )


def _customer(world: World, number: int) -> tuple[Customer, float]:
    """Return a customer as drawn, and its distance from the centre of its town in km."""
    names = world.places.names[world.places.stores]
    customer = CustomerList(world.population, lambda: world.homes, world.towns.names, names)[number]
    town = int(world.population.town[number])
    east, north = customer.home
    away = np.hypot(east - world.towns.east[town], north - world.towns.north[town])
    return customer, float(away)


def _first_choice(outcome: OutcomeData, row: dict[str, Any]) -> FirstChoice | None:
    if row["first_choice"] == NOTHING:
        return None
    labels = outcome.labels
    return FirstChoice(
        product=labels["products"][row["first_choice"]],
        place=labels["places"][row["first_place"]],
        channel=labels["channels"][row["first_channel"]],
        empty=row["first_empty"],
    )


def _purchase(outcome: OutcomeData, row: dict[str, Any]) -> Purchase:
    """Return what was bought."""
    labels = outcome.labels
    return Purchase(
        product=labels["products"][row["product"]],
        place=labels["places"][row["place"]],
        seller=labels["accounts"][row["seller"]],
        channel=labels["channels"][row["channel"]],
        quoted_days=_known(row["quoted_days"]),
        days=_known(row["days"]),
        **{name: row[name] for name in ("price", "fee", "tax", "full_price", "cost_of_goods", "returned", "refund")},
    )


def _known(days: float) -> float | None:
    return None if np.isnan(days) else days


def _payments(outcome: OutcomeData, need: int) -> tuple[Payment, ...]:
    """Return the lines of the ledger that name the need, in the order in which they were written."""
    ledger, labels = outcome.columns["ledger"], outcome.labels
    accounts = labels["accounts"]
    return tuple(
        Payment(
            day=int(ledger["day"][line]),
            kind=labels["ledger_kinds"][ledger["kind"][line]],
            payer=accounts[ledger["payer"][line]],
            payee=accounts[ledger["payee"][line]],
            cents=int(ledger["cents"][line]),
        )
        for line in np.flatnonzero(ledger["need"] == need)
    )


def _movements(outcome: OutcomeData, need: int) -> tuple[Movement, ...]:
    """Return the lines of the stock journal that name the need, in the order in which they were written."""
    stock, labels = outcome.columns["stock"], outcome.labels
    places = labels["places"]
    return tuple(
        Movement(
            day=int(stock["day"][line]),
            kind=labels["stock_kinds"][stock["kind"][line]],
            source=places[stock["source"][line]],
            destination=places[stock["destination"][line]],
            units=int(stock["units"][line]),
            cents=int(stock["value_out"][line]),
        )
        for line in np.flatnonzero(stock["need"] == need)
    )
