"""How much it helped that all regimes met the same chance stands in the printed table, in JSON and on the page."""

from __future__ import annotations

from pathlib import Path

import pytest

import sim
from sim.report.comparison_protocol import OneRun
from sim.report.text.variance_reduction import TITLE, variance_reduction

REGIMES = ("--regimes", "traditional,o2o", "-n", "4", "--seed", "3")


def test_the_variance_ratio_is_printed_given_as_json_and_shown_on_the_page(middleman):
    found = sim.compare("village", ["traditional", "o2o"], replications=4, seed=3)
    ratio = found.variance_ratios["o2o"]["welfare"]
    printed = middleman("compare", "village", *REGIMES, "--full", "--report", "page.html")
    page = Path("page.html").read_text(encoding="utf-8")
    grid, _ = variance_reduction(found)
    (row,) = [row for row in grid.rows if row[0] == "welfare"]
    assert float(row[1].replace(" ", "")) == pytest.approx(ratio, rel=0.05)
    for text in (printed.out, page):
        assert TITLE in text
        after = text[text.index(TITLE) :]
        assert row[1] in after[after.index("welfare") :][:120]
    told = middleman("compare", "village", *REGIMES, "--json").content
    assert told["variance_ratios"]["o2o"] == dict(found.variance_ratios["o2o"])


def test_where_nothing_is_compared_there_is_no_such_table(middleman):
    assert variance_reduction(OneRun("o2o", {"welfare": 1.0})) is None
    assert TITLE not in middleman("compare", "village", "--full", "-n", "1", "--regimes", "traditional,o2o").out
