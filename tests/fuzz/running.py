"""Give inputs to targets in turn, and note what neither accepts nor refuses them."""

from __future__ import annotations

import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.fuzz.targets import Target

LONGEST = 10.0
"""Seconds of a core after which an input is held to be a fault: nothing that is read takes a tenth of that."""


@dataclass
class Fuzzed:
    """What came of some inputs.

    Attributes:
        tried, accepted: how many, by target.
        crashes: target, number of the input, the input, and what was raised.
    """

    tried: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    crashes: list[tuple[str, int, bytes, str]] = field(default_factory=list)


def fuzzed(targets: Sequence[Target], seed: int, goes_on: Callable[[int], bool]) -> Fuzzed:
    """Give the inputs of a seed to the targets in turn as long as ``goes_on``, which is given how many there were."""
    found, number = Fuzzed(), 0
    while goes_on(number * len(targets)):
        for target in targets:
            _give(target, seed, number, found)
        number += 1
    return found


def _give(target: Target, seed: int, number: int, found: Fuzzed) -> None:
    content = target.input(seed, number)
    found.tried[target.name] += 1
    begun = time.thread_time()
    try:
        found.accepted[target.name] += target.read(content)
    except KeyboardInterrupt:
        raise
    except BaseException:  # what a reader in Rust raises when it panics is no Exception
        found.crashes.append((target.name, number, content, traceback.format_exc()))
    if time.thread_time() - begun > LONGEST:
        found.crashes.append((target.name, number, content, f"it took more than {LONGEST:g} s"))
