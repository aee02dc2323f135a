"""Tables by name that know what a mistyped name may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TypeVar

from sim.common.number_format import listed

Held = TypeVar("Held")
MOST = 3


class ByName(dict[str, Held]):
    """A dict by name; a name that is not there raises KeyError with the nearest ones."""

    def __missing__(self, name: str) -> Held:
        raise KeyError(not_there(name, self))


def not_there(name: object, known: Iterable[str]) -> str:
    """Return what to say of a name that is not among the known ones: which come nearest."""
    near = nearest_names(str(name), list(known))
    remedy = f"did you mean {listed(near, 'or')}?" if near else "list() of the table shows all names"
    return f"there is nothing called {name!r}; {remedy}"


def nearest_names(name: str, known: list[str]) -> list[str]:
    """Return the names nearest to one, at most three: those that contain it first, shorter ones before longer."""
    within = sorted((each for each in known if name and name.lower() in each.lower()), key=len)
    alike = difflib.get_close_matches(name[:100].lower(), known, n=MOST, cutoff=0.5)
    return list(dict.fromkeys([*within, *alike]))[:MOST]
