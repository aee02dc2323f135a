"""Inputs: valid ones that were damaged, and random ones; a seed and a number give the same input for ever."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import sim

ROOT = Path(sim.__file__).resolve().parents[1]
NASTY = (
    "\x00", "\ufeff", "\u202e", "é", "e\u0301", "\uff11\uff12", "1_0", "0x10", "1e999", "nan", "-inf", "9" * 400, "-0",
    "1e-320", "[", "]", "[[", "{", "}", '"""', "'", "\\", "\\u", "\r", "\n\n", "\t", ";", ",", "=", "=1+1", "#", "../",
    "//", "%", "%00", "&", "?", "<script>", "__proto__", "extends = 'classroom'", "[tiers]", "true",
    "1979-05-27T07:32:00Z",
)  # fmt: skip
"""What readers of text have stumbled over."""


def mutated(content: bytes, others: Sequence[bytes], drawn: random.Random) -> bytes:
    """Return bytes with one to eight damages."""
    for _ in range(drawn.choice((1, 1, 1, 2, 3, 8))):
        content = drawn.choice(DAMAGES)(content, others, drawn)
    return content


def _flip(content: bytes, others: Sequence[bytes], drawn: random.Random) -> bytes:
    if not content:
        return b"\x80"
    place = drawn.randrange(len(content))
    return content[:place] + bytes([content[place] ^ (1 << drawn.randrange(8))]) + content[place + 1 :]


def _cut(content: bytes, others: Sequence[bytes], drawn: random.Random) -> bytes:
    first, last = _stretch(content, drawn)
    return content[:first] + content[last:]


def _end(content: bytes, others: Sequence[bytes], drawn: random.Random) -> bytes:
    return content[: drawn.randrange(len(content) + 1)]


def _double(content: bytes, others: Sequence[bytes], drawn: random.Random) -> bytes:
    first, last = _stretch(content, drawn)
    return content[:last] + content[first:last] * drawn.choice((1, 1, 2, 50)) + content[last:]


def _insert(content: bytes, others: Sequence[bytes], drawn: random.Random) -> bytes:
    place = drawn.randrange(len(content) + 1)
    return content[:place] + drawn.choice(NASTY).encode() + content[place:]


def _splice(content: bytes, others: Sequence[bytes], drawn: random.Random) -> bytes:
    other = drawn.choice(others)
    first, last = _stretch(other, drawn)
    place = drawn.randrange(len(content) + 1)
    return content[:place] + other[first:last] + content[place:]


def _line(content: bytes, others: Sequence[bytes], drawn: random.Random) -> bytes:
    """Put a line of another input in the place of one."""
    lines, theirs = content.split(b"\n"), drawn.choice(others).split(b"\n")
    lines[drawn.randrange(len(lines))] = drawn.choice(theirs)
    return b"\n".join(lines)


def _value(content: bytes, others: Sequence[bytes], drawn: random.Random) -> bytes:
    """Put another value behind an equals sign or a comma."""
    places = [place for place, byte in enumerate(content) if byte in b"=,;"]
    if not places:
        return content
    place = drawn.choice(places) + 1
    last = min((found for found in (content.find(each, place) for each in (b"\n", b",", b";", b"&")) if found >= 0),
               default=len(content))  # fmt: skip
    value = drawn.choice(
        (*NASTY, "-1", "0", "1e6", "0.5", "[]", "{}", '"x"', "[1, 2]", str(drawn.randrange(-9, 10**9)))
    )
    return content[:place] + value.encode() + content[last:]


DAMAGES: tuple[Callable[[bytes, Sequence[bytes], random.Random], bytes], ...] = (
    _flip, _cut, _end, _double, _insert, _splice, _line, _value, _value,
)  # fmt: skip


def _stretch(content: bytes, drawn: random.Random) -> tuple[int, int]:
    first = drawn.randrange(len(content) + 1)
    return first, min(len(content), first + int(drawn.expovariate(1 / 20)))


def at_random(drawn: random.Random) -> bytes:
    """Return random bytes, or random text of what readers stumble over."""
    if drawn.random() < 0.5:
        return drawn.randbytes(drawn.randrange(200))
    return " ".join(drawn.choice((*NASTY, "name", "customers", "stores", "=", "\n")) for _ in range(30)).encode()
