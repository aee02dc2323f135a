"""Kilometres of the last mile, against tours found by search."""

import numpy as np
import pytest

from sim.formulas.lastmile import km_per_drop, tour_constant, tour_length


def shortest_found(places, starts=4):
    """Return a closed tour's length by the nearest next door from several starts, then by turning pieces round."""
    away = np.hypot(*(places[:, None, :] - places[None, :, :]).transpose(2, 0, 1))
    best = np.inf
    for start in range(starts):
        tour = [start]
        left = set(range(len(places))) - {start}
        while left:
            tour.append(min(left, key=lambda place: away[tour[-1], place]))
            left.remove(tour[-1])
        order = turned(np.array(tour), away)
        best = min(best, away[order, np.roll(order, -1)].sum())
    return best


def turned(order, away):
    """Turn and move pieces of a tour as long as that makes it shorter (2-opt)."""
    count = len(order)
    while True:
        here, after = order, np.roll(order, -1)
        gain = (
            away[here, after][:, None] + away[here, after][None, :]
            - away[here[:, None], here[None, :]] - away[after[:, None], after[None, :]]
        )  # fmt: skip
        gain[np.tril_indices(count)] = 0.0
        first, second = np.unravel_index(np.argmax(gain), gain.shape)
        if gain[first, second] < 1e-12:
            return order
        order = np.concatenate([order[: first + 1], order[first + 1 : second + 1][::-1], order[second + 1 :]])


@pytest.mark.parametrize(("drops", "constant"), [(10, 0.915), (20, 0.860), (50, 0.803), (100, 0.776), (200, 0.756)])
def test_the_constant_of_tours_that_were_solved(drops, constant):
    """Means over random squares, solved by Lin-Kernighan-Helsgaun; .7124 for very many (Johnson & McGeoch 1997)."""
    assert tour_constant(drops) == pytest.approx(constant, rel=0.007)
    assert tour_constant(1e12) == pytest.approx(0.7124, abs=1e-6)


@pytest.mark.parametrize(("drops", "squares"), [(10, 60), (30, 20)])
def test_tours_found_here(drops, squares):
    """Turning pieces stays within a few percent of the shortest tour, and above it."""
    dice = np.random.default_rng(drops)
    found = np.mean([shortest_found(dice.random((drops, 2))) for _ in range(squares)])
    assert found == pytest.approx(tour_length(drops, 1.0), rel=0.05)


def test_a_disc_has_a_shorter_edge():
    """Shortest tours found in discs of radius 1 with a depot in the middle: 6.82 for 20 drops, 13.73 for 100."""
    for drops, km in ((20, 6.82), (50, 10.02), (100, 13.73), (200, 18.88)):
        assert tour_length(drops + 1, np.pi, 2 * np.pi) == pytest.approx(km, rel=0.01)
    assert tour_length(50, 9.0) == pytest.approx(tour_constant(50) * np.sqrt(50 * 9.0))


def test_four_times_the_drops_halve_the_local_way():
    assert km_per_drop(0.0, 10, 4.0) == pytest.approx(km_per_drop(0.0, 10, 1.0) / 2)
    assert tour_length(400, 9.0) / 400 == pytest.approx(tour_length(100, 9.0) / 100 / 2, rel=0.05)


@pytest.mark.parametrize(("drops_per_tour", "mean_way", "km"), [(10, 0.39, 13.50), (20, 0.38, 9.50)])
def test_a_hundred_drops_in_a_square(drops_per_tour, mean_way, km):
    """Daganzo 1984: 13.50 for tours of 10 (13.76 when solved), 9.50 for tours of 20 (10.76, as 20^2 > 100)."""
    assert 100 * km_per_drop(mean_way, drops_per_tour, 100.0) == pytest.approx(km, abs=0.005)


def test_what_has_no_answer_is_refused():
    with pytest.raises(ValueError, match="drops is 0"):
        tour_constant(0)
    with pytest.raises(ValueError, match="density is 0"):
        km_per_drop(1.0, 10, 0.0)
