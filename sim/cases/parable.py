"""The story of the middlemen as it is told: five figures, to the cent."""

from __future__ import annotations

from sim.cases.case import Case
from sim.cases.drawing import Bar, bars
from sim.cases.findings import EUR, CaseCheck, CaseFinding, Findings
from sim.cases.plan import CasePlan
from sim.cases.wording import spoken
from sim.report.charts.palette import CUSTOMERS, INTERMEDIARIES, RETAILER, SUPPLIER

TOLD = {
    "customer_pays": 20_000.0,
    "retailer_pays": 10_000.0,
    "intermediary_pays": 5_000.0,
    "direct_price": 8_000.0,
    "customer_saves": 12_000.0,
    "maker_gains": 3_000.0,
    "between_lose": 15_000.0,
}
"""What the story says of one unit."""


def measure(plan: CasePlan) -> Findings:
    """Run the chain, the direct offer and O2O on the same customers."""
    compared = plan.compare("parable", ["traditional", "direct", "o2o"])
    chain, direct, o2o = (compared.figures[regime] for regime in compared.regimes)
    change = compared.differences["direct"]
    between = (
        CaseFinding.of(change["intermediary_margin_money"], EUR),
        CaseFinding.of(change["retailer_margin_money"], EUR),
    )
    lost = [-part.mean for part in between]
    return {
        "customer_pays": CaseFinding.of(chain["consumer_price"], EUR),
        "retailer_pays": CaseFinding.of(chain["wholesale_price"], EUR),
        "intermediary_pays": CaseFinding.of(chain["supplier_price"], EUR),
        "direct_price": CaseFinding.of(direct["consumer_price"], EUR),
        "o2o_price": CaseFinding.of(o2o["consumer_price"], EUR),
        "customer_saves": CaseFinding.of(change["same_need.price"], EUR).turned,
        "maker_gains": CaseFinding.of(change["supplier_price"], EUR),
        "intermediary_loses": between[0].turned,
        "retailer_loses": between[1].turned,
        "between_lose": CaseFinding(sum(lost), *_ends(between), EUR),
        "created": CaseFinding.of(change["welfare"], EUR),
    }


def _ends(parts: tuple[CaseFinding, ...]) -> tuple[float | None, float | None]:
    """Return the ends of a sum of amounts that never vary."""
    lows, highs = [part.high for part in parts], [part.low for part in parts]
    if None in lows or None in highs:
        return None, None
    return -sum(end for end in lows if end is not None), -sum(end for end in highs if end is not None)


def checks(found: Findings) -> list[CaseCheck]:
    """The five figures, to the cent, in every replication; and that they are a transfer."""
    said = {
        "customer_pays": "The customer pays the retailer 20 000",
        "retailer_pays": "the retailer pays the intermediary 10 000",
        "intermediary_pays": "the intermediary pays the maker 5 000",
        "direct_price": "the direct offer is 8 000",
        "customer_saves": "the customer saves 12 000",
        "maker_gains": "the maker receives 3 000 more",
        "between_lose": "the two in between lose 15 000 of margin",
    }
    told = [
        CaseCheck(
            f"{claim[0].upper()}{claim[1:]}, to the cent",
            found[name].within(TOLD[name], TOLD[name]),
            f"Found: {spoken(found[name])}",
        )
        for name, claim in said.items()
    ]
    nothing = CaseCheck(
        "All of it is a transfer: nothing is gained or lost in sum",
        found["created"].within(0.0, 0.0),
        "Welfare per need changes by {created}",
    )
    return [*told, nothing]


def picture(found: Findings) -> str:
    """Draw what each asks along the chain, and the direct offer."""
    rows = [
        Bar("the maker is paid", found["intermediary_pays"], SUPPLIER),
        Bar("the intermediary is paid", found["retailer_pays"], INTERMEDIARIES),
        Bar("the retailer is paid", found["customer_pays"], RETAILER),
        Bar("the maker, selling direct, is paid", found["direct_price"], CUSTOMERS),
    ]
    return bars("Each hand doubles the price; the direct offer lies between the first and the second", rows)


CASE = Case(
    name="parable",
    title="The story of the middlemen, as it is told",
    question="Who gains what when a maker leaves the two firms between itself and its customers out - and what has to "
    "be free for the story to be true?",
    scenarios=("parable",),
    measure=measure,
    checks=checks,
    picture=picture,
    said="Bars: what the maker, the intermediary and the retailer are paid for one unit, and the maker's direct price",
)
