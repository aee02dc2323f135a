"""The help of ``middleman`` itself: commands grouped by what one wants, on one screen."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import zip_longest
from types import MappingProxyType
from typing import Any

from typer.core import TyperGroup

from sim.cli.console import Page
from sim.cli.screen import one_line

ADVANCED = "Advanced"
COLUMNS: tuple[Mapping[str, Mapping[str, str]], ...] = (
    MappingProxyType(
        {
            "Look": {
                "list": "scenarios and channels",
                "compare": "channels side by side",
                "run": "one channel, one run",
                "trace": "follow one purchase",
                "explain": "what a word means",
                "case": "a worked case, checked",
            },
            "Your own": {
                "new": "scenario or exercise",
                "import": "read your tables",
                "fit": "fit it to your data",
                "check": "what is wrong with a file",
                "decide": "your best option",
            },
        }
    ),
    MappingProxyType(
        {
            "Ask": {
                "frontier": "where the answer turns",
                "worth": "what middlemen are worth",
                "sensitivity": "what matters most",
                "discover": "when a channel fails",
                "optimise": "the best price for a firm",
                "sweep": "many markets at once",
                "audit": "would a firm deviate?",
            },
            "Show and teach": {
                "dashboard": "all of it in a browser",
                "publish": "a web page to hand out",
                "export": "results for Excel",
                "class": "a room for a class",
            },
        }
    ),
)
"""Commands by what one wants, in two columns, with a few words each; all others are advanced."""
FOOT = "Start with: middleman compare    More of each: middleman COMMAND --help"


class GroupedCommands(TyperGroup):
    """The commands of ``middleman``; its help shows them in groups."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help: usage, groups in two columns, what is advanced, and where to start."""
        del ctx, formatter
        Page().lines(grouped_help(self.commands, str(self.help or "")))


def grouped_help(commands: Mapping[str, Any], about: str, width: int = 80) -> list[str]:
    """Return the help as lines of at most ``width`` characters. Commands that are not registered are left out."""
    left, right = (_column(groups, commands, width // 2 - 1) for groups in COLUMNS)
    rows = [f"{one:<{width // 2}}{other}".rstrip() for one, other in zip_longest(left, right, fillvalue="")]
    known = {name for groups in COLUMNS for entries in groups.values() for name in entries}
    others = [name for name in commands if name not in known]
    advanced = [f"{ADVANCED}: {', '.join(others)}"] if others else []
    return [about, "", *rows, "", *advanced, FOOT]


def _column(groups: Mapping[str, Mapping[str, str]], commands: Mapping[str, Any], room: int) -> list[str]:
    lines: list[str] = []
    for title, entries in groups.items():
        rows = [one_line(f"  {name:<12}{said}", room) for name, said in entries.items() if name in commands]
        lines += [*([""] if lines and rows else []), *([title] if rows else []), *rows]
    return lines
