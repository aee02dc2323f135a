"""The golden file of ``village``: what every regime leaves behind, to the last bit.

``python -m tests.golden.refresh`` runs the scenario again, prints old -> new, and rewrites the file. With
``--show`` it prints what it finds as JSON and leaves the file alone.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from sim.engine.codes import BOUGHT
from sim.market import Market
from sim.results.outcome import Outcome
from sim.scenario import load_scenario

FILE = Path(__file__).with_name("village.json")
SEED = 0


def fingerprint(outcome: Outcome) -> str:
    """Return a hash over names, types and bytes of all columns of all tables, and over the names behind codes."""
    digest = hashlib.sha256()
    for table, columns in sorted(outcome.columns.items()):
        for name, values in sorted(columns.items()):
            digest.update(f"{table}.{name} {values.dtype.str} {len(values)}\n".encode())
            digest.update(np.ascontiguousarray(values).tobytes())
    digest.update(json.dumps({kind: list(names) for kind, names in outcome.labels.items()}, sort_keys=True).encode())
    return digest.hexdigest()


def told(outcome: Outcome) -> dict[str, Any]:
    """Return the fingerprint, with a few numbers that show a reader what has moved."""
    needs, ledger, labels = (outcome.columns["needs"], outcome.columns["ledger"], outcome.labels)
    sales = ledger["kind"] == labels["ledger_kinds"].index("sale")
    return {
        "needs": len(needs["need"]),
        "bought": int(np.count_nonzero(needs["result"] == BOUGHT)),
        "paid_for_goods": int(ledger["cents"][sales].sum()),
        "transfers": len(ledger["cents"]),
        "moves": len(outcome.columns["stock"]["units"]),
        "columns": fingerprint(outcome),
    }


def village() -> dict[str, dict[str, Any]]:
    """Run ``village`` under each of its regimes and return what is told of them."""
    scenario = load_scenario("village")
    return {regime: told(Market(scenario, regime, SEED).run()) for regime in scenario.compare}


def main() -> None:
    """Refresh the golden file, or show what it would be."""
    found = village()
    if "--show" in sys.argv[1:]:
        print(json.dumps(found))
        return
    known = json.loads(FILE.read_text()) if FILE.exists() else {}
    for regime, numbers in found.items():
        for name, new in numbers.items():
            old = known.get(regime, {}).get(name)
            if old != new:
                print(f"{regime}.{name}: {old} -> {new}")
    if found == known:
        print("nothing has changed")
    FILE.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
