"""What happens when a parameter of a rule is raised, at one of the places where the rule may stand."""

from __future__ import annotations

from tests.directions.rows import MOVES, Row

ROOM = {"retailers.stock_per_slot": 200}
APART = {"suppliers.direct_pricing": {"rule": "fixed", "price": 30.0}}
BOTH_KNOW = {"retailers.pricing": {"rule": "best_response", "review_days": 1}, "suppliers.pricing.review_days": 1}
AS_SALES_SAY = {"retailers.assortment.review_days": 2, "retailers.assortment.sales_weight": 1.0}
NEVER = {"retailers.pricing.first_records": 1000, "retailers.pricing.review_days": 2}
"""The base price stays where it opened, and only experiments are made around it."""
TOO_DEAR = {
    "retailers.pricing.opening_low": 20.0, "retailers.pricing.opening_high": 20.0, "retailers.pricing.step": 1.0,
}  # fmt: skip
RANDOM = {"retailers.pricing.exploration_decay": 0.0}
PATIENT = {"retailers.pricing.exploration_decay": 0.03, "retailers.pricing.learning_rate": 0.5}
MOST_WANTED = [f"product {number}" for number in range(1, 5)]
MONDAYS = {
    **ROOM, "customers.need_rate": 0.1, "customers.weekday_profile": [7, 0, 0, 0, 0, 0, 0],
    "retailers.replenishment.forecast_gain": 0.2,
}  # fmt: skip
"""Whoever takes demand for Poisson keeps too little: it comes in one day of seven."""
SMALL = {**ROOM, "retailers.replenishment.order_days": 1.0}
SHARED = {**ROOM, "tiers[0].replenishment.forecast": "moving_average"}
LOSING = {
    "retailers.rent": 200.0, "retailers.closing.review_days": 5, "retailers.closing.patience": 1,
    "retailers.closing.notice_days": 0,
}  # fmt: skip
SEES_ITS_MARKET = {
    "suppliers.direct_entry.review_days": 4, "suppliers.direct_entry.assumed_share": 0.5,
    "suppliers.direct_pricing.gap_share": 0.8,
}  # fmt: skip
"""The maker keeps enough of the gap for selling direct to pay, returns and all."""
FEWER_COME_THAN_ASSUMED = {
    **SEES_ITS_MARKET, "customers.hassle": 20.0, "suppliers.direct_entry.fixed_cost": 80.0,
    "suppliers.direct_entry.assumed_share": 1.0,
}  # fmt: skip

