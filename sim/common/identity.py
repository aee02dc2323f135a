"""Keys of caches for objects that are large to compare, or cannot be."""

from __future__ import annotations

from typing import Generic, TypeVar

Kept = TypeVar("Kept")


class ByIdentity(Generic[Kept]):
    """A cache key equal only to itself; holds the object it stands for."""

    def __init__(self, kept: Kept):
        self.kept = kept

    def __hash__(self) -> int:
        return id(self.kept)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ByIdentity) and other.kept is self.kept
