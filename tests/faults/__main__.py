"""Walk through all points: ``python -m tests.faults [STORY] [FAULT]``. Ends with 1 if any is mishandled."""

from __future__ import annotations

import sys
import time

from tests.faults.disk import KINDS
from tests.faults.stories import stories
from tests.faults.walk import lines_of, walk


def main(story: str = "", fault: str = "") -> int:
    """Walk, print every point that was mishandled, then a table."""
    walks = []
    for each in stories():
        for kind in KINDS:
            if story in each.name and fault in kind and (each.checksums or kind != "corrupt"):
                begun = time.perf_counter()
                found = walk(each, kind)
                walks.append(found)
                print(f"{each.name}, {kind}: {found.points} points, {time.perf_counter() - begun:.1f} s", flush=True)
                for number, operation, wrong in found.mishandled:
                    print(f"    {number} {operation}: {wrong[:300]}", flush=True)
    print("\n".join(lines_of(walks)))
    return int(any(each.mishandled for each in walks))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
