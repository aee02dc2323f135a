"""Five years in which makers go online, customers learn and shops close: who gains, and who pays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from sim.cases.case import Case
from sim.cases.drawing import Bar, bars
from sim.cases.findings import EUR, POINTS, SHARE, CaseCheck, CaseFinding, Findings
from sim.cases.plan import CasePlan
from sim.cases.wording import spoken
from sim.common.estimates import difference
from sim.common.types import CENTS, BoolArray, IntArray
from sim.engine.codes import EVENTS, no_events
from sim.report.charts.palette import CUSTOMERS, INTERMEDIARIES, NEUTRAL, RETAILER, SUPPLIER
from sim.results.figures.arithmetic import quotient
from sim.results.figures.groups import Groups
from sim.results.figures.window import Window
from sim.results.outcome import Outcome
from sim.runs.replication import Flat

CHAIN, ONLINE = "traditional", "online"
YEARS = 5
DAYS_A_YEAR = 365
FEW, MANY = 0.10, 0.50
"""Shares of customers: those who have bought online after the first year, and after the last."""

PARTIES = {
    "customers": "consumer_surplus",
    "makers": "supplier_profit",
    "wholesalers": "intermediary_profit",
    "shops": "retailer_profit",
    "platform": "platform_profit",
    "carriers": "carrier_profit",
    "welfare": "welfare",
}
"""Whose change is that of which figure, in money per need."""


def measure(plan: CasePlan) -> Findings:
    """Live through five years with the chain alone, and again with makers free to sell online."""
    flats = plan.measure("disruption", [CHAIN, ONLINE], observe_years)
    unit = {"share": SHARE, "money": EUR, "count": "", "points": POINTS}
    return {
        name: CaseFinding.over([flat[f"{kind}.{name}"] for flat in flats], unit[kind])
        for kind, name in (key.split(".", 1) for key in _names(flats))
    }


def _names(flats: Sequence[Flat]) -> list[str]:
    """Return the names of what is defined in some replication."""
    names = dict.fromkeys(name for flat in flats for name in flat)
    return [name for name in names if any(flat[name] is not None for flat in flats)]


def observe_years(outcomes: Mapping[str, Outcome]) -> dict[str, float | None]:
    """Return what one replication shows, each number under its unit and its name."""
    chain, online = outcomes[CHAIN], outcomes[ONLINE]
    return {**_years(online), **_fifth_year(chain, online), **_who(chain, online)}


def _years(online: Outcome) -> dict[str, float | None]:
    """Return what stands at the end of each year: adoption, shops, makers who sell online."""
    table, people = online.columns["adoption"], online.columns["towns"]["customers"].sum()
    events = online.columns.get("events", no_events())
    stores = _stores(online)
    found: dict[str, float | None] = {}
    for year in range(1, YEARS + 1):
        end = DAYS_A_YEAR * year
        so_far = events["kind"][events["day"] < end]
        seen = table["adopters"][table["day"] < end]
        found[f"share.adoption_{year}"] = float(seen[-1]) / float(people)
        found[f"count.shops_{year}"] = float(len(stores) - _count(so_far, "store_closed"))
        found[f"points.new_{year}"] = difference(
            found[f"share.adoption_{year}"], found.get(f"share.adoption_{year - 1}", 0.0)
        )
        found[f"count.makers_{year}"] = float(_count(so_far, "channel_opened") - _count(so_far, "channel_closed"))
    found["count.makers_more"] = difference(found["count.makers_5"], found["count.makers_1"])
    found["points.faster"] = difference(found["points.new_3"], found["points.new_1"])
    found["points.slower"] = difference(found["points.new_4"], found["points.new_5"])
    return found


def _count(kinds: IntArray, kind: str) -> int:
    return int(np.count_nonzero(kinds == EVENTS.index(kind)))


def _stores(outcome: Outcome) -> IntArray:
    """Return the numbers of all stores there ever were."""
    places = outcome.columns["places"]
    return places["place"][places["kind"] == outcome.labels["place_kinds"].index("store")]


def _fifth_year(chain: Outcome, online: Outcome) -> dict[str, float | None]:
    """Return who is left with more and who with less in the fifth year, in money per need, and where."""
    before, after = chain.figures, online.figures
    by_town = {name: after["stores_open_by_town"][name] for name in after["stores_open_by_town"]}
    found: dict[str, float | None] = {f"money.{who}": after[figure] - before[figure] for who, figure in PARTIES.items()}
    found |= {
        f"money.{fifth}": after["consumer_surplus_by_rarity"][fifth] - before["consumer_surplus_by_rarity"][fifth]
        for fifth in ("rarest", "commonest")
    }
    found["count.shops_of_chain"] = before["stores_open"]
    found["count.shops_lost"] = before["stores_open"] - after["stores_open"]
    found["count.towns_without"] = float(sum(number == 0 for number in by_town.values()))
    found["count.towns_without_of_chain"] = float(sum(n == 0 for n in before["stores_open_by_town"].values()))
    found["count.towns_lost"] = difference(found["count.towns_without"], found["count.towns_without_of_chain"])
    found["money.rare_more"] = difference(found["money.rarest"], found["money.commonest"])
    found["money.price_before"], found["money.price_after"] = before["consumer_price"], after["consumer_price"]
    found["money.paid_before"], found["money.paid_after"] = _paid(chain), _paid(online)
    found["money.paid_less"] = difference(found["money.paid_before"], found["money.paid_after"])
    found["money.makers_before"] = before["supplier_profit"]
    found["share.makers_more"] = after["supplier_profit"] / before["supplier_profit"] - 1.0
    found["share.online_share"] = after["channel_share"]["parcel"]
    return found


def _paid(outcome: Outcome) -> float | None:
    """Return what customers pay for a purchase they keep, the parcel's fee included."""
    window = Window.of(outcome)
    return _mean(window.needs["price"] + window.needs["fee"] + window.needs["tax"], window.kept)


