"""Fill rates, waiting and cost of stocks, judged by stockpyl."""

from __future__ import annotations

import pytest

from sim.experiments.judges.stock import (
    erlang_loss,
    judge_base_stock,
    judge_by_simulation,
    judge_lost_sales,
    judge_lots,
    shortfall,
)


def test_customers_who_wait():
    findings = judge_base_stock(9, 3, 2.0)
    assert all(finding.holds for finding in findings), findings


@pytest.mark.parametrize(("level", "lead", "daily"), [(5, 1, 4.0), (9, 10, 0.6)])
def test_customers_who_leave(level, lead, daily):
    findings = judge_lost_sales(level, lead, daily)
    assert all(finding.holds for finding in findings), findings


@pytest.mark.slow
@pytest.mark.parametrize(("level", "lead", "daily"), [(11, 2, 4.0), (15, 5, 3.0)])
def test_other_customers_who_wait(level, lead, daily):
    findings = judge_base_stock(level, lead, daily, seed=1)
    assert all(finding.holds for finding in findings), findings


@pytest.mark.slow
def test_slow_demand_of_customers_who_leave():
    findings = judge_lost_sales(5, 30, 0.15)
    assert all(finding.holds for finding in findings), findings


@pytest.mark.slow
@pytest.mark.parametrize(("point", "lot"), [(5, 8), (7, 4)])
def test_reorder_points_and_lots(point, lot):
    findings = judge_lots(point, lot, 120, 0.05)
    assert all(finding.holds for finding in findings), findings


@pytest.mark.slow
def test_the_simulator_of_stockpyl_agrees():
    findings = judge_by_simulation(11, 2, 4.0)
    assert all(finding.holds for finding in findings), findings


def test_the_judges_own_numbers():
    # Worked in textbooks: Erlang B of 9 servers at load 6 turns away 7.5 %; E(D - 9)+ of Poisson 6 is 0.161.
    assert 1.0 - erlang_loss(9, 6.0) == pytest.approx(0.924855, abs=1e-6)
    assert shortfall(9, 6.0) == pytest.approx(0.161259, abs=1e-6)
