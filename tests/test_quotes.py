"""Quotes see what makers owe: with less capacity than needs, promised waits grow with the queue and are kept."""

from __future__ import annotations

import numpy as np
import pytest

from sim.engine.codes import BOUGHT, WAITING
from sim.market import Market
from sim.scenario import load_scenario


def crowded(**changes: object) -> Market:
    """Return a market of 100 needs a day for one maker, all by parcel, who can make 80 and has little in stock."""
    market = {
        "time": {"days": 60, "warm_up": 0, "cool_down": 0},
        "geography": {"towns": [{"name": "Brook", "customers": 100, "shape": "point"}]},
        "styles": {"count": 1},
        "customers": {"need_rate": 1.0, "worth": {"distribution": "constant", "mean": 100.0}, "waiting_cost": 0.0},
        "products": {"items": [{"name": "apple", "style": 0, "unit_cost": 1.0}]},
        "suppliers": {
            "count": 1,
            "location": "centre",
            "lead_time": 2,
            "capacity": 80,
            "direct_pricing": {"rule": "fixed", "price": 6.0},
            "replenishment": {"rule": "base_stock", "level": 200},
        },
        "delivery": {"parcel": {"handling_days": 0.0}},
    }
    return Market(load_scenario(market, changes), "direct", 0)


def test_waits_are_quoted_as_they_come_out():
    needs = crowded().run().columns["needs"]
    came = needs["result"] == BOUGHT
    late = needs["days"][came] - needs["quoted_days"][came]
    assert needs["days"][came].max() > 8.0  # the queue grows by 20 units a day
    assert np.abs(late).max() <= 1.0
    assert np.corrcoef(needs["day"][came], needs["quoted_days"][came])[0, 1] > 0.95


def test_customers_who_mind_waiting_keep_the_queue_short():
    """At 10.00 a day nobody waits longer than 9.4 days for what is worth 94.00: the queue comes to rest there."""
    needs = crowded(**{"customers.waiting_cost": 10.0}).run().columns["needs"]
    came = needs["result"] == BOUGHT
    assert needs["days"][came].max() <= 10.4
    assert ((needs["result"] != BOUGHT) & (needs["result"] != WAITING)).sum() > 100


def test_without_a_limit_an_empty_depot_quotes_the_lead_time_or_what_is_under_way():
    market = crowded(**{"suppliers.capacity": 100_000, "suppliers.replenishment.level": 150})
    needs = market.run().columns["needs"]
    assert set(np.unique(needs["quoted_days"][needs["result"] == BOUGHT])) <= {0.0, 1.0, 2.0}


def test_waits_cut_off_by_the_end_are_censored_and_not_counted_as_bought_nothing():
    figures = crowded().run().figures
    assert figures["waits_censored"] > 0.1
    assert figures["no_purchase_share"] == 0.0
    parts = figures["no_purchase_share_by_reason"]
    assert "waiting" not in parts
    assert sum(parts.values()) == pytest.approx(figures["no_purchase_share"])


def test_without_a_limit_an_empty_depot_quotes_its_lead_time():
    """What is ordered tonight is there a lead time later, however much of it is wanted."""
    from sim.kernels.offers import wait_for_goods
    from sim.market import Market

    market = Market("village", "direct", 0)
    goods = market.stock.goods
    goods.units[:] = 0
    goods.due[:] = 0
    market.state.last_mile.owed[:] = 5
    maker = int(market.world.catalogue.supplier[0])
    assert np.isinf(market.state.last_mile.capacity[maker])
    assert wait_for_goods(market.state.last_mile, goods, maker, 0, 0.0) == market.parameters.suppliers.lead_time
