"""Writes what a teacher reads and prints: guides, handouts, exit tickets, and the answers that ship with the lessons.

python docs/teaching.py               rewrite guides and handouts
python docs/teaching.py --answers     first run the markets behind all numbers (half a minute)
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from sim.teaching.lessons import load_lesson, names
from sim.teaching.lessons.answers import SHIPPED, computed, figure_key, figures_of, shipped_answers
from sim.teaching.lessons.guides import guide, numbers
from sim.teaching.lessons.printing import exit_ticket, handout

FOLDER = Path(__file__).with_name("teaching")
MADE = "<!-- Written by `python docs/teaching.py` from sim/teaching/lessons/texts; change it there. -->\n\n"


def wanted_answers() -> dict[str, list[float]]:
    """Return the answers to all questions and the numbers of all guides, computed."""
    figures = [figure for name in names() for figure in figures_of(load_lesson(name))]
    figures += [figure for figure, _ in numbers().values()]
    by_key = {figure_key(figure): figure for figure in figures}
    return {key: list(computed(by_key[key])) for key in sorted(by_key)}


def pages() -> dict[Path, str]:
    """Return every page by its path."""
    found = {}
    for name in names():
        lesson = load_lesson(name)
        found[FOLDER / f"{name.replace('-', '_')}.md"] = MADE + guide(name)
        found[FOLDER / "handouts" / f"{name}-handout.html"] = handout(lesson)
        found[FOLDER / "handouts" / f"{name}-exit.html"] = exit_ticket(lesson)
    return found


def main() -> None:
    """Write what is asked for."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--answers", action="store_true", help="run the markets behind all numbers first")
    if reader.parse_args().answers:
        SHIPPED.write_text(json.dumps(wanted_answers(), indent=1) + "\n", encoding="utf-8")
        shipped_answers.cache_clear()
    for path, text in pages().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(FOLDER.parent.parent))


if __name__ == "__main__":
    main()
