"""Computes the answers that the package keeps: `python docs/answers.py`, or with the names of some.

The argument, its verdict, and who keeps the saving: a reader sees them at once, and the same for all. Takes a few
minutes. Tests compare them with runs.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sim.publishing import kept_answers

COMPUTED = {
    kept_answers.ARGUMENT: kept_answers.compute_argument,
    kept_answers.VERDICT: kept_answers.compute_verdict,
    kept_answers.SAVING: kept_answers.compute_saving,
}


def main() -> None:
    """Compute and write the answers that are named, or all."""
    for name in sys.argv[1:] or COMPUTED:
        path = kept_answers.write(name, COMPUTED[name]())
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB", file=sys.stderr)


if __name__ == "__main__":
    main()
