"""Parts of the pages of a class as HTML: countdown, guesses, votes. Every text in them is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from time import time

from classroom.words import literal, said
from sim.common.number_format import short, with_spread
from sim.teaching.rooms.events import Answered
from sim.teaching.rooms.moments import Vote
from sim.teaching.rooms.views import ClassGuesses

LETTERS = "ABCDEF"
EDGE = 12.0
"""Per cent from an edge within which a mark's words stand beside it, not over it."""


def countdown(ends: float | None, stands: bool, whole: int = 0) -> str:
    """Return a countdown that the browser counts by itself.

    Args:
        ends: when, in seconds since 1970; None: there is none.
        stands: whether the clock stands still.
        whole: seconds of the whole countdown, for the bar.
    """
    if ends is None:
        return ""
    left = max(0, round(ends - time()))
    share = min(1.0, left / max(1, whole, left))
    label = said("{left} seconds left", left=left)
    style = f"--seconds:{left}s;--from:{left};--share:{share:.3f};--left:{left}"
    note = f"<span>{literal(said('Paused'))}</span>" if stands else ""
    return (
        f'<div class="room-countdown{" stands" if stands else ""}" role="timer" aria-label="{literal(label)}">'
        f'<div class="bar"><i style="{style}"></i></div><span class="clock" style="{style}"></span>{note}</div>'
    )


def guess_bars(found: ClassGuesses, unit: str, own: float | None = None, answer: Answered | None = None) -> str:
    """Return the guesses of a class as bars, with the median, one's own guess, and the simulation's answer."""
    most = max((*found.bins, 1))
    lit = -1 if own is None else found.bin_of(own)
    bars = "".join(
        f'<div class="bar{" own" if number == lit else ""}" style="height:{90 * count / most:.1f}%"></div>'
        for number, count in enumerate(found.bins)
    )
    marks = ""
    if found.middle is not None:
        marks += _mark(
            found, found.middle, said("class: {value}", value=short(found.middle)), "", lift=answer is not None
        )
    if answer is not None:
        low, high = _at(found, answer.low), _at(found, answer.high)
        marks = f'<div class="answer" style="left:{low:.2f}%;width:{max(0.2, high - low):.2f}%"></div>' + marks
        words = said("simulation: {value}", value=with_spread(answer))
        marks += _mark(found, answer.value, words, " true")
    said_all = alternative(found, unit, own, answer)
    scale = "".join(
        f"<span>{literal(short(each))}</span>" for each in (found.low, (found.low + found.high) / 2, found.high)
    )
    return (
        f'<div role="img" aria-label="{literal(said_all)}"><div class="room-bars">{bars}{marks}</div>'
        f'<div class="room-scale">{scale}</div></div><div class="room-scale unit">{literal(unit)}</div>'
    )


def alternative(found: ClassGuesses, unit: str, own: float | None, answer: Answered | None) -> str:
    """Return in words what the bars show."""
    parts = [said("{count} guesses", count=found.count)]
    if found.middle is not None:
        parts.append(said("half of the class guessed {value} {unit} or less", value=short(found.middle), unit=unit))
    if own is not None:
        parts.append(said("your guess: {value}", value=short(own)))
    if answer is not None:
        parts.append(said("the simulation: {value}", value=short(answer.value)))
    return "; ".join(parts) + "."


def _at(found: ClassGuesses, value: float) -> float:
    """Return where a value is on the scale, in per cent."""
    return min(100.0, max(0.0, 100.0 * (value - found.low) / (found.high - found.low)))


def _mark(found: ClassGuesses, value: float, words: str, kind: str, lift: bool = False) -> str:
    at = _at(found, value)
    side = " left" if at < EDGE else " right" if at > 100 - EDGE else ""
    lifted = ' style="bottom:calc(100% + 1.35em)"' if lift else ""
    return f'<div class="mark{kind}{side}" style="left:{at:.2f}%"><span{lifted}>{literal(words)}</span></div>'


def votes(ballot: Vote, both: Sequence[Sequence[int]], mine: int | None = None, solved: bool = True) -> str:
    """Return the votes of a class, the first and the second one above the other, for each choice."""
    most = max((*(count for each in both for count in each), 1))
    rows = []
    for number, choice in enumerate(ballot.choices):
        tracks = "".join(
            f'<div class="track"><i class="{"before" if place + 1 < len(both) else "now"}"'
            f' style="width:{78 * counts[number] / most:.1f}%"></i>{counts[number]}</div>'
            for place, counts in enumerate(both)
        )
        right = " right" if solved and ballot.right == number else ""
        own = f" ({said('your choice')})" if mine == number else ""
        rows.append(
            f'<div class="room-choice{right}"><span class="letter">{LETTERS[number]}</span>'
            f'<span class="text">{literal(choice + own)}</span>{tracks}</div>'
        )
    said_all = "; ".join(
        f"{LETTERS[number]}: " + said("{first} before, {second} after", first=both[0][number], second=both[-1][number])
        for number in range(len(ballot.choices))
    )
    key = said("thin: before the talk; thick: after it")
    return (
        f'<div class="room-votes" role="img" aria-label="{literal(said_all)}">{"".join(rows)}</div>'
        f'<p class="room-note">{literal(key)}</p>'
    )
