"""Sectors, department stores, services and disruption: run thin through the same code, and judged by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.cases import CaseFinding, CasePlan, case_of
from sim.cases.department_store import FACTORS, USUAL, _saved
from sim.cases.disruption import _by_taste
from sim.cases.local_services import _turns
from sim.cases.page import rendered
from sim.cases.sectors import Band, _inside, _nobody_is_told, around
from sim.experiments import run
from sim.results.figures.groups import Groups
from sim.results.figures.window import Window

SECTOR = {
    "time.days": 40, "time.warm_up": 20, "geography.customers": 300, "geography.town_count": 2, "styles.count": 12,
    "products.count": 12, "retailers.slots": 10, "customers.need_rate": 0.05,
}  # fmt: skip
THIN: dict[str, dict[str, Any]] = {
    "groceries": SECTOR,
    "clothing": SECTOR,
    "electronics": SECTOR,
    "department_store": {
        "time.days": 40, "time.warm_up": 10, "time.cool_down": 5, "geography.customers": 1800,
        "retailers.people_per_store": 50.0,
    },
    "local_services": {"time.days": 21, "time.warm_up": 7},
    # everybody hears at once, and shops close after six bad weeks, so that a year tells it all
    "disruption": {
        "time.days": 420, "time.warm_up": 300, "geography.customers": 500, "retailers.people_per_store": 50.0,
        "retailers.rent": 3.0, "online.advertising_per_head": 0.5, "retailers.closing.review_days": 45,
        "retailers.closing.patience": 1, "retailers.closing.notice_days": 10,
    },
}  # fmt: skip
"""What is changed of each case so that it takes a second."""


@pytest.mark.parametrize("name", THIN)
def test_a_thin_run_fills_the_page_and_is_judged(name: str) -> None:
    found = case_of(name).run(CasePlan(1, 1, 1, THIN[name]))
    assert len({check.claim for check in found.checks}) == len(found.checks) >= 5
    assert all(check.evidence for check in found.checks)
    assert "{" not in rendered(found)
    assert found.case.picture(found.findings).startswith("<svg ")


def finding(low: float, high: float) -> CaseFinding:
    return CaseFinding(0.5 * (low + high), low, high, "share")


@pytest.mark.parametrize(("low", "high", "holds"), [(0.27, 0.279, True), (0.27, 0.281, False), (0.26, 0.279, False)])
def test_a_figure_is_in_its_band_with_its_whole_interval(low: float, high: float, holds: bool) -> None:
    check = _inside(finding(low, high), Band("retail_margin", "margin", 0.266, 0.28, 0.28, "somebody, once"))
    assert check.holds is holds
    assert "Margin: between 26.6 and 28.0 % (somebody, once)" in check.claim


def test_how_far_from_the_published_number_is_said() -> None:
    check = _inside(finding(0.30, 0.32), Band("x", "margin", 0.2, 0.4, 0.28, "once"))
    assert check.evidence == "Found: 31.0 % (30.0 to 32.0); +3.0 percentage points from the 28.0 % known"
    assert around(10.0) == (8.0, 12.0)


@pytest.mark.parametrize("name", ["groceries", "clothing", "electronics"])
def test_no_firm_in_between_is_told_a_margin(name: str) -> None:
    assert _nobody_is_told(name).holds


def test_a_firm_that_is_told_one_is_found_out() -> None:
    check = _nobody_is_told("classroom_set_margins")
    assert not check.holds
    assert check.evidence == "Told one: wholesaler, retailers"


def test_stock_saved_is_read_off_the_line_after() -> None:
    def flat(lost: float, days: float) -> dict[str, float | None]:
        return {"lost_sales": lost, "inventory_turns_by_kind.retailer": 365.0 / days}

    # After: 20, 22, ... days of stock lose 4, 3, 2, 1, 0 %. Before, 25 days lose 2.5 %: after, 23 days would do.
    points = [
        {"before": [flat(0.025, 25.0)], "after": [flat(0.04 - 0.01 * k, 20.0 + 2.0 * k)]} for k in range(len(FACTORS))
    ]
    assert points[USUAL]["before"]
    assert _saved(points) == [pytest.approx(1.0 - 23.0 / 25.0)]


def test_where_advertising_begins_to_win_is_read_off_the_lines() -> None:
    def season(wished: float, lead: float) -> list[dict[str, float | None]]:
        return [{"wished": wished, "shop.advertising": 10.0 + lead, "shop.pay_per_sale": 10.0}]

    assert _turns([season(2.0, -6.0), season(6.0, 2.0), season(9.0, 8.0)]) == [pytest.approx(5.0)]
    assert _turns([season(2.0, 1.0), season(6.0, 2.0)]) == [None]


def test_changes_by_taste_are_of_a_taste_whoever_sold_to_it() -> None:
    """Of all towns the rarest fifth changes as the figure by rarity says, and both parts make up the whole."""
    outcome = run("department_store", "before", 1, overrides=THIN["department_store"])
    window = Window.of(outcome)
    cents = window.needs["surplus"]
    everywhere = np.ones(len(outcome.labels["towns"]), dtype=np.bool_)
    rarest, others = _by_taste(window, cents, everywhere)
    groups = Groups(window)
    assert rarest == pytest.approx(groups.by_rarity(groups.sums(cents), 100.0)["rarest"])
    part = float((groups.needs * groups.parts[:, 0]).sum()) / window.need_count
    assert rarest is not None
    assert others is not None
    assert part * rarest + (1.0 - part) * others == pytest.approx(cents.mean() / 100.0)
    assert 0.1 < part < 0.3
    first_town = everywhere & (np.arange(len(everywhere)) == 0)
    in_first = window.needs["town"] == 0
    one, rest = _by_taste(window, np.where(in_first, 100, 10**9), first_town)
    assert (one, rest) == pytest.approx((1.0, 1.0))  # what happens in other towns does not count
