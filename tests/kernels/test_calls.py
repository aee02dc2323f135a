"""Calls: what is handed to a kernel is looked at when it is new, and never taken for something it is not."""

from __future__ import annotations

import weakref
from typing import NamedTuple

import numba
import numpy as np
import pytest

from sim.kernels.numerics.dispatch_cache import Calls, code_for


class Table(NamedTuple):
    amounts: np.ndarray
    factor: float


@pytest.fixture
def weighed():
    @numba.njit
    def weighed(table, extra):
        total = 0.0
        for row in range(len(table.amounts)):
            total += table.amounts[row] * table.factor
        return total + extra

    return weighed


def times_asked(kernel):
    """Count how often a kernel is called in the ordinary way."""
    asked = []

    class Asked:
        overloads = kernel.overloads

        def __call__(self, *arguments):
            asked.append(arguments)
            return kernel(*arguments)

    return Asked(), asked


def test_the_same_tables_are_looked_at_once_and_their_contents_are_read_each_time(weighed):
    kernel, asked = times_asked(weighed)
    call, table = Calls(), Table(np.arange(4.0), 2.0)
    assert [call(kernel, table, day) for day in (1, 2, 3)] == [13.0, 14.0, 15.0]
    table.amounts[0] = 10.0
    assert call(kernel, table, 3) == 35.0
    assert len(asked) == 1


@pytest.mark.parametrize(
    "other",
    [
        Table(np.arange(4), 2.0),  # whole numbers: their bits are no fractions
        Table(np.arange(4, dtype=np.float32), 2.0),
        Table(np.arange(8.0)[::2], 1.0),  # every second place in memory
        Table(np.arange(4.0), 2),
    ],
)
def test_a_table_of_another_kind_is_looked_at(weighed, other):
    kernel, asked = times_asked(weighed)
    call = Calls()
    call(kernel, Table(np.arange(4.0), 2.0), 1)
    assert call(kernel, other, 1) == 13.0
    assert len(asked) == 2


class Shelf(NamedTuple):
    table: Table
    place: tuple[int, int]


def test_another_table_of_the_same_kind_is_read_and_not_looked_at():
    @numba.njit
    def first(shelf):
        return shelf.table.amounts[0] * shelf.table.factor + shelf.place[0] + shelf.place[1]

    kernel, asked = times_asked(first)
    call = Calls()
    assert call(kernel, Shelf(Table(np.ones(4), 2.0), (0, 5))) == 7.0
    assert call(kernel, Shelf(Table(np.full(9, 3.0), 1.0), (1, 0))) == 4.0
    assert len(asked) == 1
    assert call(kernel, Shelf(Table(np.ones(4, dtype=np.float32), 2.0), (0, 5))) == 7.0
    assert len(asked) == 2


def test_a_table_that_was_replaced_is_let_go_of(weighed):
    call, table = Calls(), Table(np.arange(4.0), 2.0)
    call(weighed, table, 1)
    replaced = weakref.ref(table.amounts)
    del table
    call(weighed, Table(np.arange(8.0), 2.0), 1)
    assert replaced() is None


def test_arrays_handed_over_by_themselves_are_compared_by_kind():
    @numba.njit
    def total(amounts, extra):
        found = 0.0
        for amount in amounts:
            found += amount
        return found + extra

    call = Calls()
    frozen = np.arange(3.0)
    frozen.flags.writeable = False
    for amounts in (np.arange(3.0), np.arange(3.0), np.arange(3), np.arange(6.0)[::2] / 2.0, frozen, np.arange(3.0)):
        for extra in (1, 1.5, True, np.float64(1.5), np.int8(1)):
            assert call(total, amounts, extra) == 3.0 + extra


def test_a_kernel_for_several_kinds_chooses_itself(weighed):
    weighed(Table(np.arange(4.0), 2.0), 1)
    assert code_for(weighed) is not None
    weighed(Table(np.arange(4), 2.0), 1)
    assert code_for(weighed) is None


def test_plain_python_is_called_as_it_is():
    call = Calls()
    assert [call(lambda number: number + 1, number) for number in (1, 2.5)] == [2, 3.5]
