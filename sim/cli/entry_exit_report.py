"""Who came and who went in a run, in a sentence or two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.common.number_format import listed, money, number_of

if TYPE_CHECKING:
    from sim.results.outcome import Outcome

TOLD = (
    ("store_closed", "{} closed", "store"),
    ("retailer_gone", "{} gave up", "retailer"),
    ("intermediary_gone", "{} gave up", "intermediary"),
    ("channel_opened", "{} began to sell direct", "supplier"),
    ("channel_closed", "{} gave that up", "supplier"),
)
"""Events that are counted, what is said of them, and of whom."""
PLURALS = {"intermediary": "intermediaries"}


def entry_exit_sentence(outcome: Outcome) -> str:
    """Return what is to be said of entries and exits; empty where there were none."""
    events, labels = outcome.columns.get("events"), outcome.labels
    if events is None or len(events["day"]) == 0:
        return ""
    kinds = [labels["event_kinds"][kind] for kind in events["kind"]]
    said = []
    for kind, words, who in TOLD:
        rows = [row for row, name in enumerate(kinds) if name == kind]
        if rows:
            first, last = (int(events["day"][row]) for row in (rows[0], rows[-1]))
            when = f"on day {first}" if first == last else f"from day {first} to {last}"
            said.append(f"{words.format(number_of(len(rows), who, PLURALS.get(who, '')))} ({when})")
    if "platform_gone" in kinds:
        said.append(f"the platform gave up (on day {events['day'][kinds.index('platform_gone')]})")
    noticed = [row for row, name in enumerate(kinds) if name.endswith("gives_notice")]
    parts = [f"Over the whole run {listed(said)}."] if said else []
    if noticed:
        row, currency = noticed[0], outcome.manifest.scenario.money.currency
        name = "places" if events["place"][row] >= 0 else "accounts"
        who = labels[name][events["place" if name == "places" else "firm"][row]]
        lost = money(-int(events["cents"][row]), currency)
        parts.append(
            f"The first to give notice was {who}, on day {events['day'][row]}, after a review with {lost} lost."
        )
    return " ".join([*parts, *_towns_without_store(outcome)])


def _towns_without_store(outcome: Outcome) -> list[str]:
    """Return which towns have lost their last store, the first few by name."""
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
