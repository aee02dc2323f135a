"""Random numbers: uniform, independent of one another in every direction, and always the same."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations, pairwise

import numba
import numpy as np
import pytest
from scipy import stats

from sim.kernels.numerics import randomness
from sim.kernels.numerics.elementary import gumbel_table
from sim.kernels.numerics.randomness import (
    PURPOSE_HOME,
    PURPOSE_NEED,
    PURPOSE_SHOCK,
    PURPOSE_WORTH,
    as_bits,
    as_int64,
    below,
    draw,
    draw_pair,
    fill_dirichlet,
    fill_stratified,
    fill_uniform,
    gamma_variate,
    gumbel_from,
    log_gamma_variate,
    shuffle,
    stream,
    uniform,
    visiting_order,
)

PURPOSES = {name: value for name, value in vars(randomness).items() if name.startswith("PURPOSE_")}
RECORDED = {
    "stream(0, NEED, 0)": 13013912499580732898,
    "stream(2024, SHOCK, 365)": 10059863319609651390,
    "visiting_order(1, 2, 20000)": (15659, 6359),
    "gamma_variate(5, 2.0)": "0x1.5274ebf2e5233p+0",
    "stratified(3, HOME, 8)": [0.5625, 0.4375, 0.8125, 0.0625, 0.1875, 0.9375, 0.3125, 0.6875],
}
RARE = 1e-4  # all seeds are fixed, so a test passes always or never; a true hypothesis falls below this rarely


@numba.njit
def uniforms_of_a_day(seed, purpose, day, out):
    key = stream(seed, purpose, day)
    for i in range(len(out)):
        out[i] = uniform(draw(key, i))


@numba.njit
def choices(seed, utilities, table, counts):
    """How often each of four offers has the largest utility plus shock, the shocks parts of one hash."""
    key = stream(seed, PURPOSE_SHOCK, 1)
    for i in range(500_000):
        bits = draw(key, i)
        best, best_value = 0, -np.inf
        for offer in range(4):
            value = utilities[offer] + gumbel_from(bits << np.uint64(16 * offer), table)
            if value > best_value:
                best, best_value = offer, value
        counts[best] += 1


@numba.njit
def squares_of_pairs(seed, day, cells):
    """Counts of 64 x 64 cells over pairs (customer, product), each pair hashed in turn."""
    key = stream(seed, PURPOSE_SHOCK, day)
    for customer in range(100, 2_100):
        for product in range(100):
            first = draw_pair(key, customer, product) >> np.uint64(58)
            second = draw_pair(key, product, customer) >> np.uint64(58)
            cells[first, second] += 1


def uniforms(seed=1, purpose=PURPOSE_SHOCK, day=1, count=200_000):
    out = np.empty(count)
    uniforms_of_a_day(seed, purpose, day, out)
    return out


def stratified(seed, purpose, count):
    out = np.empty(count)
    fill_stratified(seed, purpose, out)
    return out


def evenness(*columns, cells):
    """The p-value of Pearson's chi-square against equal counts in all cells of the unit square or line."""
    counts, _ = np.histogramdd(np.column_stack(columns), bins=cells, range=[(0, 1)] * len(columns))
    return stats.chisquare(counts.ravel()).pvalue


# --- The hash ---------------------------------------------------------------------------------------------


def test_draws_are_the_published_sequence():
    """The first numbers of SplitMix64 from state 1234567, as listed with Vigna's reference code."""
    published = [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]
    assert [draw(1234567, index) for index in range(1, 6)] == published


def test_recorded_numbers_never_change():
    """A change here changes every result ever published."""
    assert stream(0, PURPOSE_NEED, 0) == RECORDED["stream(0, NEED, 0)"]
    assert stream(2024, PURPOSE_SHOCK, 365) == RECORDED["stream(2024, SHOCK, 365)"]
    assert visiting_order(1, 2, 20_000) == RECORDED["visiting_order(1, 2, 20000)"]
    assert gamma_variate(5, 2.0).hex() == RECORDED["gamma_variate(5, 2.0)"]
    assert stratified(3, PURPOSE_HOME, 8).tolist() == RECORDED["stratified(3, HOME, 8)"]


def test_purposes_differ_and_keep_their_numbers():
    assert sorted(PURPOSES.values()) == list(range(1, len(PURPOSES) + 1))
    assert (PURPOSES["PURPOSE_NEED"], PURPOSES["PURPOSE_HOME"], PURPOSES["PURPOSE_FIRM"]) == (1, 8, 23)


