"""The steps of the argument: a claim, a question, the runs that answer it, and the chart of the answer.

Every number in a text is a name in braces, filled in from the runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sim.common.number_format import Interval, is_clear, short
from sim.experiments import Comparison
from sim.experiments.views import View
from sim.report import charts
from sim.report.charts import Chart
from sim.report.comparison_protocol import UNKNOWN, Between, sum_of
from sim.report.titles import titled
from sim.scenario import Scenario
from sim.scenario.names import product_names, town_names
from sim.scenario.regimes import title_of

Runs = Sequence[Comparison]


@dataclass(frozen=True)
class Step:
    """A step.

    Attributes:
        name: its name in the link.
        title: a claim, or the topic.
        story: text before the question.
        question, unit, low, high, start, by: the question, and the slider for the guess.
        views: the runs that answer.
        answer: reads the answer from them, on the slider's scale.
        draw: draws the answer beside the guess.
        numbers: numbers in the texts, by name, as figures of a run: (number of the view, regime, figure, factor).
        because, but: the reason in a sentence, and what it leaves out.
        changes: wording of changes: more, less and the same; ``{NAME_words}`` in a text.
        facts: other numbers in the texts, by name, from the scenario.
    """

    name: str
    title: str
    story: str
    question: str
    unit: str
    low: float
    high: float
    start: float
    by: float
    views: tuple[View, ...]
    answer: Callable[[Runs], Interval]
    draw: Callable[[Runs, float], Chart]
    numbers: Mapping[str, tuple[int, str, str, float]]
    because: str
    but: str
    changes: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    facts: Mapping[str, Callable[[Scenario], float]] = field(default_factory=dict)


def figure(runs: Runs, regime: str, name: str, factor: float = 1.0, number: int = 0) -> Interval:
    """Return a figure of a run; a minus before ``regime`` means the difference to the first regime."""
    table = runs[number].differences[regime[1:]] if regime.startswith("-") else runs[number].figures[regime]
    found = table.get(name, UNKNOWN)
    ends = (found.mean, found.low, found.high)
    return Between(*(None if end is None else factor * end for end in ends))


def filled(step: Step, text: str, runs: Runs) -> str:
    """Return a text with its numbers filled in.

    The wording of a change, ``{saved_words}``, depends on its sign, so that no text says "save" when somebody pays
    more.
    """
    found = {name: short(fact(runs[0].scenario)) for name, fact in step.facts.items()}
    for name, (number, regime, figure_name, factor) in step.numbers.items():
        value = figure(runs, regime, figure_name, factor, number)
        decimals = 1 if factor == 100 else 2
        found[name] = "-" if value.mean is None else short(round(value.mean, decimals))
        if name in step.changes:
            found[f"{name}_words"] = change_in_words(value, decimals, *step.changes[name])
    return text.format(**found)


def change_in_words(change: Interval, decimals: int, more: str, less: str, same: str) -> str:
    """Return a change in words: one of three texts, by its sign, with its size in place of ``#``."""
    size = round(change.mean or 0.0, decimals)
    if size == 0:
        return same
    said = (more if size > 0 else less).replace("#", short(abs(size)))
    return said if is_clear(change) else f"{said} (which may be chance)"


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


def _between(runs: Runs) -> Interval:
    names = ("intermediary_margin", "retailer_margin")
    return sum_of([figure(runs, "traditional", name, 100.0) for name in names])


def _ladder(runs: Runs, guess: float) -> Chart:
    scenario = runs[0].scenario
    tiers = [tier.name for tier in scenario.tiers]
    return charts.with_guess(charts.ladder(titled(runs[0], scenario), tiers, scenario.money.currency), guess)


def _hundred(runs: Runs, guess: float) -> Chart:
    """Draw the guess from the right, because the firms in between are last in the bar."""
    scenario = runs[0].scenario
    chart = charts.where_your_100_go(titled(runs[0], scenario), scenario.money.currency)
    return charts.with_guess(chart, guess, across=False, at=100.0 - guess)


