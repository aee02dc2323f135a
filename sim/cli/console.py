"""Where text goes: answers to standard output, everything else to standard error."""

from __future__ import annotations

import json
import os
import re
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any
from unicodedata import category

if TYPE_CHECKING:
    from rich.console import Console

    from sim.runs.progress import OnProgress, Progress

NO_BREAK_SPACE = "\u00a0"
COMPILING = "Compiling once, about half a minute; later runs start at once."
COMPILING_EACH_TIME = "Compiling, about half a minute; later runs will, too, unless NUMBA_CACHE_DIR names a folder: "


def say(text: str) -> None:
    """Write a line to standard error. If it cannot be written, a long run continues without it."""
    with suppress(OSError):
        print(printable(text), file=sys.stderr, flush=True)


def printable(text: str) -> str:
    """Return text without terminal control sequences, because file names may contain anything."""
    return "".join("?" if category(letter) in ("Cc", "Cf") and letter != "\n" else letter for letter in text)


def print_json(content: Any) -> None:
    """Write JSON, and nothing else, to standard output. Raises ValueError for NaN, which JSON cannot express."""
    print(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False))


NARROWEST = 20
"""Width assumed if a terminal or build machine reports no width at all."""


def use_replacement_characters() -> None:
    """Show a question mark for characters the terminal cannot show, instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


@contextmanager
def even_if_unread() -> Iterator[None]:
    """Let a command finish its report if the reader of its answer stops early, as after ``| head``."""
    try:
        yield
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # rich wants to exit then
        write_no_more()


def write_no_more() -> None:
    """Discard remaining output, so that closing standard output no longer fails."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def console() -> Console:
    """Return the console for answers: as wide as the terminal, 80 columns if there is none."""
    from rich.console import Console

    page = Console(file=sys.stdout, markup=False, highlight=False, emoji=False, soft_wrap=True)
    page.width = max(page.width, NARROWEST)
    return page


class Page:
    """Prints line by line; ``width`` is the available width."""

    def __init__(self) -> None:
        self._console = console()
        self.width = self._console.width

    def line(self, text: str = "") -> None:
        """Print a line unchanged."""
        self._console.print(printable(text.rstrip()))

    def heading(self, text: str, *, above: bool = True) -> None:
        """Print a heading, after an empty line unless it is the first."""
        if above:
            self._console.print()
        for line in wrapped(text, self.width):
            self._console.print(line, style="bold")

    def lines(self, texts: Sequence[str]) -> None:
        """Print lines unchanged."""
        for text in texts:
            self.line(text)

    def styled_lines(self, texts: Sequence[str]) -> None:
        """Print lines that may hold escape codes of our own making."""
        for text in texts:
            print(text, file=sys.stdout)

    def paragraph(self, text: str, *, indent: str = "", hanging: str | None = None) -> None:
        """Print a paragraph, wrapped to the width; numbers with thousands separators are not split."""
        following = indent if hanging is None else hanging
        self.lines(wrapped(text, self.width, indent, following))

    def entry(self, name: str, text: str, width: int) -> None:
        """Print a name with its description beside it."""
        self.paragraph(text, indent=f"  {name:<{width}}  ", hanging=" " * (width + 4))


def wrapped(text: str, width: int, indent: str = "", hanging: str = "") -> list[str]:
    """Return a paragraph as lines of at most ``width`` characters (at most 100)."""
    lines = textwrap.wrap(
        glued(text),
        min(width, 100),
        initial_indent=indent,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(NO_BREAK_SPACE, " ") for line in lines]


def glued(text: str) -> str:
    """Return text whose numbers hold together: no-break spaces between thousands, and before a per cent sign."""
    return re.sub(r"(?<=\d) (?=\d{3}\b)|(?<=\d) (?=%)", NO_BREAK_SPACE, text)


def announce_compiling() -> None:
    """Say that the first run compiles, if it does; on a terminal compile at once, and show how far that has come."""
    from sim.kernels.numerics.compiler import WHY_NOT_KEPT, compiled_before

    if compiled_before():
        return
    say(f"{COMPILING_EACH_TIME}{WHY_NOT_KEPT}." if WHY_NOT_KEPT else COMPILING)
    if sys.stderr.isatty():
        from sim.runs.compiling import compile_first

        with progress("kernels compiled") as shown:
            compile_first(shown)


EVERY = 30.0
"""Seconds between progress lines if no terminal can show a bar."""


@contextmanager
def progress(
    doing: str, words: Callable[[Progress, float], str] | None = None, *, always_last: bool = False
) -> Iterator[OnProgress]:
    """Show on standard error how far an experiment has come: a bar on a terminal, else a line now and then.

    Args:
        doing: what is being done.
        words: says how far it has come, given the seconds it took; ``pace`` and what failed unless given.
        always_last: whether the last line is said however quick it was.
    """
    begun = said = time.monotonic()

    def text(now: Progress) -> str:
        return f"{doing}: {(words or _pace)(now, time.monotonic() - begun)}"

    def line(now: Progress) -> None:
        nonlocal said
        if time.monotonic() - said >= EVERY or (always_last and now.done == now.total and not now.bound):
            said = time.monotonic()
            say(text(now))

    if not sys.stderr.isatty():
        yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (BarColumn(), TextColumn("{task.description}"))
    with Bar(*columns, console=Console(file=sys.stderr), transient=True) as bar:
        task = bar.add_task(doing, total=None)
        yield lambda now: bar.update(task, completed=now.done, total=now.total, description=text(now))


def _pace(now: Progress, seconds: float) -> str:
    lost = f", {now.failed} failed" if now.failed else ""
    return f"{pace(now.done, now.total, seconds)}{lost}"


def pace(done: int, total: int, seconds: float) -> str:
    """Return progress in words: how many are done, rate, time left."""
    text = f"{done} of {total}"
    if not done or seconds <= 0:
        return text
    rate = done / seconds
    return f"{text}, {rate:.3g} a second, {clock((total - done) / rate)} left"


def clock(seconds: float) -> str:
    """Return a duration as 1:02:03."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
