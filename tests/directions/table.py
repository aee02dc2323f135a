"""The table of directions: every parameter, raised, moves a figure the expected way. To add one: one row, one line."""

from __future__ import annotations

from tests.directions import firms_and_transport, people_and_places, rules

ROWS = (*people_and_places.ROWS, *firms_and_transport.ROWS, *rules.ROWS)

EXEMPT = {
    "name": "a name",
    "title": "a text",
    "question": "a text",
    "compare": "which regimes a comparison shows",
    "time.days": "the window",
    "time.warm_up": "the window",
    "time.cool_down": "the window",
    "time.steady": "whether comparisons say that a window was not settled",
    "money.currency": "a text",
    "geography.towns[].name": "a name",
    "products.items[].name": "a name",
    "tiers[].name": "a name",
    "retailers.stores[].name": "a name",
    "regimes.NAME.meaning": "a text",
    "regimes.NAME.title": "a text",
    "records.choices": "a text",
    "records.needs": "what is written down; the market does not notice",
    "records.keep": "what is written down; the market does not notice",
    "sources": "texts",
}
"""Parameters that move nothing that happens in a market, and why."""
