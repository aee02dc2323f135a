"""Questions to a store, in SQL."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sim.experiments.sweep_results import Sweep
from sim.scenario import Problem, ScenarioError

if TYPE_CHECKING:
    import pandas as pd


def runs_of(sweep: Sweep) -> pd.DataFrame:
    """Return one row per finished run of a sweep: point, its values, regime, seed, and every figure."""
    import pandas as pd

    rows: list[dict[str, Any]] = []
    for number, point in enumerate(sweep.points):
        if not sweep.is_sound(number):
            continue
        for regime, flats in sweep.figures(number).items():
            for seed, flat in zip(sweep.seeds_at(number), flats, strict=True):
                if flat is not None:
                    rows.append({"point": number, **point, "regime": regime, "seed": seed, **flat})
    return pd.DataFrame(rows)


def query_runs(sweep: Sweep, query: str) -> pd.DataFrame:
    """Answer an SQL query on the table ``runs``; see ``runs_of``. Names with dots stand in double quotes.

    Raises ScenarioError when DuckDB is not installed, or does not understand the query.
    """
    try:
        import duckdb
    except ImportError:
        raise ScenarioError([Problem("", "--sql", "", "it needs DuckDB", "install middleman[sql]")]) from None
    runs = runs_of(sweep)
    if runs.empty:
        said = "the store has no finished run of this sweep by this version of the program"
        raise ScenarioError(
            [Problem("", "--sql", query[:60], said, "go on with it: middleman sweep --resume --store ...")]
        )
    known = 'the table is called runs; names with dots stand in double quotes: "delivery_days.p50"'
    with duckdb.connect(config={"enable_external_access": "false"}) as database:
        database.register("runs", runs)
        try:
            answer = database.execute(query)
            if answer is not None:  # as it is where there is no statement in it
                return answer.df()
            said = "there is no question in it"
        except duckdb.Error as error:
            said = re.sub(r"\s+", " ", str(error))
            raise ScenarioError([Problem("", "--sql", query[:60], said, known)]) from None
    raise ScenarioError([Problem("", "--sql", query[:60], said, known)])
