"""What happens when a parameter of firms, of what delivery costs and takes, or of a regime is raised."""

from __future__ import annotations

from tests.directions.rows import Row

WHOLESALER = {"name": "wholesaler", "pricing": {"rule": "markup", "factor": 1.2}}
NEAR = {"name": "near", "town": "Ford", "retailer": "Ann", "slots": 5}
FAR = {"name": "far", "town": "Hill", "retailer": "Bob", "slots": 5}
SAMPLES = {"retailers.showrooms_per_town": 1, "retailers.samples": 3}
PARCELS_ONLY = {"supplier_channels": ["parcel"]}
OWN = {"shelves": "own", "own_channels": ["store"]}
CONSIGNED = {"shelves": "consigned", "supplier_channels": ["store"]}
OURS = {"regimes": {"ours": OWN}}
THEIRS = {"regimes": {"ours": CONSIGNED}}
FEW = {"rule": "base_stock", "level": 2}
MANY = {"rule": "base_stock", "level": 60}
ALL_BUY = {"customers.worth": {"distribution": "constant", "mean": 500.0}}
ON_SHELF = {"retailers.replenishment": {"rule": "base_stock", "level": 5}}

STAYS = {"rule": "never"}
GIVES_UP = {"rule": "losses", "review_days": 5, "patience": 1, "notice_days": 0}
DEAR_SHOPS = {"retailers.rent": 200.0}
AT_ONCE = {"rule": "always"}
LATER = {"rule": "when_it_pays"}


def times(factor: float) -> dict[str, object]:
    """Return the rule of a fixed markup."""
    return {"rule": "markup", "factor": factor}


