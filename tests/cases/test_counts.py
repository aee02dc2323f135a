"""The regression of counts, against a closed form, against its own score, and on what cannot be fitted."""

from __future__ import annotations

import numpy as np
import pytest

from sim.cases.poisson_regression import poisson_regression


def test_two_groups_give_the_logs_of_their_means() -> None:
    counts = np.array([1.0, 2.0, 3.0, 6.0, 8.0, 10.0])
    group = np.array([0.0, 0.0, 0.0, 1.0, 1.0, 1.0])
    found = poisson_regression(counts, np.column_stack([np.ones(6), group]))
    assert found.coefficients == pytest.approx([np.log(2.0), np.log(8.0 / 2.0)], abs=1e-9)
    # robust errors of a mean's log: the spread of the group over its sum
    assert found.errors[0] == pytest.approx(np.sqrt(2.0) / 6.0, abs=1e-9)


def test_coefficients_put_in_come_out() -> None:
    draw = np.random.default_rng(3)
    x = draw.normal(size=(20_000, 2))
    columns = np.column_stack([np.ones(len(x)), x])
    truth = np.array([0.5, 0.3, -0.7])
    found = poisson_regression(draw.poisson(np.exp(columns @ truth)).astype(float), columns)
    assert np.abs((found.coefficients - truth) / found.errors).max() < 3.5


def test_a_column_that_tells_all_zeros_from_the_rest_is_an_error() -> None:
    counts = np.array([0.0, 0.0, 3.0, 5.0])
    with pytest.raises(ValueError, match="no maximum"):
        poisson_regression(counts, np.column_stack([np.ones(4), [1.0, 1.0, 0.0, 0.0]]))


def test_too_few_rows_are_an_error() -> None:
    with pytest.raises(ValueError, match="too few"):
        poisson_regression(np.ones(2), np.ones((2, 2)))
