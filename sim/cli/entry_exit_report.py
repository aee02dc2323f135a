"""Says in a sentence or two which firms entered and left during a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.common.number_format import listed, money_text, number_of

if TYPE_CHECKING:
    from sim.results.outcome import Outcome

EVENTS = (
    ("store_closed", "{} closed", "store"),
    ("retailer_gone", "{} closed", "retailer"),
    ("intermediary_gone", "{} closed", "intermediary"),
    ("channel_opened", "{} started to sell direct", "supplier"),
    ("channel_closed", "{} stopped selling direct", "supplier"),
)
"""Counted events, their wording, and the kind of firm."""
PLURALS = {"intermediary": "intermediaries"}


def entry_exit_sentence(outcome: Outcome) -> str:
    """Return a summary of entries and exits; empty if there were none."""
    events, labels = outcome.columns.get("events"), outcome.labels
    if events is None or len(events["day"]) == 0:
        return ""
    kinds = [labels["event_kinds"][kind] for kind in events["kind"]]
    said = []
    for kind, words, who in EVENTS:
        rows = [row for row, name in enumerate(kinds) if name == kind]
        if rows:
            first, last = (int(events["day"][row]) for row in (rows[0], rows[-1]))
            when = f"on day {first}" if first == last else f"from day {first} to {last}"
            said.append(f"{words.format(number_of(len(rows), who, PLURALS.get(who, '')))} ({when})")
    if "platform_gone" in kinds:
        said.append(f"the platform closed (on day {events['day'][kinds.index('platform_gone')]})")
    noticed = [row for row, name in enumerate(kinds) if name.endswith("gives_notice")]
    parts = [f"Over the whole run {listed(said)}."] if said else []
    if noticed:
        row, currency = noticed[0], outcome.manifest.scenario.money.currency
        name = "places" if events["place"][row] >= 0 else "accounts"
        who = labels[name][events["place" if name == "places" else "firm"][row]]
        lost = money_text(-int(events["cents"][row]), currency)
        parts.append(
            f"The first to give notice was {who}, on day {events['day'][row]}, after a review with a loss of {lost}."
        )
    return " ".join([*parts, *_towns_without_store(outcome)])


def _towns_without_store(outcome: Outcome) -> list[str]:
    """Return which towns lost their last store; the first few by name."""
    places, labels = outcome.columns["places"], outcome.labels
    stores = places["kind"] == labels["place_kinds"].index("store")
    had = set(places["town"][stores].tolist())
    have = set(places["town"][stores & places["open"]].tolist())
    names = [labels["towns"][town] for town in sorted(had - have)]
    if not names:
        return []
    most = 5
    shown = names if len(names) <= most else [*names[:most], f"{len(names) - most} more"]
    return [f"{listed(shown)} {'has' if len(names) == 1 else 'have'} no store left."]
