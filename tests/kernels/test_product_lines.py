"""Wholesalers with product lines or retail chains of their own: who buys what from whom, and what contacts cost.

Four goods on a ring of four styles, named after their place: north, east, south, west. Two wholesalers at the well ask
5.00; nobody shops unless said, and shops run short because goods are written off.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.engine.purchasing import supplier_of
from sim.engine.replenishment import keeps_in_stock
from sim.kernels.supply import choose_source
from tests.small_markets import OWN, SMALL, SmallMarket

CHAIN = {**OWN, "chain": True}
NOBODY_SHOPS = {"customers.need_rate": 0.0}
STYLES = {"east": 1, "north": 0, "west": 3, "south": 2}
"""Not in the order of their styles, so that lines must look at styles and not at numbers."""


def market(serves: str, firms: int = 2, chains: int = 2, **changes: Any) -> SmallMarket:
    """Return a market with a tier that serves in this way, and one shop for each of some chains."""
    tier = {
        "name": "wholesaler", "firms": firms, "serves": serves, "location": "centre", "lead_time": 1,
        "pricing": {"rule": "fixed", "price": 5.0}, "replenishment": {"rule": "base_stock", "level": 30},
        **changes.pop("tier", {}),
    }  # fmt: skip
    names = [f"chain {k}" for k in range(chains)]
    stores = [{"name": f"shop {k}", "town": "Brook", "retailer": name, "slots": 4} for k, name in enumerate(names)]
    goods = [{"name": name, "style": style, "supplier": "maker", "unit_cost": 1.0} for name, style in STYLES.items()]
    retailers = {**SMALL["retailers"], "names": names, "stores": stores}
    return SmallMarket(CHAIN, {**NOBODY_SHOPS, **changes}, tiers=[tier], products={"items": goods}, retailers=retailers)


def senders(small: SmallMarket, shop: str) -> dict[str, str]:
    """Let a shop run short of everything, and return the depot that sends each product that evening."""
    day = small.market.day
    for product in STYLES:
        small.empty(shop, product)
    small.live()
    return {move[1]: move[2] for move in small.moves(day, "dispatch") if move[3] == f"to {shop}"}


def test_each_product_comes_from_the_wholesaler_whose_line_it_is():
    lines = {**dict.fromkeys(["north", "south"], "wholesaler 1"), **dict.fromkeys(["east", "west"], "wholesaler 2")}
    depots = {product: f"{name} depot" for product, name in lines.items()}
    small = market("lines")
    assert senders(small, "shop 0") == depots
    assert senders(small, "shop 1") == depots


def test_a_wholesaler_of_lines_keeps_nothing_else_and_buys_nothing_else():
    small = market("lines")
    stock = {
        product: [small.units(f"wholesaler {k} depot", product) for k in (1, 2)] for product in STYLES
    }  # from the opening
    assert stock == {"north": [30, 0], "east": [0, 30], "south": [30, 0], "west": [0, 30]}
    for shop in ("shop 0", "shop 1"):
        senders(small, shop)
    bought = {(move[1], move[3]) for move in small.moves(0, "dispatch") if "wholesaler" in move[3]}
    assert bought == {
        ("north", "to wholesaler 1 depot"), ("south", "to wholesaler 1 depot"),
        ("east", "to wholesaler 2 depot"), ("west", "to wholesaler 2 depot"),
    }  # fmt: skip


def test_an_empty_line_is_waited_for_though_the_other_wholesaler_is_cheaper():
    small = market("lines", **{"firms.wholesaler 2": {"pricing": {"rule": "fixed", "price": 0.01}}})
    small.empty("wholesaler 1 depot", "north")
    assert "north" not in senders(small, "shop 0")


@pytest.mark.parametrize(("products", "firms"), [(7, 3), (60, 7), (5, 5), (4, 1)])
def test_neighbouring_styles_are_of_different_lines_of_the_same_size_but_for_one(products, firms):
    goods = {"count": products}
    tiers = [{"name": "wholesaler", "firms": firms, "serves": "lines"}]
    small = SmallMarket(CHAIN, {"styles": {"count": products}}, tiers=tiers, products=goods)
    lines = small.market.world.lines[small.market.state.levels[1].nodes]
    assert (lines.sum(axis=0) == 1).all()
    assert np.ptp(lines.sum(axis=1)) <= 1
    firm = np.argmax(lines, axis=0)  # generated products stand in the order of their styles
    assert (firm == np.arange(products) % firms).all()
    assert firms == 1 or (np.diff(firm) != 0).all()


def test_each_chain_buys_everything_from_one_wholesaler_every_nth_from_the_same():
    small = market("chains", firms=2, chains=5)
    served = {k: set(senders(small, f"shop {k}").values()) for k in range(5)}
    first, second = {"wholesaler 1 depot"}, {"wholesaler 2 depot"}
    assert served == {0: first, 1: second, 2: first, 3: second, 4: first}


@pytest.mark.parametrize(
    ("serves", "shops", "wholesalers"),
    [("all", 2 * 2, 2), ("lines", 2 * 2, 2), ("chains", 2 * 1, 2)],
)
def test_contacts_are_paid_for_relations_there_are(serves, shops, wholesalers):
    small = market(serves, **{"contacts.cost": 1.0}).live()
    paid = {payment[1]: payment[3] for payment in small.payments(0, "contact")}
    assert sum(cents for name, cents in paid.items() if name.startswith("chain")) == shops * 100
    assert sum(cents for name, cents in paid.items() if name.startswith("wholesaler")) == wholesalers * 100


def test_a_shop_without_a_line_keeps_no_contact_with_its_wholesaler():
    fixed = {"firms.chain 0": {"assortment": {"rule": "fixed", "products": ["north", "south"]}}}
    small = market("lines", **{"contacts.cost": 1.0}, **fixed).live()
    assert ("contact", "chain 0", "labour", 1_00) in small.payments(0, "contact")
    assert ("contact", "chain 1", "labour", 2_00) in small.payments(0, "contact")


@pytest.mark.parametrize("serves", ["all", "nearest", "lines", "chains"])
def test_the_supplier_of_every_cell_is_the_one_that_orders_go_to(serves):
    small = market(serves, firms=3, chains=4, tier={"location": "spread"}, **{"delivery.bulk.cost_per_unit_km": 0.01})
    own = small.market
    rng = np.random.default_rng(1)
    own.state.network.east[:] = rng.uniform(0.0, 50.0, len(own.state.network.east))
    own.state.network.price[own.state.levels[1].nodes] = rng.integers(400, 600, (3, 4))
    level = own.state.levels[-1]
    found = supplier_of(own.world, own.state.network, level)
    for row, node in enumerate(range(level.nodes.start, level.nodes.stop)):
        for product in range(4):
            assert found[row, product] == choose_source(own.state.network, own.stock.goods, 0, node, product)
    makers = supplier_of(own.world, own.state.network, own.state.levels[1])
    assert (makers == 0).all()
    assert not (keeps_in_stock(own.state.levels[1], own.world, own.state.shelves) & (found.max() < 0)).any()


def test_the_next_wholesaler_takes_up_the_lines_of_one_that_gives_up():
    losses = {"closing": {"rule": "losses", "review_days": 2, "patience": 1, "notice_days": 0}}
    ruinous = {"firms.wholesaler 1": losses, "tiers.0.fixed_cost": 50.0}
    small = market("lines", **ruinous, **{"time.days": 12}).live(8)
    assert "wholesaler 1" not in {agent.name for agent in small.market.agents}
    assert senders(small, "shop 0") == dict.fromkeys(STYLES, "wholesaler 2 depot")
    stock = [small.units("wholesaler 1 depot", product) for product in STYLES]
    assert stock == [0, 0, 0, 0]


def test_the_chains_of_a_wholesaler_that_gives_up_are_dealt_out_and_others_keep_theirs():
    losses = {"closing": {"rule": "losses", "review_days": 2, "patience": 1, "notice_days": 0}}
    ruinous = {"firms.wholesaler 1": losses, "tiers.0.fixed_cost": 50.0}
    small = market("chains", firms=3, chains=7, **ruinous, **{"time.days": 30}).live(8)
    served = {k: set(senders(small, f"shop {k}").values()) for k in range(7)}
    second, third = {"wholesaler 2 depot"}, {"wholesaler 3 depot"}
    # Chains 0, 3 and 6 were the first one's: 0 // 3 = 0, 3 // 3 = 1, 6 // 3 = 2, in turn over the two that are left.
    assert served == {0: second, 1: second, 2: third, 3: third, 4: second, 5: third, 6: second}
