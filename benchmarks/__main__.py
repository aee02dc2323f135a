"""Measures how fast Middleman is, in ratios taken in one run: ``python -m benchmarks``.

Parts can be run alone: ``python -m benchmarks peers growth startup memory first_touch memory_estimate absolute
limits``. Ends with 1 where a target is missed by more than the run's own spread, or where a peer does not make the same
purchases.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from time import perf_counter

from benchmarks.rows import as_data, print_rows

PARTS = {
    "peers": "against_peers",
    "growth": "growth",
    "startup": "startup",
    "memory": "memory",
    "first_touch": "first_touch",
    "memory_estimate": "memory_estimate",
    "absolute": "absolute",
    "limits": "limits",
}


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"what to measure: {', '.join(PARTS)} (default: all)")
    parser.add_argument("--long", action="store_true", help="1e7 customers, too: needs an hour and much memory")
    parser.add_argument("--json", action="store_true", help="print JSON for programs instead of tables")
    asked = parser.parse_args()
    unknown = [part for part in asked.parts if part not in PARTS]
    if unknown:
        parser.error(f"there is no part {unknown[0]!r}; there are: {', '.join(PARTS)}")
    begun = perf_counter()
    rows = []
    for part in asked.parts or PARTS:
        rows += importlib.import_module(f"benchmarks.{PARTS[part]}").rows(long=asked.long)
        print(f"{part}: done after {perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
    if asked.json:
        print(json.dumps([as_data(each) for each in rows], indent=1))
    else:
        print_rows(rows)
        took, load = perf_counter() - begun, os.getloadavg()[0]
        print(f"{took:.0f} s in all; load of the machine at the end {load:.1f} on {os.cpu_count()} cores")
    return int(any(each.failed for each in rows))


if __name__ == "__main__":
    sys.exit(main())
