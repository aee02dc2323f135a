"""Checks that all text can be printed: no control characters, no names that look alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sim.scenario.checks.finding import Finding
from sim.scenario.schema import Scenario
from sim.scenario.shape import Path

REGIME_NAME = re.compile(r"[\w-]{1,40}")


def texts_can_be_printed(scenario: Scenario) -> Iterator[Finding]:
    """Texts hold no control characters, because they are printed in terminals, tables and pages as they are."""
    texts: list[tuple[Path, str]] = [
        (("title",), scenario.title),
        (("question",), scenario.question),
        (("money", "currency"), scenario.money.currency),
        *((("regimes", name, "title"), regime.title) for name, regime in scenario.regimes.items()),
        *((("regimes", name, "meaning"), regime.meaning) for name, regime in scenario.regimes.items()),
    ]
    for path, text in [*texts, *names_given(scenario)]:
        if not text.isprintable():
            allowed = "one line of text without tabs, line breaks or other control characters"
            yield Finding(path, text, allowed, "remove them")


def names_have_no_loose_blanks(scenario: Scenario) -> Iterator[Finding]:
    """Names neither begin nor end with a space, which readers would not see."""
    for path, name in names_given(scenario):
        if name.strip() and name != name.strip():
            yield Finding(path, name, "a name must not begin or end with a space", "remove the space")


def regimes_can_be_named(scenario: Scenario) -> Iterator[Finding]:
    """Regime names can be used in a list on the command line and as row headings."""
    for name in scenario.regimes:
        if not REGIME_NAME.fullmatch(name):
            allowed = "a regime name has up to 40 letters, digits, - or _"
            yield Finding(("regimes", name), name, allowed, "give it another name")


def names_given(scenario: Scenario) -> list[tuple[Path, str]]:
    """Return the names written in the scenario with their paths; regime names separately."""
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