ROWS = (
    # cost-plus prices; a maker upstream raises its price week by week
    Row("retailers.pricing (markup).review_days", 7, 28, "consumer_price", -1, market="chain"),
    Row("retailers.pricing (markup).factor", 1.2, 1.6, "consumer_price", +1),
    Row("retailers.pricing (margin).review_days", 7, 28, "consumer_price", -1, market="chain",
        given={"retailers.pricing.share": 0.2}),
    Row("retailers.pricing (margin).share", 0.1, 0.4, "consumer_price", +1),
    Row("retailers.pricing (fixed).price", 30.0, 35.0, "consumer_price", +1, least=5.0),
    Row("retailers.pricing (fixed).prices", {"apple": 30.0}, {"apple": 35.0}, "consumer_price", +1, market="goods",
        given={"retailers.pricing.price": 30.0}),
    # prices that look at others
    Row("suppliers.direct_pricing (undercut).review_days", 7, 28, "consumer_price_by_channel.parcel", -1, "hybrid",
        "chain", {"suppliers.direct_pricing.reference_price": 120.0, "customers.scale": 10.0}),
    Row("suppliers.direct_pricing (undercut).gap_share", 0.1, 0.6, "consumer_price", +1, "direct"),
    Row("suppliers.direct_pricing (undercut).reference_price", 25.0, 35.0, "consumer_price", +1, "direct",
        least=1.9),  # a fifth of it
    Row("retailers.pricing (match).review_days", 7, 28, "consumer_price", -1, market="chain",
        given={"retailers.pricing.floor": 1.2}),
    Row("retailers.pricing (match).floor", 0.8, 1.6, "consumer_price", +1, given=APART),
    Row("retailers.pricing (match).opening_factor", 1.2, 1.6, "consumer_price", +1, market="shops", given=APART),
    # prices that know their demand
    Row("suppliers.pricing (best_response).review_days", 7, 28, "wholesale_price", -1, market="chain"),
    Row("suppliers.pricing (best_response).conduct", "stackelberg", "margin", "wholesale_price", -1, market="chain",
        given=BOTH_KNOW),
    Row("suppliers.pricing (best_response).damping", 0.0, 0.9, "wholesale_price", -1, market="chain"),
    Row("retailers.pricing (best_response).tolerance", 0.001, 100.0, "consumer_price", -1, given=APART,
        why="looked for from cost upwards, it is given up early"),
    Row("suppliers.pricing (best_response).wholesale_below_direct", False, True, "wholesale_price", -1,
        "beside", "beside"),
    Row("suppliers.pricing (quantity).review_days", 7, 28, "wholesale_price", -1, market="chain"),
    Row("suppliers.pricing (quantity).conduct", "stackelberg", "margin", "wholesale_price", -1, market="chain",
        given=BOTH_KNOW),
    Row("suppliers.pricing (quantity).damping", 0.0, 0.9, "wholesale_price", -1, market="chain"),
    # prices learnt from own sales: opened far below the best price, so what is slow is cheap
    Row("retailers.pricing (learning).review_days", 7, 28, "consumer_price", -1, market="learners"),
    Row("retailers.pricing (learning).opening_low", 1.2, 1.5, "consumer_price", +1, market="learners",
        given={"retailers.pricing.opening_high": 1.5}),
    Row("retailers.pricing (learning).opening_high", 1.2, 1.5, "consumer_price", +1, market="learners"),
    Row("retailers.pricing (learning).first_records", 2, 8, "consumer_price", -1, market="learners"),
    Row("retailers.pricing (learning).half_life", 2.0, 728.0, "retailer_profit", +1, market="rested"),
    Row("retailers.pricing (learning).young_half_life", 0.0, 1.0, "retailer_profit", +1, market="rested",
        given={"retailers.pricing.shortest_half_life": 1.0}),
    Row("retailers.pricing (learning).shortest_half_life", 1.0, 20.0, "retailer_profit", +1, market="rested"),
    Row("retailers.pricing (learning).forms", ["power"], ["linear"], "retailer_profit", +1, market="learners",
        given={"retailers.pricing.step": 1.0}, why="demand is on a straight line"),
    Row("retailers.pricing (learning).step", 0.02, 0.1, "consumer_price", +1, market="learners"),
    Row("retailers.pricing (learning).lowest_markup", 1.02, 2.0, "consumer_price", +1, market="learners"),
    Row("retailers.pricing (learning).retreat", 0.3, 0.9, "no_purchase_share", +1, market="learners", given=TOO_DEAR),
    # experiments to both sides sell more units on the cheap one
    Row("retailers.pricing (learning).experiment", 0.1, 0.6, "consumer_price", -1, market="learners",
        given={**NEVER, "retailers.pricing.largest_experiment": 0.5}),
    Row("retailers.pricing (learning).smallest_experiment", 0.01, 0.15, "consumer_price", -1, market="learners",
        given={**NEVER, "retailers.pricing.experiment": 0.0}),
    Row("retailers.pricing (learning).largest_experiment", 0.02, 0.5, "consumer_price", -1, market="learners",
        given={**NEVER, "retailers.pricing.experiment": 1.0}),
    Row("retailers.pricing (learning).settling_days", 0, 1, "retailer_profit", MOVES, market="rested",
        why="which days count moves what is learnt, either way; what it is for is looked at in tests/rules"),
    Row("retailers.pricing (learning).experiments", "pairs", "orthogonal", "consumer_price", MOVES, market="learners",
        why="of one shop alone only the order of experiments changes; rivals are looked at in tests/rules"),
    # q-learning: prices 30, 60 and 90, of which the middle one earns most
    Row("retailers.pricing (q_learning).review_days", 1, 14, "retailer_profit", -1, market="grid"),
    Row("retailers.pricing (q_learning).low", 30.0, 50.0, "no_purchase_share", +1, market="grid", given=RANDOM),
    Row("retailers.pricing (q_learning).high", 90.0, 110.0, "no_purchase_share", +1, market="grid", given=RANDOM),
    Row("retailers.pricing (q_learning).points", 2, 5, "retailer_profit", +1, market="grid", given=RANDOM,
        why="the ends of the grid are its worst prices"),
    Row("retailers.pricing (q_learning).learning_rate", 0.0, 0.3, "retailer_profit", +1, market="grid"),
    Row("retailers.pricing (q_learning).exploration_decay", 0.0, 0.1, "retailer_profit", +1, market="grid"),
    Row("retailers.pricing (q_learning).discount", 0.0, 0.9, "retailer_profit", -1, market="grid", given=PATIENT,
        why="a price that was tried often has gathered worth, a better one that is new has none yet"),
    Row("retailers.pricing (q_learning).opening_profits", [1e5, 0.0, 0.0], [0.0, 0.0, 1e5], "consumer_price", +1,
        market="grid"),
    # players
    Row("retailers.pricing (player).review_days", 1, 28, "consumer_price", -1, market="played"),
    Row("retailers.pricing (player).opening_factor", 1.2, 1.5, "consumer_price", +1, market="played"),
    Row("retailers.pricing (player).decides", "price", "margin", "consumer_price", +1, market="played",
        why="the same number is the price itself, or is added to cost"),
    # stocks
    Row("retailers.replenishment (base_stock).review_days", 1, 7, "inventory_turns_by_kind.retailer", -1,
        given=ROOM),
    Row("retailers.replenishment (base_stock).forecast_gain", 0.0, 0.5, "bullwhip.retailer", +1),
    Row("retailers.replenishment (base_stock).safety_factor", 0.0, 3.0, "stockout_rate", -1),
    Row("retailers.replenishment (base_stock).level", 2, 8, "stockout_rate", -1),
    Row("retailers.replenishment (base_stock).forecast", "opening", "moving_average", "bullwhip.retailer", +1,
        given=ROOM),
    Row("retailers.replenishment (base_stock).forecast_days", 2, 28, "bullwhip.retailer", -1,
        given={**ROOM, "retailers.replenishment.forecast": "moving_average"}),
    Row("tiers[0].replenishment (base_stock).shares_demand", False, True, "bullwhip.wholesaler", -1, given=SHARED),
    Row("retailers.replenishment (base_stock).deviation", "poisson", "measured", "stockout_rate", -1, given=MONDAYS),
    Row("retailers.replenishment (base_stock).target_fill_rate", 0.5, 0.99, "stockout_rate", -1, given=ROOM),
    Row("retailers.replenishment (reorder_point).review_days", 1, 7, "inventory_turns_by_kind.retailer", -1,
        given=ROOM),
    Row("retailers.replenishment (reorder_point).forecast_gain", 0.0, 0.5, "bullwhip.retailer", +1,
        given={**ROOM, "retailers.replenishment.order_days": 1.0}),
    Row("retailers.replenishment (reorder_point).safety_factor", 0.0, 3.0, "stockout_rate", -1,
        given={"time.opening": "as_given"}),
    Row("retailers.replenishment (reorder_point).level", 4, 8, "inventory_turns_by_kind.retailer", -1,
        given={"retailers.replenishment.reorder_point": 2}),
    Row("retailers.replenishment (reorder_point).reorder_point", 0, 6, "stockout_rate", -1,
        given={"retailers.replenishment.level": 8}),
    Row("retailers.replenishment (reorder_point).order_days", 1.0, 20.0, "inventory_turns_by_kind.retailer", -1,
        given=ROOM),
    Row("retailers.replenishment (reorder_point).forecast", "opening", "moving_average", "bullwhip.retailer", +1,
        given=SMALL),
    Row("retailers.replenishment (reorder_point).forecast_days", 2, 28, "bullwhip.retailer", -1,
        given={**SMALL, "retailers.replenishment.forecast": "moving_average"}),
    Row("tiers[0].replenishment (reorder_point).shares_demand", False, True, "bullwhip.wholesaler", -1,
        given={**SHARED, "tiers[0].replenishment.order_days": 1.0}),
    Row("retailers.replenishment (reorder_point).deviation", "poisson", "measured", "stockout_rate", -1,
        given={**MONDAYS, **SMALL}),
    Row("retailers.replenishment (reorder_point).target_fill_rate", 0.5, 0.99, "stockout_rate", -1, given=ROOM),
    # shelves
    Row("retailers.assortment (popularity).review_days", 2, 20, "no_purchase_share", +1, market="too dear",
        given=AS_SALES_SAY),
    Row("retailers.assortment (popularity).consigned_share", 0.2, 0.8, "intermediary_profit", -1, "hybrid"),
    Row("retailers.assortment (popularity).sales_weight", 0.0, 1.0, "no_purchase_share", -1, market="too dear",
        given=AS_SALES_SAY),
    Row("retailers.assortment (profit).review_days", 2, 20, "no_purchase_share", +1, market="too dear",
        given=AS_SALES_SAY),
    Row("retailers.assortment (profit).sales_weight", 0.0, 1.0, "no_purchase_share", -1, market="too dear",
        given=AS_SALES_SAY),
    Row("retailers.assortment (fixed).consigned_share", 0.2, 0.8, "intermediary_profit", -1, "hybrid",
        given={"retailers.assortment.products": MOST_WANTED}),
    Row("retailers.assortment (fixed).products", MOST_WANTED[:1], MOST_WANTED, "unserved_share", -1),
    # giving up: shops that lose money every day
    Row("retailers.closing (losses).review_days", 5, 28, "stores_open", +1, given=LOSING),
    Row("retailers.closing (losses).patience", 1, 10, "stores_open", +1, given=LOSING),
    Row("retailers.closing (losses).tolerated_loss", 0.0, 1000.0, "stores_open", +1, given=LOSING),
    Row("retailers.closing (losses).notice_days", 0, 60, "stores_open", +1, given=LOSING),
    # selling direct beside the chain
    Row("suppliers.direct_entry (always).fixed_cost", 0.0, 10.0, "supplier_profit", -1, "hybrid",
        least=0.3),  # 20 a day over 60 needs
    Row("suppliers.direct_entry (when_it_pays).review_days", 4, 20, "channel_share.parcel", -1, "hybrid",
        given=SEES_ITS_MARKET),
    Row("suppliers.direct_entry (when_it_pays).fixed_cost", 0.0, 1000.0, "channel_share.parcel", -1, "hybrid",
        given=SEES_ITS_MARKET),
    Row("suppliers.direct_entry (when_it_pays).assumed_share", 0.0, 0.5, "channel_share.parcel", +1, "hybrid",
        given=SEES_ITS_MARKET),
    Row("suppliers.direct_entry (when_it_pays).patience", 1, 10, "platform_profit", +1, "hybrid",
        given=FEWER_COME_THAN_ASSUMED, why="the business case takes all trade to move online: it opens and loses"),
)  # fmt: skip
