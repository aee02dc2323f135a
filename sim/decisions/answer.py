"""A decision as an answer: for the terminal, as JSON, and as an Excel file that opens on a summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.common.number_format import NO_VALUE, number_of
from sim.decisions.decision import Decision, ProfitInterval, RouteResult
from sim.decisions.rivals import IN_WORDS
from sim.decisions.routes import STAY
from sim.decisions.words import all_sentences, between, decision_headline, weekly_amount
from sim.report.experiment_report import ExperimentReport
from sim.report.text.grid import Grid

if TYPE_CHECKING:
    import pandas as pd


def decision_report(decision: Decision) -> ExperimentReport:
    """Return the answer in the form that the terminal, JSON and spreadsheets take."""
    said = all_sentences(decision)
    return ExperimentReport(
        decision.scenario,
        decision_headline(decision),
        decision_reading(decision),
        [("", routes_grid(decision))],
        said,
        {**decision.to_dict(), "headline": decision_headline(decision), "sentences": said},
        lambda: frames_of(decision),
    )


def decision_reading(decision: Decision) -> str:
    """Return what the numbers are."""
    currency = decision.scenario.money.currency
    sets = (
        f"over {number_of(decision.members, 'set')} of parameters that fit about as well; intervals hold chance of a "
        "quarter and not knowing"
        if decision.members > 1
        else "at the scenario's own parameters"
    )
    return (
        f"{decision.firm}: profit in {currency} a week, after fixed costs, {sets}. Rivals {IN_WORDS[decision.rivals]}."
    )


def routes_grid(decision: Decision) -> Grid:
    """Return the table of all routes."""
    other = next((how for how in decision.results[0].profit if how != "hold"), None)
    answer = "hold" if decision.rivals != "hold" else other
    shown = {"hold": "rivals\nhold", "match": "rivals\nmatch", "best_response": "rivals\nanswer", None: "rivals"}
    headings = ["", "profit", "gain", "95 %", shown[answer], "best in\n100", "shops"]
    grid = Grid(headings)
    shares = decision.best_shares()
    for each in decision.results:
        stays = each.key == STAY
        gain = decision.gain(each)
        certain = decision.members < 2 or bool(decision.refused)
        grid.add(
            each.route.title,
            weekly_amount(float(each.profit["hold" if stays else decision.rivals].mean())),
            NO_VALUE if stays else weekly_amount(gain.mean, plus=True),
            NO_VALUE if stays or certain else between(gain),
            NO_VALUE if stays or answer is None else weekly_amount(decision.gain(each, answer).mean, plus=True),
            NO_VALUE if certain else f"{100 * shares[each.key]:.0f}",
            NO_VALUE if stays else weekly_amount(decision.conflict(each).mean, plus=True),
        )
    return grid


def frames_of(decision: Decision) -> dict[str, pd.DataFrame]:
    """Return the tables of an Excel file: the summary first, raw rows behind."""
    import pandas as pd

    return {
        "summary": _summary(decision),
        "routes": _routes(decision),
        "prices": _prices(decision),
        "break-evens": pd.DataFrame([_row(vars(each)) for each in decision.break_evens]),
        "unknowns": pd.DataFrame([vars(each) for each in decision.unknowns]),
        "simulated": pd.DataFrame([vars(each) for each in decision.confirmed]),
        "members": _members(decision),
    }


def _row(given: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in given.items() if key != "ends"}


def _summary(decision: Decision) -> pd.DataFrame:
    import pandas as pd

    from sim.common.provenance import versions

    rows = [("recommendation", decision_headline(decision)), ("how to read", decision_reading(decision))]
    rows += [("", each) for each in all_sentences(decision)]
    rows += [("scenario", decision.scenario.name), ("seed", str(decision.seed))]
    rows += [(f"version of {name}", version) for name, version in versions().items()]
    return pd.DataFrame(rows, columns=["", "what was found"])


def _routes(decision: Decision) -> pd.DataFrame:
    import pandas as pd

    shares = decision.best_shares()
    return pd.DataFrame([row for each in decision.results for row in _route_rows(decision, each, shares[each.key])])


def _route_rows(decision: Decision, result: RouteResult, share: float) -> list[dict[str, object]]:
    """Return a row for each way in which rivals answer."""
    rows = []
    for how in result.profit:
        profit, gain, shops = (
            ProfitInterval.of(result.profit[how]),
            decision.gain(result, how),
            decision.conflict(result),
        )
        rows.append(
            {
                "route": result.key,
                "rivals": how,
                "profit": profit.mean,
                "profit_low": profit.low,
                "profit_high": profit.high,
                "gain": gain.mean,
                "gain_low": gain.low,
                "gain_high": gain.high,
                "best_share": share,
                "units": float(result.units.mean()),
                "shops_gain": shops.mean,
            }
        )
    return rows


def _prices(decision: Decision) -> pd.DataFrame:
    import pandas as pd

    rows = [
        {"route": each.key, "product": name, "price": asked, "price_in_shops": each.shelf_price[name]}
        for each in decision.results
        for name, asked in each.price.items()
    ]
    return pd.DataFrame(rows, columns=["route", "product", "price", "price_in_shops"])


def _members(decision: Decision) -> pd.DataFrame:
    """Return the raw rows: what every route earns for every member, chance apart."""
    import pandas as pd

    columns = {
        f"{each.key}, rivals {how}": values for each in decision.results for how, values in each.expected.items()
    }
    return pd.DataFrame({"member": np.arange(decision.members), **columns})
