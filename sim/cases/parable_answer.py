"""The story when the firms in between answer: they cut their prices, and the maker answers in turn."""

from __future__ import annotations

from sim.cases.case import Case
from sim.cases.drawing import Bar, bars
from sim.cases.findings import EUR, SHARE, CaseCheck, CaseFinding, Findings
from sim.cases.plan import CasePlan
from sim.cases.runs import One, PairedRuns, bought
from sim.cases.wording import amount
from sim.common.estimates import difference
from sim.report.charts.palette import CUSTOMERS, INTERMEDIARIES, RETAILER, SUPPLIER
from sim.results.figures.arithmetic import quotient
from sim.scenario import load_scenario

NAME = "parable_answer"
BEFORE, ANSWERED, ALONE = "traditional", "beside", "direct"
SHOP_PRICE, DIRECT_PRICE = "consumer_price_by_channel.store", "consumer_price_by_channel.parcel"
ANSWERING_MAKER = {"suppliers.direct_pricing": {"rule": "best_response", "review_days": 1}}
"""The maker goes on selling to the chain at 5 000, and asks of customers what pays best."""
PARTIES = {
    "customers": "consumer_surplus",
    "maker": "supplier_profit",
    "intermediary": "intermediary_profit",
    "retailer": "retailer_profit",
    "everybody": "welfare",
}


def measure(plan: CasePlan) -> Findings:
    """Run the chain alone, the direct offer beside a chain that answers it, and the direct offer alone."""
    first, second = plan.sweep(NAME, [BEFORE, ANSWERED, ALONE], [{}, ANSWERING_MAKER])
    return {
        "wholesale_before": first.of(BEFORE, "wholesale_price", EUR),
        "shop_before": first.of(BEFORE, "consumer_price", EUR),
        "direct_price": first.of(ANSWERED, DIRECT_PRICE, EUR),
        **chain_response(first, ""),
        **chain_response(second, "_twice"),
        "direct_price_twice": second.of(ANSWERED, DIRECT_PRICE, EUR),
        "retailer_before": first.of(BEFORE, "retailer_profit", EUR),
        "retailer_before_margin": first.each(lambda one: retail_margin(one, BEFORE, "consumer_price"), EUR),
        "retailer_answered": first.of(ANSWERED, "retailer_profit", EUR),
        "retailer_answered_margin": first.each(lambda one: retail_margin(one, ANSWERED, SHOP_PRICE), EUR),
        "hassle": CaseFinding.exact(hassle(), EUR),
        "hassle_most": CaseFinding.exact(hassle() * (1.0 + load_scenario(NAME).customers.heterogeneity), EUR),
        "maker_alone": first.change(BEFORE, ALONE, "supplier_profit", EUR),
        "retailer_loss": first.change(ANSWERED, BEFORE, "retailer_profit", EUR),
        "retailer_loss_twice": second.change(ANSWERED, BEFORE, "retailer_profit", EUR),
        "maker_misses": first.change(ALONE, ANSWERED, "supplier_profit", EUR),
        "possibility": first.each(lambda one: quotient(customer_gain(one, ANSWERED), customer_gain(one, ALONE)), SHARE),
        **second_answer(first, second),
    }


def hassle() -> float:
    """Return what buying unseen costs customers on average, at the trust they have."""
    customers = load_scenario(NAME).customers
    return customers.hassle * (1.0 - customers.trust)


def retail_margin(one: One, regime: str, price: str) -> float | None:
    """Return what the retailer's margin at the prices of these days, times what it sells, comes to per need."""
    figures = one[regime]
    each = difference(figures.get(price), figures.get("wholesale_price"))
    share, sold = figures.get("channel_share.store"), bought(one, regime)
    return None if each is None or share is None or sold is None else each * share * sold


def chain_response(runs: PairedRuns, mark: str) -> Findings:
    """Return what the chain's answer comes to, and what each party gains on what was before any direct offer."""
    gains = {f"{party}_gain{mark}": runs.change(BEFORE, ANSWERED, figure, EUR) for party, figure in PARTIES.items()}
    return {
        f"wholesale{mark}": runs.of(ANSWERED, "wholesale_price", EUR),
        f"shop{mark}": runs.of(ANSWERED, "consumer_price_by_channel.store", EUR),
        f"shop_share{mark}": runs.of(ANSWERED, "channel_share.store", SHARE),
        f"units{mark}": runs.each(lambda one: (bought(one, ANSWERED) or 0.0) / (bought(one, BEFORE) or 1.0)),
        **gains,
    }


