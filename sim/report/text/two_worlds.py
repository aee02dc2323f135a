"""The same need of the same customer under several regimes, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim.common.number_format import duration, listed, money_text, number_of
from sim.common.regime_wording import at_start, under
from sim.report.text.glossary import REASONS

if TYPE_CHECKING:
    from sim.results.figures.story import Party, Story

HANDED_OVER = {
    "store": "over the counter",
    "pickup": "picked up in the shop",
    "courier": "by courier from a shop",
    "parcel": "by parcel from the maker",
    "endless_aisle": "ordered in the shop, by parcel",
}
MOST_PARTIES = 6
TOLD_FIRST = ("traditional", "direct", "o2o")
MOST_WORLDS = 3


def worlds_to_tell(regimes: Sequence[str]) -> list[str]:
    """Return the regimes told side by side: chain, direct and O2O where they are compared, then the others."""
    chosen = [name for name in TOLD_FIRST if name in regimes]
    return [*chosen, *(name for name in regimes if name not in chosen)][:MOST_WORLDS]


def headline_of_worlds(stories: Mapping[str, Story]) -> str:
    """Return in a sentence what the same customer pays and how long it waits under each regime."""
    said = [f"{_paid(story)} {under(regime)}" for regime, story in stories.items()]
    return f"The same customer, the same need: {listed(said)}"


def _paid(story: Story) -> str:
    if story.purchase is None:
        return "nothing bought"
    return f"{money_text(story.purchase.price)} {_soon(story)}"


def _soon(story: Story) -> str:
    days = story.purchase.days if story.purchase is not None else None
    if days is None:
        return "not delivered before the end"
    return "at once" if days == 0 else f"after {duration(days)}"


def who_it_is(story: Story) -> str:
    """Return who has the need, in a sentence."""
    who = story.customer
    return (
        f"Need {story.need}: customer {who.number} of {who.town} wants style {who.taste} on day {story.day}, and "
        f"values a product of exactly that style at {who.worth:.2f} {story.currency}."
    )


def worlds_side_by_side(stories: Mapping[str, Story]) -> dict[str, dict[str, str]]:
    """Return rows by label, each with a text for every regime."""
    rows = {
        "bought": _bought,
        "handed over": lambda s: HANDED_OVER.get(s.purchase.channel, s.purchase.channel) if s.purchase else "-",
        "price paid": lambda s: money_text(s.purchase.price, s.currency) if s.purchase else "-",
        "with fee, travel, waiting, hassle": (
            lambda s: money_text(s.purchase.full_price, s.currency) if s.purchase else "-"
        ),
        "in hand": lambda s: _soon(s) if s.purchase else "-",
        "better off than without": lambda s: money_text(s.surplus, s.currency),
        "places the goods passed": lambda s: " → ".join(s.way) or "-",
        "who kept how much": _kept,
    }
    return {label: {regime: make(story) for regime, story in stories.items()} for label, make in rows.items()}


def _bought(story: Story) -> str:
    if story.purchase is None:
        return f"nothing: {REASONS[story.result].rstrip('.')}"
    sent_back = ", and sent back" if story.purchase.returned else ""
    return f"{story.purchase.product} from {story.purchase.seller}{sent_back}"


def _kept(story: Story) -> str:
    """Return what everybody but the customers kept of the money, the largest first; costs are kept by who was paid."""
    customer = story.payments[0].payer if story.payments else ""
    parties: list[Party] = sorted(
        (party for party in story.parties if party.kept > 0 and party.name != customer), key=lambda each: -each.kept
    )
    said = [f"{party.name} {money_text(party.kept)}" for party in parties[:MOST_PARTIES]]
    rest = len(parties) - MOST_PARTIES
    return "; ".join([*said, *([f"and {number_of(rest, 'other')}"] if rest > 0 else [])]) or "-"


def told_of_worlds(stories: Mapping[str, Story]) -> list[str]:
    """Return what happened under each regime, a sentence for each."""
    return [
        f"{at_start(under(regime))}: {'; '.join(f'{label} {row[regime]}' for label, row in rows.items())}."
        for rows in [worlds_side_by_side(stories)]
        for regime in stories
    ]
