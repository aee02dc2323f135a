"""In a notebook a result shows a headline, a small table and a bar, whatever its size; all of it can be pickled."""

from __future__ import annotations

import pickle
from functools import cache
from typing import Any

import pytest

import middleman
import sim
from sim.common.nearest import ByName, nearest_names
from sim.scenario import load_scenario

MOST_CHARACTERS = 12_000
QUICK: dict[str, Any] = {"replications": 1, "days": 6, "workers": 1}
RENT = "retailers.rent=0..3"


@cache
def comparison() -> Any:
    return sim.compare("village", replications=2)


@cache
def results() -> dict[str, Any]:
    """Return one of each kind of result."""
    village = load_scenario("village")
    market = sim.Market("village", "o2o", seed=1)
    market.step()
    rent = sim.parse_factor(RENT, village)
    return {
        "Comparison": comparison(),
        "Outcome": sim.run("village", regime="o2o", seed=1),
        "Market": market,
        "Scenario": village,
        "Sweep": sim.sweep("village", [{"retailers.rent": number / 10} for number in range(12)], **QUICK),
        "Frontier": sim.frontier("village", rent, steps=2, **QUICK),
        "Worth": sim.worth("village", services=("stock",), **QUICK),
        "Optimum": sim.optimise("village", [rent], "supplier_profit", "traditional", **QUICK),
        "Audit": sim.audit("village", days=6, replications=2, workers=1),
        "CaseResult": sim.case("parable", replications=1, workers=1),
    }


KINDS = (
    *("Comparison", "Outcome", "Market", "Scenario", "Sweep"),
    *("Frontier", "Worth", "Optimum", "Audit", "CaseResult"),
)


@pytest.mark.parametrize("kind", KINDS)
def test_a_result_is_short_as_text_and_small_as_a_page(kind: str) -> None:
    result = results()[kind]
    assert type(result).__name__ == kind
    text, page = repr(result), result._repr_html_()
    assert text.startswith(f"<{kind}")
    assert "\n" not in text
    assert len(text) < 200
    assert "<table>" in page
    assert len(page) < MOST_CHARACTERS
    assert "<script" not in page
    assert "http" not in page


@pytest.mark.parametrize("kind", KINDS)
def test_every_public_object_can_be_pickled(kind: str) -> None:
    result = results()[kind]
    copy = pickle.loads(pickle.dumps(result))
    assert repr(copy) == repr(result)
    if hasattr(result, "to_dict"):
        assert copy.to_dict() == result.to_dict()


def test_a_pickled_market_goes_on_as_the_original_does() -> None:
    market = sim.Market("village", "hybrid", seed=3)
    for _ in range(5):
        market.step()
    copy = pickle.loads(pickle.dumps(market))
    assert (copy.day, copy.running) == (5, True)
    assert copy.agents.get("name") == market.agents.get("name")
    alone, other = market.run(), copy.run()
    assert other.figures == alone.figures
    assert other.ledger.equals(alone.ledger)
    assert not pickle.loads(pickle.dumps(market)).running


def test_a_comparison_shows_its_sentences_table_and_bars() -> None:
    page = comparison()._repr_html_()
    for said in ("village: 3 customers, 1 town, 12 days, 2 paired runs", "Of 100 that customers pay", "store chain"):
        assert said in page.replace("&nbsp;", " ")
    widths = [float(part.split("%")[0]) for part in page.split("width: ")[1:] if "%" in part[:8]]
    assert sum(widths) == pytest.approx(100 * len(comparison().regimes), abs=0.2)


def test_names_of_a_scenario_are_no_markup() -> None:
    bold = load_scenario("village", {"title": "<b>bold</b> & more", "question": "<i>why?"})
    page = bold._repr_html_()
    assert "<b>bold" not in page
    assert "<i>why" not in page
    assert "&lt;b&gt;bold" in page


def test_the_wide_table_holds_means_and_a_difference_its_interval() -> None:
    found = comparison()
    wide = found.table()
    assert list(wide.index) == list(found.regimes)
    assert wide.loc["o2o", "consumer_price"] == found.figures["o2o"]["consumer_price"].mean
    assert list(found.table(["welfare"]).columns) == ["welfare"]
    change = found.difference("consumer_price")
    assert list(change.index) == list(found.regimes[1:])
    one = found.differences["direct"]["consumer_price"]
    assert change.loc["direct", ["mean", "low", "high", "n"]].tolist() == [one.mean, one.low, one.high, one.n]
    assert bool(change.loc["direct", "clear"]) is (one.high < 0 or one.low > 0)


@pytest.mark.parametrize(
    "asked",
    [
        lambda: results()["Outcome"].figures["price"],
        lambda: comparison().figures["direct"]["price"],
        lambda: comparison().table(["price"]),
        lambda: comparison().difference("price"),
    ],
)
def test_an_unknown_figure_is_an_error_with_the_nearest_names(asked: Any) -> None:
    with pytest.raises(KeyError, match="did you mean full_price, consumer_price or supplier_price"):
        asked()


def test_nearest_names() -> None:
    assert nearest_names("welfar", ["welfare", "price"]) == ["welfare"]
    assert nearest_names("qqq", ["welfare", "price"]) == []
    table = ByName({"price": 1})
    assert table["price"] == table.get("price") == 1
    assert table.get("cost") is None
    with pytest.raises(KeyError, match="list"):
        table["zzz"]


def test_middleman_is_another_name_of_the_same_things() -> None:
    assert dir(middleman) == sorted(sim.__all__)
    assert all(getattr(middleman, name) is getattr(sim, name) for name in sim.__all__ if name != "__version__")
    assert middleman.__version__ == sim.__version__
    with pytest.raises(AttributeError, match="'middleman' has no attribute 'simulate'"):
        _ = middleman.simulate
