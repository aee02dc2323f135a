"""The purchase that is told first: the first of all, or from a day on one whose goods had a way behind them."""

from __future__ import annotations

import numpy as np

import sim
from sim.report.text.two_worlds import worlds_side_by_side
from sim.results.figures.origins import steps_before
from sim.results.figures.route import HOME, routes_of
from sim.results.figures.story import first_purchase, trace_need


def test_a_purchase_told_from_a_day_on_has_a_way_to_follow():
    changes = {"geography.customers": 400, "geography.town_count": 2, "time.days": 60, "time.warm_up": 20}
    outcome = sim.run("classroom_set_margins", regime="traditional", seed=1, overrides=changes)
    needs = outcome.columns["needs"]
    bought = np.flatnonzero(needs["product"] >= 0)
    assert first_purchase(outcome) == bought[0]
    need = first_purchase(outcome, 20)
    assert needs["day"][need] >= 20
    product, place, day = (int(needs[name][need]) for name in ("product", "place", "day"))
    assert any(step.kind == "dispatch" for step in steps_before(outcome, product, place, day))
    assert not needs["returned"][need]
    assert first_purchase(outcome, 10_000) == bought[0]

    story = trace_need(outcome, need)
    [route], towns = routes_of(outcome.manifest.scenario, 1, [story])
    assert route.stops[-1].name == HOME
    assert (route.stops[-1].east, route.stops[-1].north) == route.home == story.customer.home
    days = [stop.day for stop in route.stops]
    assert days == sorted(days)
    assert list(dict.fromkeys(stop.name for stop in route.stops[:-1])) == list(story.way)
    assert len(towns) == 2


def test_a_purchase_that_was_sent_back_is_told_as_such_and_only_where_none_was_kept():
    changes = {"geography.customers": 400, "geography.town_count": 2, "time.days": 60, "time.warm_up": 20}
    outcome = sim.run("classroom_set_margins", regime="traditional", seed=1, overrides=changes)
    kept = first_purchase(outcome, 20)
    needs = outcome.columns["needs"]
    needs["returned"][kept] = True
    assert first_purchase(outcome, 20) > kept
    needs["returned"][:] = True
    assert first_purchase(outcome, 20) <= kept
    bought = worlds_side_by_side({"store chain": trace_need(outcome, kept)})["bought"]["store chain"]
    assert bought.endswith(", and sent back")