def test_any_64_bit_seed_is_accepted():
    seeds = [0, 1, -1, 2**63 - 1, -(2**63), 123456789012345678]
    assert len({stream(seed, PURPOSE_NEED, 1) for seed in seeds}) == len(seeds)
    assert stream(np.uint64(2**64 - 1), PURPOSE_NEED, 1) == stream(-1, PURPOSE_NEED, 1)
    assert stream(as_int64(2**64 - 1), PURPOSE_NEED, 1) == stream(-1, PURPOSE_NEED, 1)
    assert [as_bits(as_int64(bits)) for bits in (0, 5, 2**63, 2**64 - 1)] == [0, 5, 2**63, 2**64 - 1]
    key = next(key for day in range(99) if (key := stream(1, PURPOSE_NEED, day)) >= 2**63)
    assert draw(as_int64(key), 7) == draw(np.uint64(key), 7)


def test_parts_never_add_up_to_the_same_stream():
    keys = {stream(s, p, d) for s in range(-20, 20) for p in PURPOSES.values() for d in range(-2, 40)}
    assert len(keys) == 40 * len(PURPOSES) * 42
    assert draw_pair(1, 2, 3) != draw_pair(1, 3, 2)


@pytest.mark.parametrize("part", ["seed", "purpose", "day", "index"])
def test_every_input_bit_changes_every_output_bit_half_of_the_time(part):
    rounds, bits = 400, 62
    differences = np.empty((rounds, bits), dtype=np.uint64)
    for sample in range(rounds):
        parts = {"seed": sample, "purpose": sample % 23 + 1, "day": 3 * sample, "index": 7 * sample}
        before = hash_of(**parts)
        for bit in range(bits):
            differences[sample, bit] = before ^ hash_of(**(parts | {part: parts[part] ^ (1 << bit)}))
    changed = (differences[:, :, np.newaxis] >> np.arange(64, dtype=np.uint64)) & np.uint64(1)
    deviations = (changed.sum(axis=0) - rounds / 2) / np.sqrt(rounds / 4)
    assert np.abs(deviations).max() < 5.0  # of 3 968 standard normal ones
    assert deviations.std() == pytest.approx(1.0, abs=0.05)


def hash_of(seed, purpose, day, index):
    return draw(as_int64(stream(seed, purpose, day)), index)


# --- Uniforms ---------------------------------------------------------------------------------------------


def test_uniform_is_strictly_between_0_and_1_and_symmetric():
    assert uniform(0) == 2.0**-53
    assert uniform(np.uint64(2**64 - 1)) == 1.0 - 2.0**-53
    for bits in (0, 2**11, 2**63, 987654321 << 20):
        assert uniform(np.uint64(bits)) + uniform(np.uint64(~bits % 2**64)) == 1.0


@pytest.mark.parametrize("seed", [0, 1, -1, 2**62])
def test_uniforms_are_even(seed):
    drawn = uniforms(seed=seed, count=1_000_000)
    assert evenness(drawn, cells=1000) > RARE
    assert stats.kstest(drawn[:100_000], "uniform").pvalue > RARE


NEIGHBOURS = {
    "the next day": {"day": 2},
    "the next seed": {"seed": 2},
    "the opposite seed": {"seed": -1},
    "another purpose": {"purpose": PURPOSE_SHOCK + 1},
    "seed and day exchanged": {"seed": 2, "day": 0},
}


@pytest.mark.parametrize("other", NEIGHBOURS.values(), ids=NEIGHBOURS.keys())
def test_neighbouring_streams_are_independent(other):
    one, two = uniforms(), uniforms(**other)
    assert abs(np.corrcoef(one, two)[0, 1]) < 4 / np.sqrt(len(one))
    assert evenness(one, two, cells=20) > RARE
    assert evenness(one[:-1], two[1:], cells=20) > RARE


def test_neighbouring_customers_are_independent():
    drawn = uniforms(count=600_000)
    assert evenness(drawn[:-1:2], drawn[1::2], cells=30) > RARE
    assert evenness(drawn[0::3], drawn[1::3], drawn[2::3], cells=12) > RARE
    assert abs(np.corrcoef(drawn[:-1], drawn[1:])[0, 1]) < 4 / np.sqrt(len(drawn))


def test_one_customers_days_are_independent():
    """Along time, where customers' habits are formed: the same index in streams of successive days."""
    of_the_days = np.array([uniforms(day=day, count=50) for day in range(6_000)])
    assert evenness(of_the_days[:-1].ravel(), of_the_days[1:].ravel(), cells=20) > RARE


