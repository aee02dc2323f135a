"""What charts ask of a run beyond its figures: how needs ended before an empty shelf, and prices over time."""

from __future__ import annotations

import pytest

import sim
from sim.results.figures.endings import ENDINGS, empty_share, endings
from sim.results.figures.paths import price_paths


@pytest.mark.parametrize("regime", ["traditional", "o2o", "hybrid"])
def test_endings_agree_with_the_figures_of_availability(regime):
    outcome = sim.run("empty_shelf", regime=regime, seed=1, overrides={"time.days": 60, "time.warm_up": 20})
    found, share = endings(outcome), empty_share(outcome)
    assert list(found) == list(ENDINGS)
    assert sum(part or 0.0 for part in found.values()) == pytest.approx(1.0)
    needs = outcome.needs
    first, end = outcome.manifest.window
    inside = needs[(needs["day"] >= first) & (needs["day"] < end)]
    met, chose = inside["first_empty"].sum(), inside["first_choice"].notna().sum()
    assert share == pytest.approx(met / chose)
    assert found["lost"] == pytest.approx(outcome.figures["lost_sales"] * len(inside) / met)
    same = inside[inside["first_empty"] & (inside["result"] == "bought")]
    same = same[same["product"].astype(str) == same["first_choice"].astype(str)]
    recovered = sum(found[name] or 0.0 for name in ("elsewhere", "delivered", "ordered_there"))
    recovered += ((same["attempt"] > 0).sum()) / met
    assert recovered == pytest.approx(outcome.figures["recovered_sales"])


def test_where_no_shelf_is_empty_there_are_no_endings():
    outcome = sim.run("parable", regime="traditional", seed=1)
    assert set(endings(outcome).values()) == {None}
    assert empty_share(outcome) == 0.0


def test_prices_of_the_chain_of_three_do_not_move():
    paths = price_paths(sim.run("parable", regime="traditional", seed=1))
    assert paths.groupby("payee", sort=False)["price"].unique().map(list).to_dict() == {
        "suppliers": [5000.0],
        "intermediary": [10000.0],
        "retailers": [20000.0],
    }
    direct = price_paths(sim.run("parable", regime="direct", seed=1))
    assert set(zip(direct["payee"], direct["price"], strict=True)) == {("suppliers", 8000.0)}


def test_prices_of_the_village_are_means_over_a_period():
    outcome = sim.run("village", regime="traditional", seed=0)
    paths = price_paths(outcome, days=12)
    own = paths[paths["payee"] == "retailers"]
    bought = outcome.needs[outcome.needs["seller"].notna()]
    assert own["day"].tolist() == [0]
    assert own["price"].tolist() == [pytest.approx(bought["price"].mean())]
    assert paths[paths["payee"] == "wholesaler"]["price"].tolist() == [6.0]