ROWS = (
    # suppliers
    Row("suppliers.count", 1, 4, "hhi", -1, "direct"),
    Row("suppliers.names", ["A"], ["A", "B", "C"], "hhi", -1, "direct"),
    Row("suppliers.location", "spread", "centre", "delivery_days.mean", -1, "direct", "map",
        {"suppliers.count": 8}),
    Row("suppliers.lead_time", 2, 10, "inventory_turns", -1, "direct"),
    Row("suppliers.capacity", 10, 200, "delivery_days.mean", -1, "direct"),
    Row("suppliers.fixed_cost", 0.0, 10.0, "supplier_profit", -1, least=0.3),  # 20 a day over 60 needs
    Row("suppliers.direct_handling_cost", 0.0, 2.0, "supplier_profit", -1, "direct"),
    Row("suppliers.pricing", times(1.4), times(1.8), "wholesale_price", +1),
    Row("suppliers.direct_pricing", times(1.5), times(2.0), "consumer_price", +1, "direct", least=4.0),
    Row("suppliers.replenishment", FEW, MANY, "delivery_days.mean", -1, "direct"),
    Row("suppliers.direct_entry", AT_ONCE, LATER, "channel_share.parcel", -1, "hybrid"),
    # tiers
    Row("tiers", [], [WHOLESALER], "consumer_price", +1),
    Row("tiers[0].firms", 1, 4, "intermediary_profit", -1, given={"tiers[0].fixed_cost": 10.0}),
    Row("tiers[0].serves", "all", "nearest", "price_waterfall.contact", -1, given={"contacts.cost": 1.0}),
    Row("tiers[0].serves", "all", "chains", "price_waterfall.contact", -1, given={"contacts.cost": 1.0}),
    Row("tiers[0].serves", "all", "lines", "inventory_turns_by_kind.intermediary", +1,
        why="a wholesaler keeps no stock of what others sell"),
    Row("tiers[0].location", "spread", "centre", "vehicle_km.trucks", -1, given={"suppliers.location": "centre"}),
    Row("tiers[0].lead_time", 1, 10, "inventory_turns_by_kind.intermediary", -1),
    Row("tiers[0].handling_cost", 0.0, 1.0, "intermediary_profit", -1),
    Row("tiers[0].fixed_cost", 0.0, 10.0, "intermediary_profit", -1, least=0.3),  # 20 a day over 60 needs
    Row("tiers[0].pricing", times(1.1), times(1.4), "consumer_price", +1),
    Row("tiers[0].replenishment", FEW, MANY, "fill_rate_by_tier.wholesaler", +1),
    Row("tiers[0].closing", STAYS, GIVES_UP, "consumer_price", -1, given={"tiers[0].fixed_cost": 200.0},
        why="without the tier its markup is gone"),
    # retailers
    Row("retailers.count", 1, 4, "hhi", -1, given={"retailers.names": None}),
    Row("retailers.names", ["A"], ["A", "B", "C"], "hhi", -1),
    Row("retailers.people_per_store", 50.0, 150.0, "stores_open", -1),
    Row("retailers.slots", 2, 8, "unserved_share", -1),
    Row("retailers.stock_per_slot", 2, 20, "stockout_rate", -1),
    Row("retailers.showrooms_per_town", 0, 1, "channel_share.endless_aisle", +1, "o2o",
        given={"retailers.samples": 3}),
    Row("retailers.samples", 1, 5, "channel_share.endless_aisle", +1, "o2o", given=SAMPLES),
    Row("retailers.stores", [NEAR], [NEAR, FAR], "stores_open", +1, market="shops", least=1),
    Row("retailers.stores[1].town", "Ford", "Hill", "no_purchase_share", -1, market="shops"),
    Row("retailers.stores[1].retailer", "Ann", "Bob", "hhi", -1, market="shops"),
    Row("retailers.stores[0].east", 0.0, -9.0, "vehicle_km.cars", +1, market="shops",
        given={**ALL_BUY, "time.opening": "as_given"}, why="people of Hill come when their own shop is short of stock"),
    Row("retailers.stores[0].north", 0.0, 9.0, "vehicle_km.cars", +1, market="shops", given=ALL_BUY),
    Row("retailers.stores[0].around", 0.5, 0.9, "vehicle_km.cars", -1, market="shops",
        given={"retailers.stores[1].town": "Ford", "retailers.stores[1].around": 0.5}),
    Row("retailers.stores[0].slots", 1, 8, "unserved_share", -1, market="shops"),
    Row("retailers.stores[0].samples", 0, 3, "channel_share.endless_aisle", +1, "o2o", "shops"),
    Row("retailers.lead_time", 1, 6, "stockout_rate", +1, given=ON_SHELF),
    Row("retailers.rent", 0.0, 10.0, "retailer_profit", -1, least=0.6),  # 40 a day in four shops over 60 needs
    Row("retailers.fixed_cost", 0.0, 10.0, "retailer_profit", -1, least=0.3),
    Row("retailers.handling_cost", 0.0, 1.0, "retailer_profit", -1),
    Row("retailers.pricing", times(1.2), times(1.6), "consumer_price", +1),
    Row("retailers.replenishment", FEW, {**FEW, "level": 8}, "stockout_rate", -1),
    Row("retailers.assortment", {"rule": "fixed", "products": ["product 1"]}, {"rule": "popularity"},
        "unserved_share", -1),
    Row("retailers.closing", STAYS, GIVES_UP, "stores_open", -1, given=DEAR_SHOPS),
    # platform, advertising, contacts
    Row("platform.commission", 0.0, 0.2, "platform_profit", +1, "o2o"),
    Row("platform.handling_fee", 0.0, 2.0, "retailer_profit", +1, "o2o"),
    Row("platform.cost_per_sale", 0.0, 1.0, "platform_profit", -1, "o2o"),
    Row("platform.fixed_cost", 0.0, 20.0, "platform_profit", -1, "o2o", least=0.3),
    Row("platform.closing", STAYS, GIVES_UP, "platform_profit", +1, "o2o", given={"platform.fixed_cost": 500.0}),
    Row("online.advertising_per_head", 0.1, 1.0, "no_purchase_share", -1, "direct",
        given={"online.advertising_scale": 1.0}),
    Row("online.advertising_scale", 0.0, 1.0, "no_purchase_share", +1, "direct",
        given={"online.advertising_per_head": 0.1}),
    Row("platform.takes_payments", False, True, "platform_profit", -1, "o2o",
        given={"selling.payment_share": 0.02}),
    Row("platform.finds_customers", False, True, "platform_profit", -1, "o2o",
        given={"selling.online_acquisition_cost": 0.5}),
    Row("selling.payment_share", 0.0, 0.05, "retailer_profit", -1),
    Row("selling.service_cost", 0.0, 1.0, "supplier_profit", -1, "direct"),
    Row("selling.store_acquisition_cost", 0.0, 1.0, "retailer_profit", -1),
    Row("selling.online_acquisition_cost", 0.0, 1.0, "supplier_profit", -1, "direct"),
    Row("contacts.cost", 0.0, 1.0, "retailer_profit", -1),
    # services
    Row("services.contacts", False, True, "price_waterfall.contact", -1,
        given={"contacts.cost": 1.0, "suppliers.count": 8, "retailers.people_per_store": 40.0, "retailers.slots": 8}),
    Row("services.freight", False, True, "consumer_price", -1, given={"delivery.parcel.cost_per_parcel": 6.0}),
    Row("services.stock", False, True, "delivery_days.mean", -1),
    Row("services.inspection", False, True, "consumer_surplus", +1),
    # bulk freight
    Row("delivery.bulk.cost_per_shipment", 0.0, 2.0, "retailer_profit", -1),
    Row("delivery.bulk.cost_per_unit_km", 0.0, 0.1, "consumer_price", +1),
    Row("delivery.bulk.margin", 0.0, 0.5, "carrier_profit", +1),
    Row("delivery.bulk.co2_per_km", 0.5, 1.0, "co2_kg.trucks", +1),
    # parcels
    Row("delivery.parcel.handling_days", 1.0, 3.0, "delivery_days.mean", +1, "direct", least=1.9),
    Row("delivery.parcel.speed", 50.0, 500.0, "delivery_days.mean", -1, "direct"),
    Row("delivery.parcel.capacity", 15.0, 200.0, "delivery_days.mean", -1, "direct"),
    Row("delivery.parcel.cost_per_parcel", 1.0, 4.0, "full_price", +1, "direct", least=2.5),
    Row("delivery.parcel.cost_per_kg", 0.0, 3.0, "full_price", +1, "direct", least=2.5),
    Row("delivery.parcel.margin", 0.0, 0.5, "carrier_profit", +1, "direct"),
    Row("delivery.parcel.km_per_parcel", 0.5, 1.0, "vehicle_km.vans", +1, "direct"),
    Row("delivery.parcel.co2_per_km", 0.2, 0.4, "co2_kg.vans", +1, "direct"),
    # couriers
    Row("delivery.courier.handling_hours", 1.0, 5.0, "delivery_days_by_channel.courier.mean", +1, "o2o"),
    Row("delivery.courier.speed", 5.0, 50.0, "delivery_days_by_channel.courier.mean", -1, "o2o"),
    Row("delivery.courier.capacity", 5.0, 100.0, "delivery_days_by_channel.courier.mean", -1, "o2o"),
    Row("delivery.courier.cost_per_stop", 0.5, 3.0, "channel_share.courier", -1, "o2o"),
    Row("delivery.courier.cost_per_km", 0.1, 2.0, "channel_share.courier", -1, "o2o"),
    Row("delivery.courier.tour_constant", 0.7, 1.4, "full_price_by_channel.courier", +1, "o2o"),
    Row("delivery.courier.local_constant", 0.5, 3.0, "full_price_by_channel.courier", +1, "o2o",
        given={"delivery.courier.drops_per_tour": 3.0}),
    Row("delivery.courier.drops_per_tour", 1.0, 10.0, "full_price_by_channel.courier", -1, "o2o"),
    Row("delivery.courier.opening_drops", 0.01, 20.0, "channel_share.courier", +1, "o2o",
        given={"delivery.courier.cost_per_km": 1.0},
        why="nobody begins while the first week's tariff is that of lone drops"),
    Row("delivery.courier.margin", 0.0, 0.5, "carrier_profit", +1, "o2o"),
    Row("delivery.courier.co2_per_km", 0.2, 0.4, "co2_kg.vans", +1, "o2o"),
    # who pays, pick-up, cars, returns
    Row("delivery.pickup_hours", 1.0, 10.0, "delivery_days_by_channel.pickup.mean", +1, "o2o",
        least=0.37),  # 9 hours
    Row("delivery.paid_by", "customer", "seller", "supplier_profit", -1, "direct"),
    Row("delivery.free_above", 0.0, 1000.0, "full_price", +1, "direct", least=2.0),
    Row("delivery.car_co2_per_km", 0.1, 0.2, "co2_kg.cars", +1),
    Row("returns.days", 2, 20, "supplier_profit", +1, "direct"),  # refunds fall due later
    Row("returns.paid_by", "customer", "seller", "consumer_surplus", +1, "direct"),
    Row("returns.refund_fee", False, True, "consumer_surplus", +1, "direct"),
    Row("returns.resaleable", 0.0, 1.0, "price_waterfall.production", -1, "direct"),
    Row("returns.handling_cost", 0.0, 5.0, "supplier_profit", -1, "direct"),
    # single firms, regimes
    Row("firms", {}, {"Ann": {"pricing": times(2.0)}}, "consumer_price", +1),
    Row("firms.Ann.pricing", times(1.2), times(1.6), "consumer_price", +1),
    Row('firms."supplier 1".direct_pricing', times(1.5), times(2.0), "consumer_price", +1, "direct"),
    Row("firms.Ann.replenishment", FEW, {**FEW, "level": 8}, "stockout_rate", -1),
    Row("firms.Ann.assortment", {"rule": "fixed", "products": ["product 1"]}, {"rule": "popularity"},
        "unserved_share", -1),
    Row("firms.Ann.closing", STAYS, GIVES_UP, "stores_open", -1, given=DEAR_SHOPS),
    Row('firms."supplier 1".direct_entry', AT_ONCE, LATER, "consumer_price", +1, "hybrid",
        why="its goods are sold through the chain alone, with the markups of two more"),
    Row("planner.base", "direct", "o2o", "delivery_days.mean", -1, "planner"),
    Row("regimes", {"ours": PARCELS_ONLY}, {"ours": OWN}, "delivery_days.mean", -1, "ours"),
    Row("regimes.ours.chain", False, True, "consumer_price", +1, "ours", given=OURS),
    Row("regimes.ours.shelves", OWN, CONSIGNED, "retailer_margin", -1, "ours",
        within="regimes.ours", why="other shelves need other channels"),
    Row("regimes.ours.own_channels", ["store"], ["store", "courier"], "channel_share.courier", +1, "ours",
        given=OURS),
    Row("regimes.ours.supplier_channels", ["store"], ["store", "parcel"], "channel_share.parcel", +1, "ours",
        given=THEIRS),
    Row("regimes.ours.platform", False, True, "platform_profit", +1, "ours", given=THEIRS),
    Row("regimes.ours.commission_on", "online", "suppliers", "platform_profit", +1, "ours",
        given={"regimes": {"ours": {**CONSIGNED, "platform": True}}}, why="all of it is sold over the counter"),
    Row("regimes.ours.advertising_by", "platform", "sellers", "platform_profit", +1, "ours",
        given={"regimes": {"ours": {**PARCELS_ONLY, "platform": True}}, "online.advertising_per_head": 0.1}),
    Row("regimes.ours.shares_stock", False, True, "vehicle_km.cars", -1, "ours",
        given=THEIRS),  # nobody goes for nothing
    Row("regimes.ours.at_cost", False, True, "consumer_price", -1, "ours", given=OURS),
)  # fmt: skip