def test_pairs_are_independent_of_pairs_the_other_way_round():
    cells = np.zeros((64, 64), dtype=np.int64)
    squares_of_pairs(5, 1, cells)
    assert stats.chisquare(cells.ravel()).pvalue > RARE


def test_fill_uniform_gives_a_person_the_same_number_in_any_population():
    small, large = np.empty(10), np.empty(1000)
    fill_uniform(4, PURPOSE_WORTH, small)
    fill_uniform(4, PURPOSE_WORTH, large)
    assert small.tolist() == large[:10].tolist()
    assert evenness(large, cells=10) > RARE
    assert len(set(large)) == 1000


# --- Whole numbers and orders -----------------------------------------------------------------------------


@pytest.mark.parametrize("n", [1, 2, 7, 20_000, 10**9, 2**32])
def test_below_is_the_exact_share_of_the_hash(n):
    hashes = [0, 1, 2**32 - 1, 2**32, 2**63, 2**64 - 1, *(draw(9, i) for i in range(300))]
    assert [below(np.uint64(bits), n) for bits in hashes] == [bits * n >> 64 for bits in hashes]


def test_below_is_even():
    counts = Counter(below(as_int64(draw(11, i)), 7) for i in range(70_000))
    assert sorted(counts) == list(range(7))
    assert stats.chisquare(list(counts.values())).pvalue > RARE


@pytest.mark.parametrize("n", [1, 2, 3, 7, 12, 20_000])
def test_visiting_order_visits_everybody_once(n):
    for day in range(5):
        multiplier, offset = visiting_order(3, day, n)
        visits = (multiplier * np.arange(n) + offset) % n
        assert np.array_equal(np.sort(visits), np.arange(n))


def test_visiting_order_does_not_overflow_with_a_billion_customers():
    n = 10**9
    for day in range(50):
        multiplier, offset = visiting_order(3, day, n)
        assert np.gcd(multiplier, n) == 1
        assert 0 < multiplier < n
        assert 0 <= offset < n
        assert multiplier * (n - 1) + offset < 2**63  # Python's int: no wrapping hides it


