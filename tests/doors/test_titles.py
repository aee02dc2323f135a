"""People read titles of channels, never keys: no sentence, table, chart or page of a comparison prints a key."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

import sim
from sim.common.regime_wording import at_start, in_sentence, under
from sim.experiments.jobs import Look
from sim.report import charts
from sim.report.html.comparison import ComparisonReport, comparison_page
from sim.report.text import price_waterfall, tables
from sim.report.text.headlines import headline
from sim.report.text.multiple_comparisons import several_differences
from sim.report.text.reading import how_to_read
from sim.report.text.sentences import comparison_sentences
from sim.report.text.settling import prices_not_found
from sim.report.text.variance_reduction import variance_reduction
from sim.report.titles import titled
from sim.runs.replication import FailedReplication
from sim.scenario import Scenario, load_scenario
from sim.scenario.pricing_conduct import pricing_lines
from sim.scenario.regimes import PLANNER, SHIPPED

KEYS = (*SHIPPED, PLANNER)
OWN = {"regimes": {"shops_only": {"shelves": "own", "own_channels": ["store"]}}}
BARE = re.compile(r"\b(traditional|o2o|hybrid|shops_only|under (direct|mixed|planner)\b|planner(?!\)))")
"""Keys of regimes; ``direct`` is the title of one, so that only its place gives it away."""


@cache
def market() -> Scenario:
    return load_scenario("village", OWN)


@cache
def compared() -> sim.Comparison:
    return sim.compare(market(), [*KEYS, "shops_only"], replications=2)


def written(chart: charts.Chart) -> Iterator[str]:
    """All texts of a chart: its finding, its alternative, and every string in the figure."""
    yield from (chart.finding, chart.alternative)
    yield from strings(chart.figure.to_dict())


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from strings(each)


def sentences_and_tables() -> Iterator[str]:
    named, tiers = titled(compared(), market()), [tier.name for tier in market().tiers]
    yield from comparison_sentences(named, "EUR")
    yield from (headline(named, "EUR"), several_differences(named, tiers), how_to_read(named))
    yield from pricing_lines(market(), compared().regimes)
    yield prices_not_found(dict.fromkeys(named.regimes, 0.5))
    for table in tables.comparison_tables(tiers):
        yield from tables.grid_of(table, named, "EUR").lines(120)
    found = variance_reduction(named)
    assert found is not None
    yield from (*found[0].lines(120), found[1])
    yield from price_waterfall.waterfall_grid(named).lines(200)
    yield from (*price_waterfall.letter_bars(named, 100), *price_waterfall.beyond(named))


def charts_of_it() -> Iterator[charts.Chart]:
    named, tiers = titled(compared(), market()), [tier.name for tier in market().tiers]
    yield charts.where_your_100_go(named, "EUR")
    yield charts.ladder(named, tiers, "EUR")
    yield charts.margin_chart(named, tiers)
    yield charts.in_your_hands(named)
    yield charts.rare_tastes(named)
    for other in named.regimes[1:]:
        yield charts.who_gains(named, other, "EUR")
    yield charts.along([(1.0, named), (2.0, named)], charts.Named("Travel cost"), "welfare", charts.Named("Welfare"))


def test_no_sentence_and_no_table_prints_a_key():
    said = list(sentences_and_tables())
    assert len(said) > 100
    assert not [line for line in said if BARE.search(line)]


def test_no_chart_prints_a_key():
    said = [text for chart in charts_of_it() for text in written(chart)]
    assert not [text for text in said if BARE.search(text)]


def test_a_page_prints_keys_only_where_they_are_typed():
    one = {name: {"consumer_price": 1.0} for name in compared().regimes}
    look = Look({}, {}, {name: {"lost": 0.5, "elsewhere": 0.5} for name in one}, dict.fromkeys(one, 0.5), {})
    page = comparison_page(ComparisonReport(market(), compared(), look, 0, ["compare", "village"]))
    readable = re.sub(r"<(script|pre|style).*?</\1>", "", page, flags=re.DOTALL)
    assert "store chain" in readable
    assert not [found.group() for found in BARE.finditer(re.sub("<[^>]*>", "", readable))]
    assert "&#39;traditional&#39;" in page, "the lines of Python take keys"


@pytest.mark.parametrize("columns", [80, 120])
def test_the_command_line_prints_titles_in_reports_and_keys_in_json(middleman, columns):
    asked = ("compare", "village", "--regimes", ",".join(KEYS), "--replications", "2")
    for answer in (middleman(*asked, columns=columns), middleman(*asked, "--full", columns=columns)):
        said = [line for line in answer.out.splitlines() if "middleman " not in line]
        assert not [line for line in said if BARE.search(line)]
    assert list(json.loads(middleman(*asked, "--json").out)["regimes"]) == list(KEYS)


def test_a_comparison_itself_keeps_its_keys():
    before = compared().to_dict()
    named = titled(compared(), market())
    assert named.regimes == ("store chain", "direct", "O2O", "mixed", "benchmark (planner)", "shops only")
    assert named.figures["O2O"] is compared().figures["o2o"]
    assert compared().to_dict() == before
    assert compared().regimes == (*KEYS, "shops_only")


def test_what_has_no_regimes_stays_as_it_is():
    failed = FailedReplication(3, "", "out of memory")
    assert titled(FailedReplication(3, "o2o", "out of memory"), market()).regime == "O2O"
    assert titled(failed, market()).seed == 3


def test_titles_stand_in_sentences_as_people_say_them():
    titles = [market().regime_title(name) for name in (*KEYS, "shops_only")]
    assert [in_sentence(title) for title in titles] == [
        "the store chain", "direct selling", "O2O", "mixed selling", "the benchmark (planner)", "shops only",
    ]  # fmt: skip
    assert [under(title) for title in titles] == [
        "in the store chain", "with direct selling", "with O2O", "with mixed selling", "in the benchmark (planner)",
        "with shops only",
    ]  # fmt: skip
    assert at_start(under(titles[0])) == "In the store chain"
