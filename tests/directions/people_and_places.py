"""What happens when a parameter of time, place, people or goods is raised."""

from __future__ import annotations

from tests.directions.rows import MOVES, Row

APPLE = {"name": "apple", "style": 0}
PEAR = {"name": "pear", "style": 4}
FORD = {"name": "Ford", "customers": 200, "radius": 3.0}
HILL = {"name": "Hill", "customers": 100, "radius": 1.5, "x": 40.0}
ALL_BUY = {"customers.worth": {"distribution": "constant", "mean": 500.0}}
ROOM = {"retailers.stock_per_slot": 200}
ONLY_ONE_STYLE = [1, 0, 0, 0, 0, 0, 0, 0]

ROWS = (
    # money
    Row("money.tax_rate", 0.0, 0.1, "full_price", +1, given=ALL_BUY, least=2.5),  # a tenth of some 27
    Row("money.interest_rate", 0.0, 0.5, "price_waterfall.interest", +1),
    # the map
    Row("geography.customers", 300, 600, "stores_open", +1, market="map",
        given={"retailers.people_per_store": 50.0}),
    Row("geography.town_count", 2, 6, "stores_open", +1, market="map", least=4),
    Row("geography.town_zipf", 0.0, 2.0, "vehicle_km.cars", +1, market="map", given={"customers.reach": 1}),
    Row("geography.region", 50.0, 400.0, "delivery_days.mean", +1, "direct", "map"),
    Row("geography.density", 5.0, 500.0, "vehicle_km.cars", -1, market="map"),
    Row("geography.shape", "disc", "point", "vehicle_km.cars", -1, market="map"),
    Row("geography.towns", [FORD], [FORD, HILL], "stores_open", +1),
    Row("geography.towns[1].x", 40.0, 400.0, "delivery_days.mean", +1, "direct"),
    Row("geography.towns[1].y", 0.0, 400.0, "delivery_days.mean", +1, "direct"),
    Row("geography.towns[1].customers", 100, 400, "stores_open", +1),
    Row("geography.towns[0].radius", 1.0, 6.0, "vehicle_km.cars", +1),
    Row("geography.towns[0].shape", "disc", "point", "vehicle_km.cars", -1),
    Row("geography.towns[0].style_shares", ONLY_ONE_STYLE, [1] * 8, "unserved_share", +1,
        given={"retailers.slots": 1}),
    # tastes
    Row("styles.count", 8, 16, "consumer_surplus", -1, "direct",
        given={"customers.mismatch_cost": 100.0}),  # goods no longer fit exactly
    Row("styles.zipf", 0.0, 3.0, "gini", +1, "direct"),
    Row("styles.concentration", 0.5, 500.0, "unserved_share", +1,
        given={"styles.zipf": 0.0, "retailers.slots": 2, **ROOM}),
    Row("styles.shares", [1] * 8, [9, 1, 1, 1, 1, 1, 1, 1], "gini", +1, "direct"),
    # customers
    Row("customers.need_rate", 0.1, 0.4, "stockout_rate", +1,
        given={"retailers.replenishment": {"rule": "base_stock", "level": 4}}),
    Row("customers.need_rate_spread", 0.0, 1.0, "adoption", -1, "direct", given={"customers.need_rate": 0.1}),
    Row("customers.weekday_profile", [1] * 7, [7, 0, 0, 0, 0, 0, 0], "delivery_days.mean", +1, "direct",
        given={"customers.need_rate": 0.1, "delivery.parcel.capacity": 20.0}),
    Row("customers.season_profile", [1] * 12, [2] * 12, "stockout_rate", +1,
        given={"retailers.replenishment": {"rule": "base_stock", "level": 4}}),
    Row("customers.worth.distribution", "constant", "uniform", "no_purchase_share", +1,
        given={"customers.worth.mean": 50.0}),
    Row("customers.worth.mean", 100.0, 120.0, "consumer_surplus", +1, "direct",
        given={"customers.worth.distribution": "constant"}, least=15.0),  # 20, goods kept
    Row("customers.worth.spread", 0.0, 30.0, "no_purchase_share", +1,
        given={"customers.worth.distribution": "normal", "customers.worth.mean": 50.0}),
    Row("customers.worth.low", 0.0, 40.0, "no_purchase_share", -1),
    Row("customers.worth.high", 60.0, 100.0, "consumer_surplus", +1),
    Row("customers.worth.elasticity", 1.5, 4.0, "no_purchase_share", +1,
        given={"customers.worth.distribution": "pareto"}),
    Row("customers.acceptance.store", 0.5, 1.0, "no_purchase_share", -1),
    Row("customers.acceptance.pickup", 0.5, 1.0, "channel_share.pickup", +1, "o2o"),
    Row("customers.acceptance.courier", 0.5, 1.0, "channel_share.courier", +1, "o2o"),
    Row("customers.acceptance.parcel", 0.5, 1.0, "channel_share.parcel", +1, "o2o"),
    Row("customers.acceptance.endless_aisle", 0.5, 1.0, "channel_share.endless_aisle", +1, "o2o",
        given={"retailers.showrooms_per_town": 1, "retailers.samples": 3}),
    Row("customers.mismatch_cost", 5.0, 60.0, "consumer_surplus", -1),
    Row("customers.travel_cost", 0.2, 2.0, "consumer_surplus", -1),
    Row("customers.waiting_cost", 0.0, 5.0, "consumer_surplus", -1, "direct"),
    Row("customers.hassle", 0.0, 10.0, "consumer_surplus", -1, "direct"),
    Row("customers.trust", 0.0, 1.0, "consumer_surplus", +1, "direct"),
    Row("customers.heterogeneity", 0.0, 1.0, "consumer_surplus", +1, "o2o",
        given={"customers.scale": 0.0, "customers.waiting_cost": 10.0, "customers.travel_cost": 2.0},
        why="the best of several offers is convex in their costs"),
    Row("customers.scale", 0.0, 10.0, "consumer_surplus", +1, "direct"),
    Row("customers.breadth", 1, 5, "consumer_surplus", +1, "direct"),
    Row("customers.reach", 1, 3, "consumer_surplus", +1, given=ROOM),
    Row("customers.draw", "random", "stratified", "no_purchase_share", MOVES,
        why="even quantiles lie in the middle of what chance gives, on neither side"),
    # trust
    Row("time.opening", "as_given", "resting", "consumer_surplus", +1, "direct",
        given={"learning.own_rate": 0.1, "products.return_unseen": 0.0, "customers.hassle": 10.0}),
    Row("learning.own_rate", 0.0, 0.5, "consumer_surplus", +1, "direct",
        given={"products.return_unseen": 0.0, "customers.hassle": 10.0}),
    Row("learning.neighbour_rate", 0.0, 0.5, "adoption", +1, "hybrid",
        given={"customers.hassle": 40.0, "customers.trust": 0.1, "customers.heterogeneity": 1.0,
        "learning.own_rate": 0.5, "products.return_unseen": 0.0, "time.opening": "as_given"}),
    Row("learning.word_of_mouth", 0.0, 5.0, "adoption", +1, "direct",
        given={"online.advertising_scale": 1.0, "online.advertising_per_head": 0.05}),
    Row("learning.late_after", 0.0, 30.0, "consumer_surplus", +1, "direct",
        given={"learning.own_rate": 0.5, "suppliers.capacity": 25, "products.return_unseen": 0.0,
        "customers.hassle": 10.0, **ALL_BUY}),
    # goods
    Row("products.count", 3, 8, "consumer_surplus", +1, "direct"),
    Row("products.unit_cost", 10.0, 12.0, "consumer_price", +1, least=5.0),  # 2.00 x 1.6 x 1.2 x 1.4
    Row("products.unit_cost_spread", 0.0, 0.8, "consumer_price", -1, "direct",
        given={"products.count": 24, "customers.breadth": 12, "customers.mismatch_cost": 1.0},
        why="of many goods nearly alike the cheap ones are bought"),
    Row("products.quality", 0.0, 20.0, "no_purchase_share", -1),
    Row("products.weight", 1.0, 5.0, "full_price", +1, "direct", least=1.5),  # 2.00 a parcel
    Row("products.perish_rate", 0.0, 0.2, "price_waterfall.production", +1),
    Row("products.return_unseen", 0.0, 0.4, "consumer_surplus", -1, "direct"),
    Row("products.return_inspected", 0.0, 0.4, "consumer_surplus", -1),
    Row("products.items", [APPLE], [APPLE, PEAR], "consumer_surplus", +1, "direct", given={"suppliers.count": 1}),
    Row("products.items[1].style", 2, 0, "consumer_surplus", -1, "direct", "goods"),
    Row("products.items[1].supplier", "supplier 1", "supplier 2", "hhi", -1, "direct", "goods"),
    Row("products.items[0].quality", 0.0, 20.0, "no_purchase_share", -1, "direct", "goods"),
    Row("products.items[0].unit_cost", 10.0, 15.0, "consumer_price", +1, "direct", "goods"),
    Row("products.items[0].weight", 1.0, 5.0, "full_price", +1, "direct", "goods"),
    Row("products.items[0].perish_rate", 0.0, 0.2, "price_waterfall.production", +1, market="goods"),
    Row("products.items[0].return_unseen", 0.0, 0.4, "consumer_surplus", -1, "direct", "goods"),
    Row("products.items[0].return_inspected", 0.0, 0.4, "consumer_surplus", -1, market="goods"),
)  # fmt: skip
