"""The steps of the argument, in the order in which readers go through them."""

from __future__ import annotations

from typing import Any

from sim.common.number_format import short
from sim.experiments.views import View
from sim.publishing import step_charts
from sim.publishing.step import ExactAnswer, Step, figure
from sim.report.charts import GuessMark
from sim.scenario import Scenario
from sim.scenario.names import product_names, town_names

PARABLE = View("parable", ("traditional",), runs=2)
OFFER = View("parable", ("traditional", "direct"), runs=2)
WALKING = (
    "customers.worth.distribution=uniform",
    "customers.worth.low=5000.0",
    "customers.worth.high=30000.0",
)
SMALL = (
    "geography.customers=2000",
    "geography.town_count=4",
    "online.advertising_scale=1.0",
    "online.advertising_per_head=0.05",
)


OF_100: dict[str, Any] = {"unit": "of 100", "low": 0, "high": 100, "by": 1}


def _doubled(scenario: Scenario) -> ExactAnswer:
    """Return the shop's price: the cost, multiplied once by every firm."""
    cost = scenario.products.items[0].unit_cost  # type: ignore[index]
    factors = [scenario.suppliers.pricing, *(tier.pricing for tier in scenario.tiers), scenario.retailers.pricing]
    multiples = [float(rule.factor) for rule in factors]  # type: ignore[union-attr]
    price = cost
    for multiple in multiples:
        price *= multiple
    return ExactAnswer(price, " × ".join(short(each) for each in (cost * multiples[0], *multiples[1:])))


def _kept_between(scenario: Scenario) -> ExactAnswer:
    shop = _doubled(scenario).value
    maker = scenario.products.items[0].unit_cost * scenario.suppliers.pricing.factor  # type: ignore[index, union-attr]
    return ExactAnswer(100 * (shop - maker) / shop, f"{short(shop - maker)} / {short(shop)}")


def _offered(scenario: Scenario) -> ExactAnswer:
    shop = _doubled(scenario).value
    maker = scenario.products.items[0].unit_cost * scenario.suppliers.pricing.factor  # type: ignore[index, union-attr]
    share = getattr(scenario.suppliers.direct_pricing, "gap_share", 0.0)
    return ExactAnswer(
        maker + share * (shop - maker), f"{short(maker)} + {short(100 * share)} % of {short(shop - maker)}"
    )


def _below_the_price(scenario: Scenario) -> ExactAnswer:
    """Return the part of customers to whom the product is worth less than the shop asks."""
    low, high, shop = scenario.customers.worth.low, scenario.customers.worth.high, _doubled(scenario).value
    share = (shop - low) / (high - low)
    return ExactAnswer(100 * share, f"({short(shop)} − {short(low)}) / ({short(high)} − {short(low)})")


NEEDS = (
    "A need is one time that somebody wants the product, bought or not. A unit is one that was bought. What everybody "
    "gains or loses is counted per need, prices per unit."
)
UNITS_AND_NEEDS = (
    "Per unit: for each one that is bought. Per need: for each time that somebody wants one, bought or not."
)

