"""The story of one need in sentences and small tables, the same in every door."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sim.common.number_format import duration, grouped, listed, money_text, number_of
from sim.report.text.glossary import CHANNELS, REASONS
from sim.report.text.grid import Grid

if TYPE_CHECKING:
    from sim.results.figures.origins import SupplyStep
    from sim.results.figures.story import FirstChoice, Purchase, Story

NOT_IN_IT = (
    "Goods are valued at the latest price paid for them; stock is pooled, so this unit may have arrived earlier. "
    "Freight, rent, fixed costs and interest are paid for many units at once, so the ledger books them without a need."
)

BOUGHT, KEPT = "What it wanted, and what it got", "Who kept what"
IN_SHORT = (BOUGHT, KEPT)
"""The parts of a story that matter most."""


class TraceSection(NamedTuple):
    """A part of a story: its title, sentences, a table where it has one, and a note below that."""

    title: str
    sentences: Sequence[str] = ()
    table: Grid | None = None
    note: str = ""


def sections(story: Story) -> Iterator[TraceSection]:
    """Yield the parts of a story in the order in which it happened."""
    yield TraceSection("The customer", _customer(story))
    yield TraceSection(BOUGHT, _purchase(story))
    if story.upstream:
        steps = [_step(step, story.currency) for step in story.upstream]
        yield TraceSection("How such goods last got there", steps)
    if story.movements:
        yield TraceSection("Goods", table=_movements(story))
    if story.payments:
        yield TraceSection("Money", table=_payments(story))
    if story.parties:
        yield TraceSection(f"{KEPT} of this unit ({story.currency})", table=_parties(story), note=NOT_IN_IT)


def _customer(story: Story) -> list[str]:
    """Return who it is that has the need."""
    who, unit = story.customer, story.currency
    home = f"{grouped(story.from_centre, 1)} km from the centre" if story.from_centre >= 0.05 else "in the centre"
    stores = [f"{name} ({grouped(km, 1)} km)" for name, km in zip(who.stores, who.km, strict=True)]
    return [
        f"Customer {who.number} lives in {who.town}, {home}. Its taste is style {who.taste}; one unit of exactly "
        f"that is worth {grouped(who.worth, 2)} {unit} to it.",
        f"A kilometre costs it {grouped(who.travel_cost, 2)}, a day of waiting {grouped(who.waiting_cost, 2)}, and the "
        f"hassle of buying unseen {grouped(who.hassle, 2)} without any trust; trust at the start: "
        f"{grouped(who.trust, 2)}.",
        f"Stores it considers: {listed(stores)}." if stores else "There is no store near it.",
    ]


def _purchase(story: Story) -> list[str]:
    """Return what the customer considered first, and what became of it."""
    said = [_first_choice(story.first_choice)]
    if story.came_back:
        said.append("It came back the next day.")
    if story.purchase is None:
        said.append(f"{REASONS[story.result]} ({story.result})")
    else:
        said += _bought(story, story.purchase)
    way = f"It travelled {grouped(2 * story.km, 1)} km there and back" if story.km else "It did not travel"
    said.append(f"{way}. Consumer surplus: {money_text(story.surplus, story.currency)} relative to not shopping.")
    return said


def _first_choice(choice: FirstChoice | None) -> str:
    if choice is None:
        return "Even with every shelf full, it would have bought nothing."
    shelf = "It was sold out." if choice.empty else "It was in stock."
    return f"First choice with every shelf full: {choice.product} from {choice.place} ({choice.channel}). {shelf}"


def _bought(story: Story, purchase: Purchase) -> list[str]:
    """Return what was bought, for how much, how long it took, and whether it was sent back."""
    unit = story.currency
    extra = [f"{name} {money_text(cents)}" for name, cents in (("fee", purchase.fee), ("tax", purchase.tax)) if cents]
    price = f"{money_text(purchase.price, unit)}{''.join(f' + {part}' for part in extra)}"
    where = f"out of {purchase.place} ({purchase.channel})"
    said = [
        f"It bought {purchase.product} from {purchase.seller}, {where}, for {price}.",
        CHANNELS[purchase.channel],
        _wait(purchase),
        f"With travel, waiting and hassle the purchase comes to {money_text(purchase.full_price, unit)} (full price).",
    ]
    if purchase.returned:
        back = f"got {money_text(purchase.refund, unit)} back" if purchase.refund else "the run ended before the refund"
        said.append(f"The customer did not like it, sent it back, and {back}.")
    return said


def _wait(purchase: Purchase) -> str:
    if purchase.days is None:
        return "The run ended before it was delivered."
    if purchase.days == 0:
        return "It had it at once (0 hours)."
    quoted = purchase.quoted_days
    late = "" if quoted is None or duration(quoted) == duration(purchase.days) else f", promised {duration(quoted)}"
    return f"It had it after {duration(purchase.days)}{late}."


def _step(step: SupplyStep, currency: str) -> str:
    """Return one step down the chain as a sentence: who moved what, and who paid whom."""
    units, each = number_of(step.units, "unit"), f"{money_text(step.unit_cents, currency)} each"
    if step.kind == "opening":
        were = "was" if step.units == 1 else "were"
        return f"Before day 0: {units} {were} in stock at {step.destination}, owned by {step.buyer}, book value {each}."
    if step.kind == "production":
        return (
            f"Day {step.sent}: {step.buyer} starts making {units} and pays {step.seller} {each}; "
            f"on day {step.arrived} they are at {step.destination}."
        )
    paid = f"{step.buyer} pays {step.seller} {each}"
    if step.seller == step.buyer:
        paid = f"{step.buyer} still owns them, book value {each}"
    there = f"{step.destination}, arriving on day {step.arrived}"
    return f"Day {step.sent}: {step.source} sends {units} to {there}; {paid}."


def _movements(story: Story) -> Grid:
    grid = Grid(["day", "what", "from", "to", "units", f"book value, {story.currency}"], left=frozenset({1, 2, 3}))
    for move in story.movements:
        grid.add(
            str(move.day),
            move.kind.replace("_", " "),
            move.source,
            move.destination,
            grouped(move.units),
            money_text(move.cents),
        )
    return grid


def _payments(story: Story) -> Grid:
    grid = Grid(["day", "from", "to", "for", story.currency], left=frozenset({1, 2, 3}))
    for pay in story.payments:
        grid.add(str(pay.day), pay.payer, pay.payee, pay.kind.replace("_", " "), money_text(pay.cents))
    return grid


def _parties(story: Story) -> Grid:
    grid = Grid(["party", "received", "paid", "kept"])
    for party in story.parties:
        grid.add(party.name, money_text(party.received), money_text(party.paid), money_text(party.kept))
    grid.across(f"{number_of(len(story.parties), 'party', 'parties')}; the amounts kept add up to 0.00.")
    return grid
