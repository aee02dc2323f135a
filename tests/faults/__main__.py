"""Walk through all points: ``python -m tests.faults [STORY] [FAULT]``. Ends with 1 if any is mishandled.

``python -m tests.faults allocations [EVERY]`` walks through all arrays that commands make, or each ``EVERY``-th;
``python -m tests.faults rooms`` through all statements of a room's database.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tests.faults.allocations import COMMANDS, walk_allocations
from tests.faults.disk import KINDS
from tests.faults.rooms import KINDS as ROOM_FAULTS
from tests.faults.rooms import walk_rooms
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


def main_of_allocations(every: str = "1") -> int:
    """Walk, and print what was mishandled."""
    all_mishandled = 0
    for command in COMMANDS:
        with tempfile.TemporaryDirectory() as folder:
            points, mishandled = walk_allocations(command, Path(folder), int(every))
        print(f"{command.name}: {points} points, {len(mishandled)} mishandled", flush=True)
        for number, made, wrong in mishandled:
            print(f"    {number} {made}: {wrong[:300]}", flush=True)
        all_mishandled += len(mishandled)
    return int(all_mishandled > 0)


def main_of_rooms() -> int:
    """Walk, and print what was mishandled."""
    all_mishandled = 0
    for kind in ROOM_FAULTS:
        points, mishandled = walk_rooms(kind)
        print(f"rooms, {kind}: {points} points, {len(mishandled)} mishandled", flush=True)
        for number, statement, wrong in mishandled:
            print(f"    {number} {statement}: {wrong[:300]}", flush=True)
        all_mishandled += len(mishandled)
    return int(all_mishandled > 0)


if __name__ == "__main__":
    asked = sys.argv[1:]
    others = {"allocations": main_of_allocations, "rooms": main_of_rooms}
    sys.exit(others[asked[0]](*asked[1:]) if asked and asked[0] in others else main(*asked))