STEPS = (
    Step(
        name="chain",
        exact=_doubled,
        title="A product passes through three hands before you buy it",
        brief="Price in the shop",
        story=(
            "A maker sells an article for {maker} EUR. A wholesaler buys it and sells it to a shop; the shop "
            "sells it to you. In this story nothing else costs anything: no rent, no lorry, no wages."
        ),
        question="What do you pay in the shop?",
        unit="EUR",
        low=5000,
        high=40000,
        start=8000,
        by=500,
        views=(PARABLE,),
        answer=lambda runs: figure(runs, "traditional", "consumer_price"),
        draw=step_charts.prices_by_hand,
        mark=GuessMark(2),
        numbers={
            "maker": (0, "traditional", "supplier_price", 1.0),
            "wholesale": (0, "traditional", "wholesale_price", 1.0),
            "shop": (0, "traditional", "consumer_price", 1.0),
        },
        because=(
            "Each firm charges a multiple of what it paid: {maker} becomes {wholesale}, and {wholesale} becomes {shop}."
        ),
        but="The story sets these multiples. Firms that choose their best prices may charge something else.",
    ),
    Step(
        name="hands",
        exact=_kept_between,
        title="Most of what you pay never reaches the maker",
        brief="Kept in between",
        story="You pay {shop} EUR. The maker gets {maker}.",
        question="Of 100 that you pay, how much stays with the two firms in between?",
        **OF_100,
        start=40,
        views=(PARABLE,),
        answer=step_charts.kept_between,
        draw=step_charts.who_keeps_what,
        mark=GuessMark(),
        numbers={
            "maker": (0, "traditional", "supplier_price", 1.0),
            "shop": (0, "traditional", "consumer_price", 1.0),
            "middle": (0, "traditional", "intermediary_margin", 100.0),
            "retail": (0, "traditional", "retailer_margin", 100.0),
        },
        because="The wholesaler keeps {middle} of 100, the shop {retail}: each markup builds on the one before.",
        but="Here the whole margin is profit. A real shop spends most of it on rent, wages and stock.",
    ),
    Step(
        name="offer",
        exact=_offered,
        terms=UNITS_AND_NEEDS,
        title="The maker makes you an offer",
        brief="Direct price",
        story=(
            "The shop charges {shop} EUR; the maker gets {maker}. Now the maker sells to you directly, at its old"
            " price plus {gap} % of the gap between the two."
        ),
        question="What do you pay now?",
        unit="EUR",
        low=0,
        high=20000,
        start=12000,
        by=250,
        views=(OFFER,),
        answer=lambda runs: figure(runs, "direct", "consumer_price"),
        draw=step_charts.prices_by_hand,
        mark=GuessMark(3),
        numbers={
            "maker": (0, "traditional", "supplier_price", 1.0),
            "shop": (0, "traditional", "consumer_price", 1.0),
            "saved": (0, "-direct", "consumer_price", 1.0),
            "more": (0, "-direct", "supplier_price", 1.0),
            "middle": (0, "-direct", "intermediary_margin_money", 1.0),
            "retail": (0, "-direct", "retailer_margin_money", 1.0),
            "all": (0, "-direct", "welfare", 1.0),
        },
        because="You {saved_words}, the maker {more_words}; the wholesaler {middle_words}, the shop {retail_words}.",
        but="In total, {all_words}. Money has only changed hands, as long as every customer buys anyway.",
        changes={
            "saved": ("pay # more", "save #", "pay the same"),
            "more": ("gets # more", "gets # less", "gets the same"),
            "middle": ("gains #", "loses #", "keeps what it had"),
            "retail": ("gains #", "loses #", "keeps what it had"),
            "all": ("# is gained", "# is lost", "nothing is gained or lost"),
        },
        facts={"gap": lambda scenario: 100.0 * getattr(scenario.suppliers.direct_pricing, "gap_share", 0.0)},
    ),
    Step(
        name="leaving",
        exact=_below_the_price,
        terms=NEEDS,
        title="Customers walk away",
        brief="Needs without a purchase",
        story=(
            "So far everybody bought. Now customers differ: the product is worth between {low} and {high} EUR to "
            "them, with every amount equally likely. The shop still charges {shop}; the maker's direct price is "
            "{direct}."
        ),
        question="At the shop's price, how many of 100 needs end without a purchase?",
        **OF_100,
        start=20,
        views=(View("parable", ("traditional", "direct"), WALKING, runs=5),),
        answer=lambda runs: figure(runs, "traditional", "no_purchase_share", 100.0),
        draw=step_charts.beside(
            "no_purchase_share",
            100.0,
            "needs of 100 without a purchase",
            "In the store chain {traditional} of 100 needs end without a purchase; with direct selling, {direct}",
        ),
        mark=GuessMark(0),
        numbers={
            "shop": (0, "traditional", "consumer_price", 1.0),
            "direct": (0, "direct", "consumer_price", 1.0),
            "all": (0, "-direct", "welfare", 1.0),
        },
        because=(
            "Customers who value it below the price do not buy. Per need, the direct offer now {all_words}, so it"
            " is more than a transfer."
        ),
        but="Prices did not react here. A shop that loses customers may charge less.",
        changes={
            "all": ("is # EUR better in total", "is # EUR worse in total", "changes nothing in total"),
        },
        facts={
            "low": lambda scenario: scenario.customers.worth.low,
            "high": lambda scenario: scenario.customers.worth.high,
        },
    ),
    Step(
        name="parcels",
        terms=UNITS_AND_NEEDS,
        title="Parcels cost",
        brief="A sack bought direct",
        story=(
            "{towns} villages lie along the edge of a wide region, with the makers in its middle; the product is "
            "a heavy sack. In the village shop it costs {full} EUR, travel included. The direct price is only "
            "{price}."
        ),
        question="What does a sack cost when bought direct, with parcel and waiting included?",
        unit="EUR",
        low=5,
        high=50,
        start=15,
        by=0.5,
        views=(View("middleman_worth", ("traditional", "direct"), runs=5),),
        answer=lambda runs: figure(runs, "direct", "full_price"),
        draw=step_charts.beside(
            "full_price",
            1.0,
            "EUR per unit, all costs counted",
            "All costs included, a sack costs {traditional} in the store chain and {direct} with direct selling",
        ),
        mark=GuessMark(1),
        numbers={
            "full": (0, "traditional", "full_price", 1.0),
            "price": (0, "direct", "consumer_price", 1.0),
            "direct": (0, "direct", "full_price", 1.0),
            "lost": (0, "-direct", "consumer_surplus", 1.0),
        },
        because=(
            "The wholesaler fills one lorry with the goods of all makers; a parcel travels alone, and you wait "
            "for it. Without the middlemen customers {lost_words}, although each of them took a margin."
        ),
        but="If parcels are cheap enough, this reverses. Open these runs in Compare and change the cost of a parcel.",
        changes={"lost": ("gain # EUR per need", "lose # EUR per need", "neither gain nor lose")},
        facts={"towns": lambda scenario: len(town_names(scenario))},
    ),
    Step(
        name="tastes",
        terms=NEEDS,
        title="Some tastes are rare where they live",
        brief="Rare tastes unserved",
        story=(
            "{towns} towns, {brands} brands, and shops with room for {slots}. Prices are the same in shops and "
            "online. Think of the fifth of customers whose taste is rarest in their own town."
        ),
        question="How many of 100 of their needs find nothing suitable in the shops of their town?",
        **OF_100,
        start=20,
        views=(View("diapers", ("traditional", "direct"), ("geography.customers=6000",), runs=4),),
        answer=lambda runs: figure(runs, "traditional", "unserved_share_by_rarity.rarest", 100.0),
        draw=step_charts.tastes,
        mark=GuessMark(0),
        numbers={
            "rare": (0, "traditional", "unserved_share_by_rarity.rarest", 100.0),
            "common": (0, "traditional", "unserved_share_by_rarity.commonest", 100.0),
            "direct": (0, "direct", "unserved_share_by_rarity.rarest", 100.0),
        },
        because=(
            "A short shelf carries what the town's majority wants. Of the rarest tastes, {rare} of 100 needs go "
            "unserved; of the most common, {common}. Added up over all towns, rare tastes are worth serving: "
            "online, only {direct} go unserved."
        ),
        but="Here a wrong brand is almost worthless to customers. If they accept the next best, the gap is smaller.",
        facts={
            "towns": lambda scenario: len(town_names(scenario)),
            "brands": lambda scenario: len(product_names(scenario)),
            "slots": lambda scenario: scenario.retailers.slots,
        },
    ),
    Step(
        name="shelves",
        terms=NEEDS,
        title="The shelf is empty, but the next shop has it",
        brief="Served at an empty shelf",
        story=(
            "You stand at an empty shelf; another shop in town has the product. Without online orders, {before} "
            "of 100 such customers still get it, by going there or coming back. Now shops show their stock, and a"
            " courier delivers it."
        ),
        question="How many of 100 get it now?",
        **OF_100,
        start=50,
        views=(View("empty_shelf", ("traditional", "o2o"), runs=5),),
        answer=lambda runs: figure(runs, "o2o", "recovered_sales", 100.0),
        draw=step_charts.beside(
            "recovered_sales",
            100.0,
            "of 100 who found an empty shelf",
            "Of 100 customers at an empty shelf, {traditional} get the product in the store chain and {o2o} with O2O",
        ),
        mark=GuessMark(1),
        numbers={
            "before": (0, "traditional", "recovered_sales", 100.0),
            "lost": (0, "traditional", "lost_sales", 100.0),
            "still": (0, "o2o", "lost_sales", 100.0),
        },
        because=(
            "Shared stock turns many small shelves into one large one. Sales lost to empty shelves: {lost} of 100"
            " needs before, {still} after."
        ),
        but="Somebody pays the courier. Here the seller does, at an unchanged price.",
    ),
    Step(
        name="neighbours",
        title="Neighbours talk",
        brief="Ever buy online",
        story=(
            "There are shops, and an online offer that few have heard of. With a little advertising and no word "
            "of mouth, {quiet} of 100 customers ever buy online. Now those who bought tell their neighbours."
        ),
        question="How many of 100 customers buy online at least once?",
        **OF_100,
        start=20,
        views=(
            View("classroom_set_margins", ("hybrid",), (*SMALL, "learning.word_of_mouth=0.0"), runs=4),
            View("classroom_set_margins", ("hybrid",), (*SMALL, "learning.word_of_mouth=0.5"), runs=4),
        ),
        answer=lambda runs: figure(runs, "hybrid", "adoption", 100.0, 1),
        draw=step_charts.word_of_mouth,
        mark=GuessMark(1),
        numbers={
            "quiet": (0, "hybrid", "adoption", 100.0),
            "talk": (1, "hybrid", "adoption", 100.0),
        },
        because="Every buyer makes the next one more likely: {quiet} of 100 become {talk} within {days} days.",
        but="Bad news spreads too: if parcels arrive late or wrong, trust falls in the same way.",
        facts={"days": lambda scenario: scenario.time.days},
    ),
)
NAMES = [step.name for step in STEPS]