def customer_gain(one: One, regime: str) -> float | None:
    """Return what customers gain per need on what was before any direct offer, in one replication."""
    return difference(one[regime].get("consumer_surplus"), one[BEFORE].get("consumer_surplus"))


def second_answer(first: PairedRuns, second: PairedRuns) -> Findings:
    """Return what changes, pair by pair, once the maker answers the answer."""
    answered = {
        "shop_cut": (SHOP_PRICE, -1.0),
        "direct_cut": (DIRECT_PRICE, -1.0),
        "customers_more": ("consumer_surplus", 1.0),
    }
    pairs = list(zip(first[ANSWERED], second[ANSWERED], strict=True))
    found = {
        name: CaseFinding.over(
            (difference(sign * (b[figure] or 0.0), sign * (a[figure] or 0.0)) for a, b in pairs), EUR
        )
        for name, (figure, sign) in answered.items()
    }
    over = (difference(b["wholesale_price"], b[DIRECT_PRICE]) for _, b in pairs)
    return {**found, "shops_pay_more": CaseFinding.over(over, EUR)}


def checks(found: Findings) -> list[CaseCheck]:
    """How far prices fall, and who still gains."""
    return [
        CaseCheck(
            "The retailer cuts its price by more than half, and most customers stay with it",
            found["shop"].below(0.5 * found["shop_before"].mean) and found["shop_share"].above(0.5),
            "From {shop_before:mean} to {shop}; {shop_share} buy there",
        ),
        CaseCheck(
            "The intermediary cuts its price as well",
            found["wholesale"].below(found["wholesale_before"].mean),
            "From {wholesale_before:mean} to {wholesale}",
        ),
        CaseCheck(
            "Customers, maker and intermediary gain, the retailer loses",
            all(found[f"{party}_gain"].above(0.0) for party in ("customers", "maker", "intermediary"))
            and found["retailer_gain"].below(0.0),
            "Per need: customers {customers_gain}, maker {maker_gain}, intermediary {intermediary_gain}, retailer "
            "{retailer_gain}",
        ),
        CaseCheck(
            "What the retailer earns is what it asks less what it pays, times what it sells, within 5 %",
            # Books lag: what was sold had been bought some days before.
            all(
                found[f"retailer_{when}"].near(found[f"retailer_{when}_margin"].mean) for when in ("before", "answered")
            ),
            "Per need {retailer_before:mean} before ({retailer_before_margin:mean} by prices), "
            "{retailer_answered:mean} after ({retailer_answered_margin:mean})",
        ),
        CaseCheck(
            "The maker gains less than it would if nobody answered",
            found["maker_misses"].below(0),
            "{maker_misses} per need against direct sales without a chain",
        ),
        CaseCheck(
            "Once the maker answers the answer, both prices fall further, and customers gain more",
            all(found[name].above(0.0) for name in ("shop_cut", "direct_cut", "customers_more")),
            "The shop's by {shop_cut}, the direct one by {direct_cut}; customers gain {customers_more} more per need",
        ),
    ]


def picture(found: Findings) -> str:
    """Draw who gains what per need once the chain has answered."""
    rows = [
        Bar("customers", found["customers_gain"], CUSTOMERS),
        Bar("the maker", found["maker_gain"], SUPPLIER),
        Bar("the intermediary", found["intermediary_gain"], INTERMEDIARIES),
        Bar("the retailer", found["retailer_gain"], RETAILER),
    ]
    headline = f"The shop answers 8 000 with {amount(found['shop'])} and keeps {amount(found['shop_share'])} of buyers"
    return bars(headline, rows, "Gain per need on the chain without a direct offer. Lines: 95 % intervals.")


CASE = Case(
    name=NAME,
    title="The story, when the firms in between answer",
    question="The direct offer comes, and the firms in between cut their prices. How far, and who still gains?",
    scenarios=(NAME,),
    measure=measure,
    checks=checks,
    picture=picture,
    said="Bars: gain per need of customers, maker, intermediary and retailer once the chain has answered the offer",
)
