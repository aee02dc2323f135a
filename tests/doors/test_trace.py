"""A traced need names every account and place that the books of the run say it touched."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from sim.experiments import run
from sim.results.figures.story import OPENING_STOCK, Story, first_purchase, trace_need
from sim.results.outcome import Outcome
from sim.scenario import load_scenario

REGIMES = ("traditional", "direct", "o2o", "hybrid", "planner")
SENT_BACK = {f"products.items.{item}.{how}": 1.0 for item in (0, 1) for how in ("return_unseen", "return_inspected")}


@cache
def outcome(regime: str, scenario: str = "village", **overrides: Any) -> Outcome:
    return run(scenario, regime, 0, overrides=overrides)


def stories(regime: str, scenario: str = "village", **overrides: Any) -> list[tuple[Story, Outcome]]:
    found = outcome(regime, scenario, **overrides)
    return [(trace_need(found, need), found) for need in range(len(found.columns["needs"]["need"]))]


@pytest.mark.parametrize("regime", REGIMES)
def test_a_story_has_every_line_of_the_ledger_and_of_the_stock_journal(regime: str) -> None:
    for story, found in stories(regime):
        ledger = found.ledger[found.ledger["need"] == story.need]
        told = [(pay.day, pay.kind, pay.payer, pay.payee, pay.cents) for pay in story.payments]
        cents = np.rint(ledger["amount"] * 100).astype(int)
        assert told == list(zip(ledger["day"], ledger["kind"], ledger["payer"], ledger["payee"], cents, strict=True))
        stock = found.stock[found.stock["need"] == story.need]
        moved = [(move.day, move.kind, move.source, move.destination) for move in story.movements]
        assert moved == list(zip(stock["day"], stock["kind"], stock["source"], stock["destination"], strict=True))


@pytest.mark.parametrize("regime", REGIMES)
def test_what_the_parties_kept_adds_up_to_nothing(regime: str) -> None:
    for story, _ in stories(regime):
        assert sum(party.kept for party in story.parties) == 0
        touched = {name for pay in story.payments for name in (pay.payer, pay.payee)}
        assert touched <= {party.name for party in story.parties}


@pytest.mark.parametrize("regime", REGIMES)
def test_goods_come_down_the_chain_without_a_gap_and_in_time(regime: str) -> None:
    village = load_scenario("village")
    lead = {"farm depot": village.suppliers.lead_time, "wholesaler depot": village.tiers[0].lead_time}
    for story, _ in stories(regime):
        if story.purchase is None:
            continue
        steps = story.upstream
        assert steps[-1].destination == story.purchase.place
        assert steps[0].kind in ("opening", "production")
        for upper, lower in pairwise(steps):
            assert lower.source == upper.destination
            assert upper.arrived <= lower.sent
        assert steps[-1].arrived <= story.movements[0].day
        for step in steps:
            if step.kind != "opening":
                assert step.arrived - step.sent == lead.get(step.destination, village.retailers.lead_time)


def test_the_parable_told_for_one_unit_to_the_cent() -> None:
    found = outcome("traditional", "parable")
    story = trace_need(found, len(found.columns["needs"]["need"]) - 1)
    kept = {party.name: party.kept for party in story.parties}
    assert kept == {
        "households": -2_000_000,
        "retailer": 1_000_000,
        "intermediary": 500_000,
        "supplier": 250_000,
        "inputs": 250_000,
    }
    assert [step.unit_cents for step in story.upstream] == [250_000, 500_000, 1_000_000]


def test_goods_from_the_opening_were_paid_before_the_first_day() -> None:
    story = trace_need(outcome("traditional"), 0)
    assert [step.kind for step in story.upstream] == ["opening"]
    assert OPENING_STOCK in {party.name for party in story.parties}


def test_what_is_sent_back_is_refunded_and_costs_its_seller_no_goods() -> None:
    told = [story for story, _ in stories("direct", **SENT_BACK, **{"returns.days": 1})]
    back = [story for story in told if story.purchase is not None and story.purchase.refund]
    assert back
    for story in back:
        kinds = {move.kind for move in story.movements}
        assert {"sale", "return"} <= kinds
        goods = {party.name for party in story.parties} & {"inputs", OPENING_STOCK}
        assert bool(goods) == ("restock" not in kinds)


def test_a_need_without_purchase_has_its_reason_and_no_money() -> None:
    dear = {"customers.worth.mean": 1.0}
    for story, _ in stories("traditional", **dear):
        assert (story.result, story.purchase, story.payments, story.upstream) == ("too_dear", None, (), ())


def test_goods_that_were_never_sent_are_still_waited_for() -> None:
    slow = {"suppliers.replenishment.level": 0, "suppliers.lead_time": 8}
    told = [story for story, _ in stories("direct", **slow)]
    waiting = [story for story in told if not story.movements]
    assert waiting
    assert {(story.result, story.purchase) for story in waiting} == {("waiting", None)}


def test_the_first_purchase_is_found_and_a_need_that_is_none_is_refused() -> None:
    found = outcome("o2o")
    assert first_purchase(found) == 0
    for wrong in (-1, 10_000):
        with pytest.raises(IndexError, match="needs 0 to"):
            trace_need(found, wrong)


@pytest.mark.parametrize("regime", REGIMES)
def test_the_printed_story_names_every_account_and_amount(middleman: Callable[..., Any], regime: str) -> None:
    found = outcome(regime)
    number = len(found.columns["needs"]["need"]) - 2
    answer = middleman("trace", "village", "--full", "--regime", regime, "--need", str(number))
    assert answer.code == 0
    assert answer.err == "" or answer.err.startswith("Compiling")
    story = trace_need(found, number)
    for party in story.parties:
        assert party.name in answer.out
    for pay in story.payments:
        assert pay.kind.replace("_", " ") in answer.out
        assert f"{pay.cents / 100:.2f}" in answer.out
    assert all(len(line) <= 80 for line in answer.out.splitlines())


@pytest.mark.parametrize(
    ("regime", "changes", "ends", "said"),
    [
        ("traditional", {"customers.worth.mean": 1.0}, "too_dear", "no offer was worth its price"),
        ("direct", {**SENT_BACK, "returns.days": 1}, "bought", "EUR back"),
        (
            "direct",
            {"suppliers.replenishment.level": 0, "suppliers.lead_time": 8},
            "waiting",
            "The run ended first",
        ),
    ],
)
def test_the_printed_story_says_how_it_ended(
    middleman: Callable[..., Any], regime: str, changes: dict[str, Any], ends: str, said: str
) -> None:
    need = next(story.need for story, _ in stories(regime, **changes) if story.result == ends)
    settings = [part for path, value in changes.items() for part in ("--set", f"{path}={value}")]
    answer = middleman("trace", "village", "-r", regime, "-k", str(need), *settings)
    assert answer.code == 0
    assert said in " ".join(answer.out.split())


def test_the_story_as_json_has_money_in_currency(middleman: Callable[..., Any]) -> None:
    told = middleman("trace", "village", "-r", "traditional", "-k", "0", "--json").content
    assert (told["scenario"], told["regime"], told["need"], told["result"]) == ("village", "traditional", 0, "bought")
    assert told["purchase"]["price"] == 9.30
    assert told["customer"]["stores"] == ["near shop", "far shop"]
    assert told["payments"][0] == {
        "day": 0,
        "kind": "sale",
        "payer": "households",
        "payee": "Near & Sons",
        "amount": 9.30,
    }
    assert round(sum(party["kept"] for party in told["parties"]), 2) == 0
