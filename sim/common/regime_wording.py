"""What people call a regime within a sentence, given its title."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

PLANNER_TITLE = "benchmark (planner)"


class Wording(NamedTuple):
    """What a regime is called within a sentence: as a thing, and as a circumstance."""

    thing: str
    circumstance: str


WORDING: Mapping[str, Wording] = MappingProxyType(
    {
        "store chain": Wording("the store chain", "in the store chain"),
        "direct": Wording("direct selling", "with direct selling"),
        "O2O": Wording("O2O", "with O2O"),
        "mixed": Wording("mixed selling", "with mixed selling"),
        PLANNER_TITLE: Wording("the benchmark (planner)", "in the benchmark (planner)"),
    }
)
"""Wording of the built-in regimes by title."""


def in_sentence(title: str) -> str:
    """Return a title as a noun within a sentence: ``the store chain``, ``direct selling``, ``O2O``."""
    return WORDING[title].thing if title in WORDING else title


def under(title: str) -> str:
    """Return a title as a circumstance: ``in the store chain``, ``with direct selling``, ``with showrooms``."""
    return WORDING[title].circumstance if title in WORDING else f"with {title}"


def at_start(phrase: str) -> str:
    """Return a phrase with a capital letter, as at the start of a sentence."""
    return f"{phrase[:1].upper()}{phrase[1:]}"