def _beside(name: str, factor: float, axis: str, guessed: str, said: str) -> Callable[[Runs, float], Chart]:
    """Return a function that draws a figure regime by regime, with the guess at the regime in question."""

    def draw(runs: Runs, guess: float) -> Chart:
        values = {regime: figure(runs, regime, name, factor) for regime in runs[0].regimes}
        finding = said.format(**{regime: "-" if v.mean is None else short(v.mean) for regime, v in values.items()})
        bars = {title_of(regime): value for regime, value in values.items()}
        return charts.side_by_side(bars, finding, axis, guess, title_of(guessed))

    return draw


def _talk(runs: Runs, guess: float) -> Chart:
    values = {
        "no word of mouth": figure(runs, "hybrid", "adoption", 100.0),
        "word of mouth": figure(runs, "hybrid", "adoption", 100.0, 1),
    }
    quiet, talk = ("-" if value.mean is None else short(value.mean) for value in values.values())
    said = f"Without word of mouth, {quiet} of 100 customers buy online at least once; with it, {talk} do"
    return charts.side_by_side(values, said, "customers of 100 who bought online at least once", guess, "word of mouth")


OF_100: dict[str, Any] = {"unit": "of 100", "low": 0, "high": 100, "by": 1}

STEPS = (
    Step(
        name="chain",
        title="A product passes through three hands before you buy it",
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
        draw=_ladder,
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
        title="Most of what you pay never reaches the maker",
        story="You pay {shop} EUR. The maker gets {maker}.",
        question="Of 100 that you pay, how much stays with the two firms in between?",
        **OF_100,
        start=40,
        views=(PARABLE,),
        answer=_between,
        draw=_hundred,
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
        title="The maker makes you an offer",
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
        draw=_ladder,
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
        title="Customers walk away",
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
        draw=_beside(
            "no_purchase_share",
            100.0,
            "needs of 100 without a purchase",
            "traditional",
            "In the store chain {traditional} of 100 needs end without a purchase; with direct selling, {direct}",
        ),
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
        title="Parcels cost",
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
        draw=_beside(
            "full_price",
            1.0,
            "EUR per unit: price, fee, travel, waiting and hassle",
            "direct",
            "All costs included, a sack costs {traditional} in the store chain and {direct} with direct selling",
        ),
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
        title="Some tastes are rare where they live",
        story=(
            "{towns} towns, {brands} brands, and shops with room for {slots}. Prices are the same in shops and "
            "online. Think of the fifth of customers whose taste is rarest in their own town."
        ),
        question="How many of 100 of their needs find nothing suitable in the shops of their town?",
        **OF_100,
        start=20,
        views=(View("diapers", ("traditional", "direct"), ("geography.customers=6000",), runs=4),),
        answer=lambda runs: figure(runs, "traditional", "unserved_share_by_rarity.rarest", 100.0),
        draw=lambda runs, guess: charts.with_guess(charts.rare_tastes(titled(runs[0], runs[0].scenario)), guess),
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
        title="The shelf is empty, but the next shop has it",
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
        draw=_beside(
            "recovered_sales",
            100.0,
            "customers of 100 who found an empty shelf but got the product",
            "o2o",
            "Of 100 customers at an empty shelf, {traditional} get the product in the store chain and {o2o} with O2O",
        ),
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
        draw=_talk,
        numbers={
            "quiet": (0, "hybrid", "adoption", 100.0),
            "talk": (1, "hybrid", "adoption", 100.0),
        },
        because="Every buyer makes the next one more likely: {quiet} of 100 become {talk} within {days} days.",
        but="Bad news spreads too: if parcels arrive late or wrong, trust falls in the same way.",
        facts={"days": lambda scenario: scenario.time.days},
    ),
)
"""In the order in which readers go through them."""
