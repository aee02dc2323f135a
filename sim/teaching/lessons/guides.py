"""Teachers' guides: texts with names in braces, and the simulation's numbers that take their places."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from sim.common.number_format import short
from sim.teaching.lessons.answers import SimulatedAnswer, answer_of
from sim.teaching.rooms.moments import Figure

TEXTS = Path(__file__).with_name("texts")


@lru_cache(maxsize=1)
def numbers() -> dict[str, tuple[Figure, int]]:
    """Return the figure behind each name in the guides, and the decimals with which it is printed."""
    given = tomllib.loads((TEXTS / "numbers.toml").read_text(encoding="utf-8"))
    return {name: (_figure(entry["figure"]), int(entry.get("decimals", 0))) for name, entry in given.items()}


def _figure(entry: Mapping[str, object]) -> Figure:
    lists = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    return Figure(**lists)  # type: ignore[arg-type]


def printed(answer: SimulatedAnswer, decimals: int) -> str:
    """Return a number as the guides print it: thousands apart, no minus before a nought."""
    rounded = round(answer.value, decimals) + 0.0
    return f"{rounded:.{decimals}f}" if decimals else short(rounded)


def guide(name: str) -> str:
    """Return the guide of a shipped lesson as Markdown, its numbers filled in."""
    found = {key: printed(answer_of(figure), decimals) for key, (figure, decimals) in numbers().items()}
    return (TEXTS / f"{name}.md").read_text(encoding="utf-8").format(**found)
