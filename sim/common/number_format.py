"""Numbers as people read them: money to the cent, times in hours or days, shares in per cent."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple, Protocol

NO_VALUE = "-"
"""Stands where a figure is undefined."""

LARGE_MONEY = 1e6
HOURS_A_DAY = 24
MINUS = "\u2212"
CURRENCY, SHARE, DAYS, OF_HUNDRED = "currency", "share", "days", "of 100"


class Interval(Protocol):
    """A mean with its 95 % interval; ``low`` and ``high`` are None where one run gives no interval."""

    @property
    def mean(self) -> float | None: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...


class Scale(NamedTuple):
    """How a number is shown: multiplied, rounded to decimals, with a word behind it."""

    factor: float
    decimals: int
    suffix: str


def grouped(value: float, decimals: int = 0) -> str:
    """Write a number with its thousands apart: ``20 000.00``. There is no negative nought."""
    rounded = round(value, decimals)
    return f"{rounded if rounded else 0.0:,.{decimals}f}".replace(",", " ")


def significant_decimals(value: float, digits: int = 3) -> int:
    """Return the decimals that leave this many significant digits: 2 for 1.234, 0 for 1234."""
    shown = abs(value)
    decimals = digits - 1
    while shown >= 10 and decimals > 0:
        shown, decimals = shown / 10, decimals - 1
    while 0 < shown < 1 and decimals < 6:
        shown, decimals = shown * 10, decimals + 1
    return decimals


def significant(value: float, digits: int) -> str:
    """Write a number with so many digits that count, and no more zeros behind than money has cents."""
    whole, point, decimals = grouped(value, significant_decimals(value, digits)).partition(".")
    kept = decimals.rstrip("0").ljust(2, "0") if len(decimals) > 2 else decimals
    return f"{whole}{point}{kept}"


def compact(value: float) -> str:
    """Write a number without needless digits: 0, 0.5, 30000, 1e9."""
    whole = float(value).is_integer()
    if whole and abs(value) < 1e7:
        return str(int(value))
    return f"{value:g}".replace("e+0", "e").replace("e+", "e")


def scale_of(unit: str, value: float) -> Scale:
    """Return how a number of a unit is shown, given the value that decides: days below one become hours."""
    if unit.startswith(CURRENCY):
        return Scale(1, 0 if abs(value) >= LARGE_MONEY else 2, "")
    if unit == SHARE:
        percent = abs(100 * value)
        return Scale(100, 1 if percent >= 10 or percent == 0 else 2, "")
    if unit == OF_HUNDRED:
        return Scale(1, 2, "")
    if unit == DAYS:
        if abs(value) >= 1:
            return Scale(1, significant_decimals(value), "d")
        hours = abs(value * HOURS_A_DAY)
        return Scale(HOURS_A_DAY, 0 if hours == 0 else min(significant_decimals(hours, 2), 2), "h")
    return Scale(1, 0 if value == 0 else significant_decimals(value), "")


def quantity(value: float | None, unit: str, *, plus: bool = False) -> str:
    """Write a number of a unit; ``plus`` shows the sign of a difference also where it is positive."""
    if value is None:
        return NO_VALUE
    return _shown(value, scale_of(unit, value), plus=plus)


def _shown(value: float, scale: Scale, *, plus: bool) -> str:
    text = grouped(value * scale.factor, scale.decimals)
    sign = "+" if plus and not text.startswith("-") and text.strip("0. ") else ""
    return f"{sign}{text} {scale.suffix}".rstrip()


def plus_minus(interval: Interval, unit: str) -> str:
    """Write half the width of an interval as ``±0.12``, on the scale of its mean.

    Empty without an interval, and where all runs gave the same to the last digit.
    """
    if interval.mean is None or interval.low is None or interval.high is None or interval.low == interval.high:
        return ""
    scale = scale_of(unit, interval.mean)
    return f"±{grouped((half_width(interval) or 0.0) * scale.factor, scale.decimals)}"


def short(value: float, *, plus: bool = False) -> str:
    """Write a number with three significant digits at most: ``20 000``, ``44.9``, ``0.35``."""
    rounded = float(f"{value:.3g}")
    text = grouped(rounded, significant_decimals(rounded))
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return signed(text) if plus else signed(text, plus=False)


def signed(text: str, *, plus: bool = True) -> str:
    """Return a written number with the sign that typesetters use for minus, and, if wanted, a plus."""
    if text.startswith("-"):
        return f"{MINUS}{text[1:]}"
    return f"+{text}" if plus and text.strip("0. ") else text


def aligned(values: Sequence[float]) -> list[str]:
    """Write differences of a column: with the decimals that the largest needs, so that points align."""
    largest = max((abs(value) for value in values), default=0.0)
    decimals = significant_decimals(float(f"{largest:.3g}"))
    return [signed(grouped(_three_digits(value), decimals)) for value in values]


def _three_digits(value: float) -> float:
    """Return a number of which decimals are to be cut: rounded here only where digits before the point go, too."""
    return float(f"{value:.3g}") if abs(value) >= 1000 else value


def rounded_together(parts: Sequence[float], decimals: int = 0) -> list[float]:
    """Round parts of a whole so that they still add up to the rounded whole (largest remainder method).

    12.5, 12.5, 25 and 50 become 13, 12, 25 and 50. Each part is rounded down first; the units still missing go one each
    to the largest remainders, the first of equals first. Parts may be negative.
    """
    unit = 10**decimals
    scaled = [round(part * unit, 6) for part in parts]  # sums of hundredths are exact to the last digit only
    down = [math.floor(part) for part in scaled]
    by_remainder = sorted(range(len(parts)), key=lambda place: down[place] - scaled[place])
    for place in by_remainder[: round(sum(scaled)) - sum(down)]:
        down[place] += 1
    return [whole / unit for whole in down]


def percent(share: float) -> str:
    """Write a share as ``12.3 %``, of less than one per cent two decimals: more would be noise."""
    part = 100 * share
    if 0 < abs(part) < 0.005:
        return "less than 0.01 %"
    return f"{short(round(part, 2))} %"


def with_spread(value: Interval, *, plus: bool = False) -> str:
    """Write a number and half its interval, where it has one, with the same decimals: ``44.9 ± 3.0``."""
    if value.mean is None:
        return "-"
    half = half_width(value)
    if not half:
        return short(value.mean, plus=plus)
    rounded = float(f"{value.mean:.3g}")
    decimals = min(significant_decimals(rounded), significant_decimals(half, 2)) if abs(rounded) < 100 else 0
    if decimals and half < 0.5 * 10**-decimals:  # one more, so that no interval looks like nothing
        decimals += 1
    return (
        f"{signed(grouped(_three_digits(value.mean), decimals), plus=plus)} ± "
        f"{short(half) if decimals == 0 else grouped(half, decimals)}"
    )


def half_width(value: Interval) -> float | None:
    """Return half of an interval, None where there is none."""
    if value.mean is None or value.low is None or value.high is None:
        return None
    return max(value.high - value.mean, value.mean - value.low)


def is_clear(interval: Interval) -> bool:
    """Tell whether a difference is none of chance: its interval leaves zero out, or is zero for certain.

    Without an interval, from one run, a difference is taken as it is.
    """
    if interval.mean is None:
        return False
    if interval.low is None or interval.high is None or interval.low == interval.high == 0:
        return True
    return interval.low > 0 or interval.high < 0


def rounds_to_zero(interval: Interval, unit: str) -> bool:
    """Tell whether both a mean and the ends of its interval are nothing at the precision shown."""
    ends = [value for value in (interval.mean, interval.low, interval.high) if value is not None]
    scale = scale_of(unit, 0.0)
    return all(round(value * scale.factor, scale.decimals) == 0 for value in ends)


def is_false_end(of_hundred: float, decimals: int) -> bool:
    """Tell whether a number out of 100, written so, would say all or none although it is not."""
    written = round(of_hundred, decimals)
    return written in (0.0, 100.0) and written != of_hundred


def money_text(cents: float, currency: str = "") -> str:
    """Write whole cents in units of currency: ``20 000.00 EUR``."""
    return f"{grouped(cents / 100, 2)} {currency}".rstrip()


def duration(days: float) -> str:
    """Write a time in words: ``0 hours``, ``1.1 hours``, ``1 day``, ``2.37 days``."""
    text = quantity(days, DAYS)
    for short, long in ((" h", " hours"), (" d", " days")):
        if text.endswith(short):
            number = text.removesuffix(short)
            number = number.rstrip("0").rstrip(".") if "." in number else number
            return f"{number}{long}" if number != "1" else f"1{long.removesuffix('s')}"
    return text


def number_of(count: int, word: str, plural: str = "") -> str:
    """Write a count with its word: ``1 town``, ``12 towns``."""
    return f"{grouped(count)} {word if count == 1 else plural or word + 's'}"


def plural(word: str) -> str:
    """Write a noun for several: ``wholesalers``, ``intermediaries``."""
    if word.endswith("y") and word[-2:-1] not in tuple("aeiou"):
        return f"{word[:-1]}ies"
    return word if word.endswith("s") else f"{word}s"


def listed(words: Sequence[str], last: str = "and") -> str:
    """Write a list as people say it: ``a, b and c``."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
