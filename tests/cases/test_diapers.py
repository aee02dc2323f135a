"""The regression on what a run exports, by somebody who has nothing but the files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sim import run
from sim.cases.diapers import BOTH, by_town_and_taste, isolation, log_regression
from sim.cases.poisson_regression import poisson_regression
from sim.cli import main

SMALL = {"geography.customers": 3000, "geography.town_count": 6, "time.days": 60}


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small run, saved and exported as CSV by the command line."""
    folder = tmp_path_factory.mktemp("exported")
    settings = [f"--set={path}={value}" for path, value in SMALL.items()]
    assert main(["run", "diapers", "--regime", BOTH, "--out", str(folder / "saved"), *settings]) == 0
    assert main(["export", str(folder / "saved"), str(folder / "csv")]) == 0
    return folder / "csv"


def test_the_regression_on_the_exported_files_is_that_of_the_case(exported: Path) -> None:
    needs, tastes, towns = (pd.read_csv(exported / f"{name}.csv") for name in ("needs", "tastes", "towns"))
    counted = needs[(needs["day"] >= 20) & (needs["day"] < 50)]  # after warm_up, before cool_down
    online = counted[(counted["result"] == "bought") & (counted["channel"] == "parcel")]
    sold = online.groupby(["town", "taste"]).size().rename("sold").reset_index()
    rows = tastes[tastes["people"] > 0].merge(towns[["town", "customers"]], on="town")
    rows = rows.merge(sold, how="left", left_on=["town", "style"], right_on=["town", "taste"]).fillna({"sold": 0})
    columns = np.column_stack([np.ones(len(rows)), np.log(rows["people"]), 1 - rows["people"] / rows["customers"]])
    from_files = poisson_regression(rows["sold"].to_numpy(dtype=float), columns)

    outcome = run("diapers", BOTH, overrides=SMALL)
    from_case = log_regression(*by_town_and_taste(outcome))
    assert from_files.coefficients == pytest.approx(from_case.coefficients, rel=1e-6)
    assert from_files.errors == pytest.approx(from_case.errors, rel=1e-6)


def test_isolation_sells_online_in_a_small_country_as_well() -> None:
    found = isolation({BOTH: run("diapers", BOTH, overrides=SMALL)})
    assert found["factor"] is not None
    assert found["factor"] > 1.0
    assert found["low"] is not None
    assert found["high"] is not None
    assert 0.0 < found["low"] < found["high"] < 1.0
