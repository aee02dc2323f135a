"""Names of the parties that gain or lose, in text: ``for customers``, ``in total``."""

from __future__ import annotations

EVERYBODY = "everybody"
"""Key of the sum over all parties in options and JSON; readers see ``in total``."""


def party_title(party: str) -> str:
    """Return what readers see for a party's key."""
    return "in total" if party == EVERYBODY else party


def for_whom(party: str) -> str:
    """Return for whom a regime is better or worse: ``for customers``, or ``in total`` for the sum."""
    return "in total" if party == EVERYBODY else f"for {party}"