def _who(chain: Outcome, online: Outcome) -> dict[str, float | None]:
    """Return what changes for the same needs, by town, and in the smaller towns by how rare a taste is there.

    Groups are of place and taste, which nothing that happens changes. Whom a shop had served is no such group: who
    found nothing with the chain can only gain by what comes, also where chance alone comes.
    """
    one, other = Window.of(chain), Window.of(online)
    surplus = other.needs["surplus"] - one.needs["surplus"]
    town = one.needs["town"]
    empty = np.array([number == 0 for number in online.figures["stores_open_by_town"].values()])
    small = _small_towns(chain)
    by_taste = _by_taste(one, surplus, small)
    return {
        "money.lost_town": _mean(surplus, empty[town]),
        "money.kept_town": _mean(surplus, ~empty[town]),
        "money.small_rare": by_taste[0],
        "money.small_others": by_taste[1],
        "money.small_towns": _mean(surplus, small[town]),
        "money.large_towns": _mean(surplus, ~small[town]),
        "share.worse_off": float(np.mean(surplus < 0)),
        "share.worse_off_lost": _mean(100 * (surplus < 0), empty[town]),
    }


def _by_taste(window: Window, cents: IntArray, towns: BoolArray) -> tuple[float | None, float | None]:
    """Return means over needs of some towns in units of currency: of the rarest fifth of tastes, of all others."""
    groups = Groups(window)
    shape = (len(towns), -1)
    sums, needs = (each.reshape(shape)[towns] for each in (groups.sums(cents), groups.needs))
    rarest = groups.parts[:, 0].reshape(shape)[towns]
    parts = (rarest, 1.0 - rarest)
    first, second = (quotient(float((sums * part).sum()), CENTS * float((needs * part).sum())) for part in parts)
    return first, second


