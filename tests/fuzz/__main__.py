"""Fuzz: ``python -m tests.fuzz [--minutes 5] [--seed N] [--inputs 10000]``. Ends with 1 where anything crashes."""

from __future__ import annotations

import argparse
import secrets
import sys
import time

from tests.fuzz.running import fuzzed
from tests.fuzz.targets import targets


def main() -> int:
    """Fuzz for some minutes, or some inputs, and print what came of it."""
    asked = argparse.ArgumentParser(prog="python -m tests.fuzz")
    asked.add_argument("--minutes", type=float, default=5.0)
    asked.add_argument("--inputs", type=int, default=None, help="stop after so many, whatever the time")
    asked.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    given = asked.parse_args()
    end = time.monotonic() + 60 * given.minutes
    print(f"seed {given.seed}", flush=True)
    found = fuzzed(
        targets(),
        given.seed,
        lambda tried: tried < given.inputs if given.inputs is not None else time.monotonic() < end,
    )
    for name, number, content, said in found.crashes:
        print(f"\n{name}, seed {given.seed}, number {number}: {content!r}\n{said}")
    for name, tried in found.tried.items():
        crashed = sum(each[0] == name for each in found.crashes)
        print(f"{name}: {tried} tried, {found.accepted[name]} accepted, {crashed} mishandled")
    print(f"{found.tried.total()} inputs, {len(found.crashes)} mishandled, seed {given.seed}")
    return int(bool(found.crashes))


if __name__ == "__main__":
    sys.exit(main())
