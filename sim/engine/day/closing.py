"""Night: what falls due is paid, and the books are closed."""

from __future__ import annotations

from sim.engine.accounting import pay_what_is_due
from sim.engine.capacity import release
from sim.engine.entry_exit.profit_windows import read_journals
from sim.engine.figure_sums import FigureSums
from sim.engine.state import State
from sim.kernels.daily_statistics import add_flows


def books_are_closed(state: State) -> None:
    """Pay what falls due, check the books to the cent and the goods to the unit, and write the day down."""
    book_value = pay_what_is_due(state)
    state.ledger.verify(state.day)
    state.stock.verify(state.day)
    if state.records.counts_today(state.day):
        state.call(add_flows, state.flows, state.records.stock_statistics)
    for flow in state.flows:
        flow[:] = 0
    needs = int(state.visits.used[0])
    state.records.record_day(state.ledger.books.balances, book_value, state.population, needs)
    if state.figure_sums is not None:
        forget_records(state, state.figure_sums)
    release(state)


def forget_records(state: State, sums: FigureSums) -> None:
    """Add the day to the sums that figures are made of, and let its records go."""
    if state.entry.acts:
        read_journals(state)
    written = state.ledger.books, state.stock.goods
    sums.add_day(state.call, state.day, state.lives(), state.population, written)
    state.ledger.forget()
    state.stock.forget()
    state.entry.windows.ledger_rows = state.entry.windows.stock_rows = 0
