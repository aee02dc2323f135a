"""What a market keeps of its days for Mesa's own tools, such as ``mesa.batch_run``."""

from __future__ import annotations

import mesa
import numpy as np

from sim.engine.state import State


def collected(state: State) -> mesa.DataCollector:
    """Return a data collector as if it had been asked at the end of every day so far.

    Its variables: ``day`` (days lived), ``seed`` (which gives the same run again), ``needs`` so far, ``adopters`` (who
    have bought online), and ``..._profit`` since the opening by kind of firm, in units of currency. All of it
    is in the records anyway, so that a market that is not observed spends no time on it.
    """
    days = np.arange(state.day)
    seeds = np.full(state.day, state.seed)
    columns = {
        "day": days + 1,
        "seed": seeds,
        "needs": np.array(state.records.needs, dtype=np.int64),
        "adopters": np.array(state.records.adopters, dtype=np.int64),
    }
    cash, book = np.array(state.records.balances), np.array(state.records.book_values)
    profit = (cash[1:] + book[1:] - state.opening_book_value) / 100.0  # whole cents
    for kind in dict.fromkeys(firm.kind for firm in state.firms):
        accounts = [firm.account for firm in state.firms if firm.kind == kind]
        columns[f"{kind}_profit"] = profit[:, accounts].sum(axis=1)
    collector = mesa.DataCollector(model_reporters={name: name for name in columns})
    collector.model_vars = {name: values.tolist() for name, values in columns.items()}
    collector._collection_steps = columns["day"].tolist()  # batch_run of Mesa 3.5 asks on which days it was asked
    return collector
