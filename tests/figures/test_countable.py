"""Sums of cents beyond 64 bits are an error, not another number."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import sim
from sim.engine.ledger import BooksError
from sim.results.figures import all_figures
from sim.results.figures.arithmetic import MOST_SUM, countable, totals


def test_sums_are_exact_up_to_the_most_and_an_error_beyond():
    half = MOST_SUM // 2
    assert totals(np.zeros(2, dtype=np.int64), np.array([half, half - 1]), 1)[0] == MOST_SUM - 1
    countable(np.array([half, 0, 0, 0, 0, 0, -half]))  # many rows, few of them large
    for amounts in ([half] * 3, [-half] * 3, [half, -half, half]):
        with pytest.raises(BooksError, match="more than can be added up; lower prices"):
            countable(np.array(amounts))
        with pytest.raises(BooksError):
            totals(np.zeros(3, dtype=np.int64), np.array(amounts), 1)


@pytest.mark.parametrize(("table", "column"), [("ledger", "cents"), ("stock", "value_out"), ("stock", "units")])
def test_a_run_whose_money_goes_round_too_often_has_no_figures(table, column):
    """No account ever held so much, and yet all that was paid would have wrapped round to a negative number."""
    outcome = sim.run("village", "traditional")
    columns = {name: dict(each) for name, each in outcome.columns.items()}
    columns[table][column] = np.full_like(columns[table][column], MOST_SUM // 4)
    with pytest.raises(BooksError, match="can be added up"):
        all_figures(replace(outcome, columns=columns))
