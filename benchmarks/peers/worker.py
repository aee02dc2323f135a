"""One peer in a process of its own: ``python -m benchmarks.peers.worker PEER FILE``.

Reads the market from the file. For every line ``DAYS SEED`` on its input it lives through that many days of a new
market, and prints a line of JSON: CPU seconds of the days, counts of purchases, and a digest of all that is left.
"""

from __future__ import annotations

import gc
import hashlib
import importlib
import json
import sys
from pathlib import Path
from time import process_time
from typing import Any

from benchmarks.peers.arrays import Arrays, Left, counts, load


def most_memory() -> float:
    """Return the most memory that was resident so far, in MB, as Linux counts it for this program alone."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def digest(left: Left) -> str:
    """Return a digest of every purchase, every shelf and everybody's money."""
    found = hashlib.sha256()
    for column in (*left.purchases.in_order(), left.units, left.stores):
        found.update(column.tobytes())
    found.update(str(left.maker).encode())
    return found.hexdigest()[:16]


def once(peer: Any, arrays: Arrays, days: int, seed: int) -> dict[str, Any]:
    """Live through some days and return what came of it."""
    market = peer.Market(arrays, seed)
    gc.collect()
    begun = process_time()
    market.run(days)
    cpu = process_time() - begun
    left = market.left()
    return {
        "cpu": cpu,
        "counts": counts(arrays, left.purchases).tolist(),
        "digest": digest(left),
        "megabytes": most_memory(),
    }


def main() -> None:
    """Answer line by line until the input ends."""
    peer = importlib.import_module(f"benchmarks.peers.in_{sys.argv[1]}")
    arrays = load(Path(sys.argv[2]))
    for line in sys.stdin:
        days, seed = (int(word) for word in line.split())
        print(json.dumps(once(peer, arrays, days, seed)), flush=True)


if __name__ == "__main__":
    main()
