"""Number of trading relations with and without middlemen (Alderson 1954; Baligh & Richartz 1964)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from sim.formulas.requirements import require, require_positive


def chain_contacts(firms: Sequence[int]) -> int:
    """Return the number of relations in a chain in which each firm deals with all firms of the next level.

    The sum of products of neighbouring levels; two levels are trade without middlemen, n m. Alderson, in Clewett
    (ed.), Marketing Channels, 1954; Baligh & Richartz, Management Science 1964.
    """
    require(len(firms) >= 2, f"there are {len(firms)} levels; trade needs two or more")
    require(min(firms) >= 1, f"firms are {list(firms)}; every level needs one or more")
    return sum(upper * lower for upper, lower in pairwise(firms))


def break_even_hubs(makers: int, stores: int) -> float:
    """Return the number of middlemen at which they no longer save relations: n m / (n + m)."""
    require_positive(makers=makers, stores=stores)
    return makers * stores / (makers + stores)
