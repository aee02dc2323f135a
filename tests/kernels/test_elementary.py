"""The elementary functions are as exact as their descriptions say, held against arithmetic of 50 digits."""

from decimal import Context, Decimal

import numpy as np
import pytest
from scipy import special

from sim.kernels.numerics import elementary
from sim.kernels.numerics.compiler import plain_python
from sim.kernels.numerics.elementary import exp, gumbel_quantile, gumbel_table, ln, normal_quantile, power

DIGITS = Context(prec=50)


def units_in_the_last_place(value, exact):
    """How far `value` is from the Decimal `exact`, in gaps between neighbouring floating-point numbers."""
    gap = Decimal(float(np.spacing(abs(float(exact)))))
    return abs(float((Decimal(value) - exact) / gap))


def worst(function, exact_function, points):
    return max(units_in_the_last_place(function(x), exact_function(Decimal(x))) for x in points.tolist())


def random_points(kind, count=1500):
    generator = np.random.default_rng(7)
    return {
        "around one": 1.0 + generator.uniform(-0.3, 0.45, count),
        "very near one": 1.0 + generator.uniform(-1e-6, 1e-6, count),
        "all sizes": 10.0 ** generator.uniform(-307, 308, count),
        "below the normal numbers": 10.0 ** generator.uniform(-323, -308, count),
        "small exponents": generator.uniform(-1.0, 1.0, count),
        "all exponents": generator.uniform(-708.0, 709.7, count),
        "vanishing": generator.uniform(-745.0, -708.0, count),
    }[kind]


@pytest.mark.parametrize("kind", ["around one", "very near one", "all sizes", "below the normal numbers"])
def test_ln_is_within_one_unit_in_the_last_place(kind):
    assert worst(ln, DIGITS.ln, random_points(kind)) < 1.0


@pytest.mark.parametrize("kind", ["very near one", "small exponents", "all exponents", "vanishing"])
def test_exp_is_within_one_unit_in_the_last_place(kind):
    assert worst(exp, DIGITS.exp, random_points(kind)) < 1.0


def test_ln_is_exact_enough_where_its_pieces_meet():
    """The series changes at the square root of 2 times any power of 2."""
    seams = [2.0**k * np.sqrt(2.0) for k in (-1060, -1022, -1, 0, 1, 1023)]
    sides = [np.nextafter(seam, to) for seam in seams for to in (0.0, np.inf)]
    assert worst(ln, DIGITS.ln, np.array(seams + sides)) < 1.0


def test_limits_and_impossible_arguments():
    assert ln(1.0) == 0.0
    assert ln(0.0) == -np.inf
    assert ln(np.inf) == np.inf
    assert np.isnan(ln(-1e-300))
    assert np.isnan(ln(-np.inf))
    assert np.isnan(ln(np.nan))
    assert exp(0.0) == 1.0
    assert exp(-np.inf) == 0.0
    assert exp(-746.0) == 0.0
    assert exp(-745.1) == 5e-324
    assert exp(np.inf) == np.inf
    assert exp(709.79) == np.inf
    assert 1.797e308 < exp(709.7827) < np.inf
    assert np.isnan(exp(np.nan))


def test_power_error_grows_only_with_the_exponent():
    generator = np.random.default_rng(8)
    for x, y in zip(10.0 ** generator.uniform(-6, 6, 800), generator.uniform(-20, 20, 800), strict=True):
        exact = DIGITS.exp(DIGITS.multiply(Decimal(y), DIGITS.ln(Decimal(x))))
        size = 1.0 + abs(y * np.log(x))
        assert abs(float(Decimal(power(x, y)) / exact - 1)) < 1.7e-16 * size


def test_power_of_zero_and_by_zero():
    assert power(0.0, 0.0) == 1.0
    assert power(7.0, 0.0) == 1.0
    assert power(0.0, 2.5) == 0.0
    assert power(0.0, -1.0) == np.inf
    assert power(1.0, 1e9) == 1.0


def test_normal_quantile_agrees_with_another_algorithm():
    """scipy's is Cephes: other polynomials, other pieces."""
    generator = np.random.default_rng(9)
    for u in np.concatenate([generator.uniform(0, 1, 4000), 10.0 ** generator.uniform(-300, -1, 4000)]):
        assert normal_quantile(u) == pytest.approx(special.ndtri(u), rel=2e-15, abs=1e-16)


def test_normal_quantile_is_the_inverse_of_the_distribution():
    for value in (-8.0, -5.5, -3.0, -1.5, -0.3, 0.0, 0.7, 1.96, 4.0):
        assert normal_quantile(special.ndtr(value)) == pytest.approx(value, rel=1e-11, abs=1e-15)


def test_normal_quantile_is_symmetric_to_the_last_bit():
    for numerator in range(1, 512, 7):
        u = numerator / 1024.0
        assert normal_quantile(u) == -normal_quantile(1.0 - u)


@pytest.mark.parametrize("u", [0.075, 0.925, np.exp(-25.0)])
def test_normal_quantile_does_not_jump_where_its_pieces_meet(u):
    lower, upper = normal_quantile(u * (1 - 1e-12)), normal_quantile(u * (1 + 1e-12))
    assert 0.0 < upper - lower < 3e-11


def test_gumbel_quantile_inverts_its_distribution():
    """Gumbel (1935): a share exp(-exp(-x)) of draws lies below x."""
    for u in (1e-300, 1e-9, 0.01, 0.3, 0.5, 0.9, 0.999):
        assert np.exp(-np.exp(-gumbel_quantile(u))) == pytest.approx(u, rel=1e-12)


def test_gumbel_table_holds_the_quantiles_at_the_middles_of_equal_shares():
    table = gumbel_table()
    middles = (np.arange(65_536) + 0.5) / 65_536
    np.testing.assert_allclose(table, -np.log(-np.log(middles)), rtol=0, atol=4e-15)
    assert np.all(np.diff(table) > 0)
    assert table.mean() == pytest.approx(np.euler_gamma, abs=2e-5)
    assert table.var() == pytest.approx(np.pi**2 / 6, rel=2e-3)


def test_gumbel_table_is_made_once_and_cannot_be_changed():
    assert gumbel_table() is gumbel_table()
    with pytest.raises(ValueError, match="read-only"):
        gumbel_table()[0] = 0.0


@pytest.mark.parametrize("name", ["ln", "exp", "normal_quantile", "gumbel_quantile"])
def test_compiled_gives_the_bits_of_plain_python(name):
    compiled = getattr(elementary, name)
    inputs = np.random.default_rng(10).uniform(0, 1, 1500).tolist()
    assert [compiled(x) for x in inputs] == [plain_python(compiled)(x) for x in inputs]
