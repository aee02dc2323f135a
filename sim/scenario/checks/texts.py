"""Checks that all text can be printed: no control characters, no names that look alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from sim.scenario.checks.finding import Conflict
from sim.scenario.schema import Scenario
from sim.scenario.shape import Path

LATIN = str.maketrans(
    # Cyrillic, small and capital; Greek, small and capital
    "\u0430\u0441\u0435\u043e\u0440\u0445\u0443\u0456\u0458\u0455\u04bb\u0501\u051b\u051d"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425\u0406\u0408\u0405"
    "\u03b1\u03bf\u03bd\u03c1\u03b9\u03ba\u03c5"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7",
    "aceopxyijshdqwABEKMHOPCTYXIJSaovpikuABEZHIKMNOPTYX",
)
"""Letters of Cyrillic and Greek that look like Latin ones."""
ALIKE: dict[int, str | None] = {
    **dict.fromkeys((0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x034F), None),  # fillers that show nothing
    **dict.fromkeys((*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)), None),  # variants
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u02d7\ufe58"), "-"),
    **dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u02b9\u2032\u0060\u00b4"), "'"),
    **dict.fromkeys(map(ord, "\u201c\u201d\u2033"), '"'),
    **dict(zip(map(ord, "\u0131\u0251\u0261\u0585\u0578\u057d\u0570\u04cf\u0406"), "iagonuhlI", strict=True)),
}
"""Characters that show nothing, dashes and quotes of all lengths, letters of further alphabets like Latin ones."""
REGIME_NAME = re.compile(r"[\w-]{1,40}")


def texts_can_be_printed(scenario: Scenario) -> Iterator[Conflict]:
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
            yield Conflict(path, text, allowed, "remove them")


def names_have_no_loose_blanks(scenario: Scenario) -> Iterator[Conflict]:
    """Names neither begin nor end with a space, which readers would not see."""
    for path, name in names_given(scenario):
        if name.strip() and name != name.strip():
            yield Conflict(path, name, "a name must not begin or end with a space", "remove the space")


def names_do_not_look_alike(scenario: Scenario) -> Iterator[Conflict]:
    """Names that a reader cannot tell apart are refused: accents composed or not, full width, other alphabets."""
    seen: dict[tuple[Path, str], str] = {}
    regimes = [(("regimes", name), name) for name in scenario.regimes]
    for path, name in [*names_given(scenario), *regimes]:
        kind = tuple(step for step in path[:2] if isinstance(step, str))
        kind = kind if kind[0] != "regimes" else ("regimes",)
        other = seen.setdefault((kind, looks(name)), name)
        if other != name and name.isprintable():
            allowed = f"it looks like the name of another one, {other!r}, and is spelt with other characters"
            yield Conflict(path, name, allowed, "spell both alike where one thing is meant, or choose another name")


def looks(name: str) -> str:
    """Return what a reader sees of a name: letters of one width and one alphabet, accents as one, blanks as one."""
    plain = unicodedata.normalize("NFKC", name).translate(LATIN).translate(ALIKE)
    return " ".join(unicodedata.normalize("NFC", plain).split())


def regimes_can_be_named(scenario: Scenario) -> Iterator[Conflict]:
    """Regime names can be used in a list on the command line and as row headings."""
    for name in scenario.regimes:
        if not REGIME_NAME.fullmatch(name):
            allowed = "a regime name has up to 40 letters, digits, - or _"
            yield Conflict(("regimes", name), name, allowed, "give it another name")


def names_given(scenario: Scenario) -> list[tuple[Path, str]]:
    """Return the names written in the scenario with their paths; regime names separately."""
    lists = ((("suppliers", "names"), scenario.suppliers.names), (("retailers", "names"), scenario.retailers.names))
    tables: tuple[tuple[Path, Any], ...] = (
        (("geography", "towns"), scenario.geography.towns),
        (("products", "items"), scenario.products.items),
        (("retailers", "stores"), scenario.retailers.stores),
        (("tiers",), scenario.tiers),
    )
    listed = [((*path, place), name) for path, names in lists for place, name in enumerate(names or ())]
    rows = [((*path, place, "name"), row.name) for path, table in tables for place, row in enumerate(table or ())]
    return [*listed, *rows]


def titles_of_regimes_differ(scenario: Scenario) -> Iterator[Conflict]:
    """No two regimes have one title: readers of a report could not tell them apart."""
    seen: dict[str, str] = {}
    for name in scenario.regime_names:
        other = seen.setdefault(looks(scenario.regime_title(name)).casefold(), name)
        if other != name:
            title = scenario.regime_title(name)
            yield Conflict(
                ("regimes", name, "title"), title, f"regime {other!r} has this title", "give it another title"
            )
