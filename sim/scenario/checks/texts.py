"""Checks that whatever is printed can be printed: no control characters, no names that look like others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sim.scenario.checks.finding import Finding
from sim.scenario.schema import Scenario
from sim.scenario.shape import Path

REGIME_NAME = re.compile(r"[\w-]{1,40}")


def texts_can_be_printed(scenario: Scenario) -> Iterator[Finding]:
    """Texts hold no control characters: they reach terminals, tables and pages as they are."""
    texts: list[tuple[Path, str]] = [
        (("title",), scenario.title),
        (("question",), scenario.question),
        (("money", "currency"), scenario.money.currency),
        *((("regimes", name, "meaning"), regime.meaning) for name, regime in scenario.regimes.items()),
    ]
    for path, text in [*texts, *names_given(scenario)]:
        if not text.isprintable():
            allowed = "a line of text without tabs, line breaks or other control characters"
            yield Finding(path, text, allowed, "take them out")


def names_have_no_loose_blanks(scenario: Scenario) -> Iterator[Finding]:
    """Names neither begin nor end with a blank, which nobody would see."""
    for path, name in names_given(scenario):
        if name.strip() and name != name.strip():
            yield Finding(path, name, "a name neither begins nor ends with a blank", "take the blank out")


def regimes_can_be_named(scenario: Scenario) -> Iterator[Finding]:
    """Regimes have names that fit into a list on the command line and at the head of a row."""
    for name in scenario.regimes:
        if not REGIME_NAME.fullmatch(name):
            allowed = "the name of a regime has up to 40 letters, digits, - or _"
            yield Finding(("regimes", name), name, allowed, "give it another name")


def names_given(scenario: Scenario) -> list[tuple[Path, str]]:
    """Return the names given by hand, with the places where they stand; those of regimes apart."""
    lists = (
        (("suppliers", "names"), scenario.suppliers.names),
        (("retailers", "names"), scenario.retailers.names),
    )
    tables: tuple[tuple[Path, Any], ...] = (
        (("geography", "towns"), scenario.geography.towns),
        (("products", "items"), scenario.products.items),
        (("retailers", "stores"), scenario.retailers.stores),
        (("tiers",), scenario.tiers),
    )
    listed = [((*path, place), name) for path, names in lists for place, name in enumerate(names or ())]
    rows = [((*path, place, "name"), row.name) for path, table in tables for place, row in enumerate(table or ())]
    return [*listed, *rows]
