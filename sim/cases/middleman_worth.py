"""What the wholesaler is worth to customers in a thin, remote market, and where that turns."""

from __future__ import annotations

from sim.cases.case import Case
from sim.cases.drawing import Bar, bars
from sim.cases.findings import EUR, CaseCheck, CaseFinding, Findings
from sim.cases.plan import CasePlan
from sim.cases.runs import One, PairedRuns, bought
from sim.cases.wording import amount
from sim.common.estimates import difference
from sim.experiments.root_bracketing import Crossing
from sim.report.charts.palette import COSTS, CUSTOMERS, INTERMEDIARIES
from sim.results.figures.arithmetic import quotient

THIN, BASE = "middleman_worth_wholesaler", "middleman_worth"
WITH, WITHOUT, DIRECT = "traditional", "without_wholesaler", "direct"
LORRY = "delivery.bulk.cost_per_shipment"
ALONG = (2.0, 8.0)
"""What a lorry's stop may cost."""
EITHER_SIDE = (3.0, 6.0)
"""Where it is looked again, at either side of the turn."""


def measure(plan: CasePlan) -> Findings:
    """Take the wholesaler out where shops may close; look for where it turns; then where shops stay open."""
    runs = plan.figures(THIN, [WITH, WITHOUT])
    open_anyway = plan.figures(BASE, [WITH, WITHOUT, DIRECT])
    vary = f"{LORRY}={ALONG[0]}..{ALONG[1]}"
    cheap, dear = plan.sweep(THIN, [WITH, WITHOUT], [{LORRY: cost} for cost in EITHER_SIDE])
    (turn,) = plan.frontier(THIN, vary, (WITH, WITHOUT), ("customers",), steps=3).crossings
    return {
        **figures(runs),
        "turn": turning(turn),
        "cheap_lorry": CaseFinding.exact(EITHER_SIDE[0], EUR),
        "dear_lorry": CaseFinding.exact(EITHER_SIDE[1], EUR),
        "gain_at_cheap": cheap.change(WITH, WITHOUT, "consumer_surplus", EUR),
        "loss_at_dear": dear.change(WITHOUT, WITH, "consumer_surplus", EUR),
        "direct_loss": open_anyway.change(DIRECT, WITH, "consumer_surplus", EUR),
        "direct_cheaper": open_anyway.change(DIRECT, WITH, "consumer_price", EUR),
        "direct_dearer": open_anyway.each(lambda one: difference(paid(one, DIRECT), paid(one, WITH)), EUR),
        "paid_with": open_anyway.each(lambda one: paid(one, WITH), EUR),
        "paid_direct": open_anyway.each(lambda one: paid(one, DIRECT), EUR),
        "open_surplus": open_anyway.change(WITH, WITHOUT, "consumer_surplus", EUR),
        "open_profit": open_anyway.of(WITHOUT, "retailer_profit", EUR),
    }


def paid(one: One, regime: str) -> float | None:
    """Return what customers pay for a purchase, the parcel's fee included."""
    return quotient(one[regime].get("customers_paid"), bought(one, regime))


def figures(runs: PairedRuns) -> Findings:
    """Return what becomes of customers, shops and firms when the wholesaler is left out."""
    return {
        "price_with": runs.of(WITH, "consumer_price", EUR),
        "price_without": runs.of(WITHOUT, "consumer_price", EUR),
        "cheaper": runs.change(WITHOUT, WITH, "consumer_price", EUR),
        "shops_lost": runs.change(WITHOUT, WITH, "stores_open", "shops"),
        "shops_with": runs.of(WITH, "stores_open", "shops"),
        "shops_without": runs.of(WITHOUT, "stores_open", "shops"),
        "none_with": runs.of(WITH, "no_purchase_share", "share"),
        "none_without": runs.of(WITHOUT, "no_purchase_share", "share"),
        "surplus_with": runs.of(WITH, "consumer_surplus", EUR),
        "surplus_without": runs.of(WITHOUT, "consumer_surplus", EUR),
        "customers_lose": runs.change(WITHOUT, WITH, "consumer_surplus", EUR),
        "kept": runs.of(WITH, "intermediary_profit", EUR),
        "makers_lose": runs.change(WITHOUT, WITH, "supplier_profit", EUR),
        "shops_lose": runs.change(WITHOUT, WITH, "retailer_profit", EUR),
        "all_lose": runs.change(WITHOUT, WITH, "welfare", EUR),
    }


def turning(crossing: Crossing) -> CaseFinding:
    """Return where the answer turns. Raises ValueError where it does not within ``ALONG``."""
    if crossing.x is None:
        raise ValueError(f"customers are {crossing.side} better off without the wholesaler along {LORRY}")
    return CaseFinding(crossing.x, crossing.low, crossing.high, EUR)


def checks(found: Findings) -> list[CaseCheck]:
    """Customers are worse off without the wholesaler, although prices fall, and there is a cost at which it turns."""
    return [
        CaseCheck(
            "Without the wholesaler goods get cheaper where they can still be had",
            found["cheaper"].above(0.0),
            "{price_with} with it, {price_without} without",
        ),
        CaseCheck(
            "Shops close: what twelve lorries cost is more than small villages bring in",
            found["shops_lost"].above(0.0),
            "{shops_with:mean} are open with the wholesaler, {shops_without} without",
        ),
        CaseCheck(
            "Customers as a whole are worse off without the wholesaler",
            found["customers_lose"].above(0.0),
            "Per need by {customers_lose}",
        ),
        CaseCheck(
            "It turns with what a lorry's stop costs",
            found["gain_at_cheap"].above(0.0) and found["loss_at_dear"].above(0.0),
            "At {turn}. Run again on either side: without the wholesaler customers gain {gain_at_cheap} per need "
            "where a stop costs {cheap_lorry:mean}, and lose {loss_at_dear} where it costs {dear_lorry:mean}",
        ),
        CaseCheck(
            "Cutting out wholesaler and shops alike, for parcels, makes customers worse off too: goods get cheaper, "
            "but with the parcel's fee they pay more",
            all(found[name].above(0.0) for name in ("direct_loss", "direct_cheaper", "direct_dearer")),
            "Per need by {direct_loss}; goods cheaper by {direct_cheaper}, goods and fee dearer by {direct_dearer} a "
            "purchase",
        ),
    ]


def picture(found: Findings) -> str:
    """Draw customers' surplus with the wholesaler and without, and what the wholesaler keeps."""
    rows = [
        Bar("customers' gain from trade, with the wholesaler", found["surplus_with"], CUSTOMERS),
        Bar("the same without the wholesaler", found["surplus_without"], COSTS),
        Bar("what the wholesaler keeps", found["kept"], INTERMEDIARIES),
    ]
    headline = f"The wholesaler keeps {amount(found['kept'])} a need; without it customers lose more than that"
    return bars(headline, rows, "EUR per need. Lines: 95 % intervals.")


CASE = Case(
    name="middleman_worth",
    title="What the wholesaler is worth where people are few and far",
    question="Eight villages far from twelve makers. Are customers better off without the wholesaler, who takes a "
    "margin, and where does that turn?",
    scenarios=(THIN, BASE),
    measure=measure,
    checks=checks,
    picture=picture,
    said="Bars: customers' gain per need with the wholesaler and without, and what the wholesaler keeps",
)
