"""Seeds of replications: the first is the one asked for, the others are unrelated to it and to each other."""

import pytest

from sim.experiments import replication_seeds
from sim.scenario import ScenarioError

LARGEST = 2**48


def test_the_first_replication_has_the_seed_itself():
    assert replication_seeds(5, 1) == (5,)
    assert replication_seeds(5, 4)[0] == 5


def test_more_replications_leave_the_earlier_ones_as_they_are():
    assert replication_seeds(5, 20)[:7] == replication_seeds(5, 7)


@pytest.mark.parametrize("seed", [0, 1, -1, -(2**63), 2**63, 2**64 - 1])
def test_any_whole_number_is_a_seed(seed):
    seeds = replication_seeds(seed, 5)
    assert seeds[0] == seed
    assert all(0 <= other < LARGEST for other in seeds[1:])
    assert len(set(seeds)) == 5


def test_neighbouring_seeds_share_no_replication():
    seeds = [seed for first in range(100) for seed in replication_seeds(first, 100)]
    assert len(set(seeds)) == len(seeds)


def test_the_seeds_are_part_of_every_result_and_stay():
    assert replication_seeds(0, 3) == (0, 72124884903398, 58076820736263)


def test_a_seed_is_a_whole_number():
    with pytest.raises(TypeError):
        replication_seeds(1.5, 2)


@pytest.mark.parametrize("many", [0, -1, 10**9])
def test_too_few_and_too_many_replications_are_refused_before_anything_is_counted(many):
    with pytest.raises(ScenarioError, match="1 to 100,000 replications"):
        replication_seeds(0, many)
