"""Every case runs through the same code when it is thin: few people, few days, one or two replications."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from sim import run
from sim.cases import CasePlan, case_of, middleman_worth
from sim.cases.empty_shelf import REACTIONS, reaction_shares
from sim.cases.page import rendered
from sim.cases.parable_costs import RUNGS, free_services
from sim.cases.shoes import by_need
from sim.experiments.frontier import Crossing
from sim.scenario import load_scenario

PEOPLE = "geography.towns.0.customers"
THIN: dict[str, dict[str, Any]] = {
    "parable_walk_away": {"time.days": 12, "time.warm_up": 8, PEOPLE: 2000},
    "parable_costs": {"time.days": 30, "time.warm_up": 2, PEOPLE: 60},
    "parable_answer": {"time.days": 8, "time.warm_up": 5, PEOPLE: 600},
    "empty_shelf": {"time.days": 24, "time.warm_up": 10, PEOPLE: 800, "geography.towns.1.customers": 400},
    "shoes": {"time.days": 24, "time.warm_up": 4, "time.cool_down": 8, "learning.own_rate": 0.0},
}
"""What makes cases thin. The others need their size, and have tests of their parts."""


@pytest.mark.parametrize("name", THIN)
def test_a_thin_run_fills_the_page_and_draws_the_picture(name: str) -> None:
    found = case_of(name).run(CasePlan(1, 1, workers=1, overrides=THIN[name]))
    page = rendered(found)
    assert page.count("**Holds:**") + page.count("**Does not hold:**") == len(found.checks) >= 5
    assert "--replications 1 --seed 1" in page
    assert found.case.picture(found.findings).endswith("</svg>\n")


@pytest.mark.slow  # starts processes
def test_figures_do_not_depend_on_workers() -> None:
    case = case_of("parable_answer")
    alone, together = (case.measure(CasePlan(2, 1, workers, THIN["parable_answer"])) for workers in (1, 2))
    assert alone == together


def test_reactions_add_up_to_all_who_met_an_empty_shelf() -> None:
    for regime in ("traditional", "o2o"):
        shares = reaction_shares(run("empty_shelf_reactions", regime, days=35, overrides={"time.warm_up": 20}))
        assert set(shares) == {*REACTIONS, "online"}
        assert sum(share or 0.0 for share in shares.values()) == pytest.approx(1.0)
        assert bool(shares["online"]) == (regime == "o2o")


def test_a_pair_kept_and_a_pair_sent_back_earn_what_paper_says() -> None:
    outcome = run("shoes", "direct", overrides={"time.days": 40, "time.warm_up": 5, "time.cool_down": 5})
    needs, earned = outcome.columns["needs"], by_need(outcome)
    settled = (needs["result"] == 0) & (needs["day"] < 25)
    out = 2.50 + 4.50 + 1.2 * 0.30  # packing and the parcel
    assert set(np.round(earned[settled & ~needs["returned"]], 2)) == {90.00 - 30.00 - out}
    back = -(out + 4.50 + 1.2 * 0.30 + 3.00)  # the way back, and taking it in
    assert set(np.round(earned[settled & needs["returned"]], 2)) == {round(back, 2), round(back - 30.00, 2)}


def test_the_ladder_puts_back_one_thing_after_another() -> None:
    given = [set(free_services(step)) for step in range(len(RUNGS) + 1)]
    assert all(later < earlier for earlier, later in itertools.pairwise(given))
    assert given[-1] == set()
    free = load_scenario("parable_costs", free_services(0))
    assert free.platform.commission == free.contacts.cost == free.suppliers.direct_handling_cost == 0
    assert free.delivery.parcel.cost_per_parcel == free.returns.handling_cost == 0


def test_without_a_turn_there_is_no_case() -> None:
    never = Crossing("customers", None, "never")
    with pytest.raises(ValueError, match="never better off"):
        middleman_worth.turning(never)


def test_without_the_wholesaler_the_small_villages_lose_their_shop() -> None:
    kept, lost = (
        run("middleman_worth_wholesaler", regime, days=140, overrides={"time.warm_up": 120}).figures
        for regime in ("traditional", "without_wholesaler")
    )
    assert kept["stores_open"] == 8
    assert lost["stores_open"] < 6
    assert lost["stores_open_by_town"]["Southeast"] == 0  # 80 people
    assert lost["consumer_surplus"] < kept["consumer_surplus"]
    assert lost["consumer_price"] < kept["consumer_price"]
