"""The first screen of a command: its blocks in order of importance, as far as 24 lines go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

LINES = 23
"""A screen of 24 lines, less that of the prompt."""
LEAST = 6
"""Lines of a block that are worth showing if the rest of it is cut."""
CUT = "  ..."
MORE = "More: --full."


def first_screen(blocks: Sequence[Sequence[str]], more: str = MORE, lines: int = LINES) -> list[str]:
    """Return blocks with an empty line between them; what does not fit is cut, and the last line says so.

    Args:
        blocks: of lines, the most important first; empty ones are left out.
        more: the line that says how to see the rest.
        lines: how many there are.
    """
    parts = [part for block in blocks for part in _parts(block)]
    whole = [line for part in parts for line in ("", *part)][1:]
    if len(whole) <= lines:
        return whole
    room, kept = lines - 2, list[str]()
    for part in parts:
        free = room - len(kept) - bool(kept)
        shown = list(part) if len(part) <= free else [*part[: free - 1], CUT] if free >= LEAST else []
        kept += [*([""] if kept and shown else []), *shown]
        if len(shown) < len(part) or shown[-1] == CUT:
            break
    return [*kept, "", more]


def leading(sentences: Sequence[Sequence[str]], lines: int) -> list[str]:
    """Return whole sentences, each given as its lines, as far as there is room; the first at least."""
    kept: list[str] = []
    for sentence in sentences:
        if kept and len(kept) + len(sentence) > lines:
            break
        kept += sentence
    return kept


def one_line(text: str, width: int) -> str:
    """Return a text in one line, cut where it is longer."""
    return text if len(text) <= width else f"{text[: width - 3].rstrip()}..."


def _parts(block: Sequence[str]) -> Iterator[list[str]]:
    """Yield what stands between the empty lines of a block: the parts of a table that was too wide."""
    part: list[str] = []
    for line in [*block, ""]:
        if line:
            part.append(line)
        elif part:
            yield part
            part = []