def _small_towns(outcome: Outcome) -> BoolArray:
    """Tell which towns are in the smaller half, shape (towns,)."""
    people = outcome.columns["towns"]["customers"]
    small = np.zeros(len(people), dtype=np.bool_)
    small[np.argsort(people, kind="stable")[: len(people) // 2]] = True
    return small


def _mean(cents: IntArray, rows: BoolArray) -> float | None:
    """Return the mean over some needs in units of currency; None without any."""
    return float(cents[rows].mean()) / CENTS if rows.any() else None


def checks(found: Findings) -> list[CaseCheck]:
    """Makers join, customers learn, dealers lose, shops close, towns lose their last; and who pays for it."""
    first, last = found["adoption_1"], found[f"adoption_{YEARS}"]
    return [
        CaseCheck(
            "More makers sell online at the end than after a year (that they decide one by one is assumed)",
            found["makers_more"].above(0.0),
            "{makers_1:mean} of 4 after one year, {makers_3:mean} after three, {makers_5:mean} after five",
        ),
        CaseCheck(
            "Customers learn, slowly first, then fast, and slowly again: under a tenth after one year, more than half "
            "after five; more are new in the third year than in the first, fewer in the fifth than in the fourth",
            first.below(FEW) and last.above(MANY) and found["faster"].above(0.0) and found["slower"].above(0.0),
            f"{spoken(first)} after one year, {spoken(found['adoption_3'])} after three, {spoken(last)} after five; "
            f"new in the third year {spoken(found['faster'])} more than in the first, in the fifth "
            f"{spoken(found['slower'])} fewer than in the fourth",
        ),
        CaseCheck(
            "Makers earn more", found["makers"].above(0.0), "By {makers} per need, {makers_more} of what they earned"
        ),
        CaseCheck(
            "Dealers lose, wholesalers as well as shops",
            found["wholesalers"].below(0.0) and found["shops"].below(0.0),
            "{wholesalers} and {shops} per need",
        ),
        CaseCheck(
            "Shops close that the chain alone would have kept",
            found["shops_lost"].above(0.0),
            "{shops_lost} of {shops_of_chain:mean}",
        ),
        CaseCheck(
            "Some towns lose their last shop",
            found["towns_lost"].above(0.0),
            "{towns_without} of 10 towns have none, {towns_without_of_chain:mean} with the chain alone",
        ),
        CaseCheck(
            "In the smaller half of the towns the rarest fifth of tastes gains, and all others pay",
            found["small_rare"].above(0.0) and found["small_others"].below(0.0),
            "{small_rare} and {small_others} per need",
        ),
        CaseCheck(
            "What customers pay, the parcel's fee included, falls",
            found["paid_less"].above(0.0),
            "By {paid_less} a purchase, from {paid_before:mean} to {paid_after:mean}; without the fee from "
            "{price_before:mean} to {price_after:mean}",
        ),
        CaseCheck(
            "Rare tastes gain more than common ones",
            found["rarest"].above(0.0) and found["rare_more"].above(0.0),
            "The rarest fifth {rarest}, the commonest {commonest} per need",
        ),
    ]


def picture(found: Findings) -> str:
    """Draw who is left with more and who with less in the fifth year."""
    rows = [
        Bar("customers with rare tastes", found["rarest"], CUSTOMERS),
        Bar("customers with common tastes", found["commonest"], CUSTOMERS),
        Bar("in the smaller towns: the rarest tastes", found["small_rare"], CUSTOMERS),
        Bar("in the smaller towns: all other tastes", found["small_others"], CUSTOMERS),
        Bar("makers", found["makers"], SUPPLIER),
        Bar("wholesalers", found["wholesalers"], INTERMEDIARIES),
        Bar("shops", found["shops"], RETAILER),
        Bar("the platform", found["platform"], NEUTRAL),
    ]
    note = "EUR per need in the fifth year, against five years in which nobody sells online."
    return bars("Rare tastes and makers gain; dealers pay, and in small towns all but the rarest tastes", rows, note)


CASE = Case(
    name="disruption",
    title="Five years of disruption",
    question="Who gains and who pays, town by town and taste by taste, when makers sell direct and shops have to live "
    "on what is left?",
    scenarios=("disruption",),
    measure=measure,
    checks=checks,
    picture=picture,
    said="Bars: what customers by taste and town, makers, wholesalers, shops and the platform gain or lose per need",
)