def test_visiting_order_changes_daily_and_favours_nobody():
    orders = [visiting_order(3, day, 1000) for day in range(4000)]
    assert len(set(orders)) > 3950  # of 400 000 possible ones
    assert all(one != two for one, two in pairwise(orders))
    first_visited = Counter(offset // 100 for _, offset in orders)
    assert stats.chisquare(list(first_visited.values())).pvalue > RARE
    places = [(pow(int(multiplier), -1, 1000) * (17 - offset)) % 1000 for multiplier, offset in orders]
    assert stats.chisquare(np.bincount(np.array(places) // 100, minlength=10)).pvalue > RARE


def test_shuffle_gives_every_order_equally_often():
    counts = Counter()
    for seed in range(24_000):
        items = np.arange(4)
        shuffle(seed * 977, items)
        counts[tuple(items.tolist())] += 1
    assert len(counts) == 24
    assert stats.chisquare(list(counts.values())).pvalue > RARE


@pytest.mark.parametrize("n", [1, 2, 7, 20_000])
def test_stratified_uniforms_are_exactly_the_middle_quantiles(n):
    drawn = stratified(6, PURPOSE_HOME, n)
    assert np.array_equal(np.sort(drawn), (np.arange(n) + 0.5) / n)


def test_stratified_purposes_are_unrelated():
    """Worth says nothing about home, and no two columns form a lattice."""
    columns = {name: stratified(12, purpose, 20_000) for name, purpose in PURPOSES.items()}
    for one, two in combinations(columns, 2):
        assert abs(np.corrcoef(columns[one], columns[two])[0, 1]) < 0.03, (one, two)
        assert evenness(columns[one], columns[two], cells=10) > RARE / 10, (one, two)


def test_stratified_numbers_are_unrelated_to_the_persons_place_in_the_list():
    drawn = stratified(12, PURPOSE_WORTH, 20_000)
    places = (np.arange(20_000) + 0.5) / 20_000
    assert evenness(places, drawn, cells=20) > RARE
    assert evenness(drawn[:-1], drawn[1:], cells=20) > RARE


# --- Gumbel, gamma, Dirichlet -----------------------------------------------------------------------------


def test_gumbel_shocks_from_the_table_give_logit_shares():
    """McFadden (1974): the share of an offer is proportional to the exponential of its utility."""
    utilities = np.array([0.0, 0.5, -1.0, 1.5])
    counts = np.zeros(4, dtype=np.int64)
    choices(21, utilities, gumbel_table(), counts)  # 500 000 choices of 4 shocks: 2 million draws
    shares = np.exp(utilities) / np.exp(utilities).sum()
    assert stats.chisquare(counts, counts.sum() * shares).pvalue > 1e-3
    slightly_wrong = np.exp(utilities * 1.02) / np.exp(utilities * 1.02).sum()
    assert stats.chisquare(counts, counts.sum() * slightly_wrong).pvalue < 1e-6


@pytest.mark.parametrize("shape", [0.05, 0.7, 1.0, 2.5, 60.0])
def test_gamma_variates_have_the_gamma_distribution(shape):
    drawn = np.array([gamma_variate(as_int64(draw(31, i)), shape) for i in range(20_000)])
    assert stats.kstest(drawn, stats.gamma(shape).cdf).pvalue > RARE
    assert drawn.mean() == pytest.approx(shape, rel=5 / np.sqrt(20_000 * shape))


def test_gamma_variates_of_tiny_shapes_have_finite_logarithms():
    for shape in (1e-3, 1e-12, 1e-300, 5e-324):
        logs = [log_gamma_variate(key, shape) for key in range(200)]
        assert np.all(np.isfinite(logs))
        # shape * ln(gamma) tends to ln(u), which is minus an exponential variable.
        assert stats.kstest(-np.array(logs) * max(shape, 1e-300), "expon").pvalue > RARE


def test_gamma_variate_of_an_impossible_shape_ends():
    assert np.isnan(gamma_variate(1, np.nan))


def dirichlet_rows(base_shares, concentration, count=20_000):
    rows = np.empty((count, len(base_shares)))
    for row in range(count):
        fill_dirichlet(41, randomness.PURPOSE_STYLE_MIX, row, base_shares, concentration, rows[row])
    return rows


@pytest.mark.parametrize("concentration", [0.3, 4.0, 80.0])
def test_dirichlet_has_the_mean_and_variance_of_theory(concentration):
    base = np.array([0.5, 0.3, 0.15, 0.05])
    rows = dirichlet_rows(base, concentration)
    np.testing.assert_allclose(rows.sum(axis=1), 1.0, rtol=0, atol=1e-14)
    variance = base * (1 - base) / (concentration + 1)
    assert np.all(np.abs(rows.mean(axis=0) - base) < 4.5 * np.sqrt(variance / len(rows)))
    np.testing.assert_allclose(rows.var(axis=0), variance, rtol=0.06)
    covariance = -base[0] * base[1] / (concentration + 1)
    assert np.cov(rows[:, 0], rows[:, 1])[0, 1] == pytest.approx(covariance, rel=0.08)


@pytest.mark.parametrize("concentration", [1e-3, 1e-9, 1e-300])
def test_dirichlet_of_tiny_concentration_picks_one_share(concentration):
    base = np.array([0.6, 0.3, 0.1])
    rows = dirichlet_rows(base, concentration, count=3_000)
    np.testing.assert_allclose(rows.sum(axis=1), 1.0, rtol=0, atol=1e-14)
    winners = np.bincount(rows.argmax(axis=1), minlength=3)
    assert (rows.max(axis=1) > 0.999).mean() > 0.98
    if concentration > 1e-299:  # below, shapes are raised to 1e-300 and become equal
        assert stats.chisquare(winners, base * len(rows)).pvalue > RARE


def test_dirichlet_of_huge_concentration_is_the_base():
    base = np.array([0.6, 0.3, 0.1])
    np.testing.assert_allclose(dirichlet_rows(base, 1e12, count=50), np.tile(base, (50, 1)), rtol=1e-4)


def test_dirichlet_leaves_absent_shares_absent():
    rows = dirichlet_rows(np.array([0.0, 0.4, 0.0, 0.6]), 2.0, count=200)
    assert np.all(rows[:, [0, 2]] == 0.0)
    assert np.all(rows[:, [1, 3]] > 0.0)


def test_dirichlet_rows_are_unrelated():
    first = dirichlet_rows(np.array([0.5, 0.5]), 2.0)[:, 0]  # at concentration 2 this share is uniform
    assert evenness(first, cells=50) > RARE
    assert evenness(first[:-1], first[1:], cells=15) > RARE


# --- Threads ----------------------------------------------------------------------------------------------


def test_threads_change_nothing():
    def world(seed):
        drawn = stratified(seed, PURPOSE_HOME, 30_000)
        mix = dirichlet_rows(np.array([0.2, 0.3, 0.5]), 3.0, count=300)
        return drawn.tobytes() + mix.tobytes() + uniforms(seed=seed).tobytes()

    seeds = list(range(12))
    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(world, seeds)) == [world(seed) for seed in seeds]
