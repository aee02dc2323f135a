"""How long a run will take: heavy markets are told from light ones before anything of them is made."""

from __future__ import annotations

import pytest

from sim.experiments.jobs import look_at, replications_of
from sim.experiments.preview import staged_comparison
from sim.runs.cost import seconds_of
from sim.runs.job_service import HEAVY
from sim.runs.jobs import cost_of
from sim.runs.machine import part_of_memory
from sim.scenario import load_scenario, scenario_names

ATTACK = {
    "geography.customers": 200_000, "time.days": 100, "customers.breadth": 64, "customers.reach": 64,
    "customers.need_rate": 0.6, "records.choices": True, "products.count": 2000, "styles.count": 2000,
}  # fmt: skip


def test_a_link_made_to_be_heavy_is_told_from_every_shipped_market():
    attack = load_scenario("classroom", ATTACK)
    assert seconds_of(attack, attack.compare) > 20 * HEAVY
    for name in scenario_names():
        scenario = load_scenario(name)
        assert 0 < seconds_of(scenario, scenario.compare) < HEAVY, name


@pytest.mark.parametrize(
    "more",
    [
        {"geography.customers": 200_000}, {"time.days": 700}, {"customers.breadth": 60}, {"customers.reach": 9},
        {"customers.need_rate": 0.6}, {"products.count": 3000, "styles.count": 3000},
        {"retailers.people_per_store": 50},
    ],
)  # fmt: skip
def test_more_of_anything_takes_longer(more):
    usual, larger = load_scenario("classroom"), load_scenario("classroom", more)
    assert seconds_of(larger, ["traditional"]) > 1.05 * seconds_of(usual, ["traditional"])


def test_jobs_say_what_they_cost():
    attack = load_scenario("classroom", ATTACK)
    (first, *_) = replications_of(attack, attack.compare, 2, 0)
    assert cost_of(first) == pytest.approx(seconds_of(attack, attack.compare))
    assert cost_of(look_at(attack, ("direct",), 0)) == pytest.approx(seconds_of(attack, ["direct"]))
    staged = staged_comparison(attack, attack.compare, 2, 0, "")
    assert 0 < cost_of(staged.preview[0]) < cost_of(first)


@pytest.mark.parametrize(
    ("whole", "workers", "part"), [(8e9, 2, 3e9), (16e9, 4, 3e9), (4e9, 2, 1.25e9), (1e9, 2, 0.125e9)]
)
def test_workers_leave_memory_to_the_server_and_the_system(whole, workers, part):
    assert part_of_memory(int(whole), workers) == part
