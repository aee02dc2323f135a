"""Explains errors so that the user can fix them: exit codes and messages."""

from __future__ import annotations

import errno
import os
import traceback
from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from sim.cli.console import say

if TYPE_CHECKING:
    from sim.scenario import ScenarioError

DONE, MISTAKE, BAD_INPUT, INCOMPLETE, INTERRUPTED = 0, 1, 2, 3, 130
NOT_HELD = 1
"""A number of ``middleman theory`` does not match theory."""
DEBUG = "MIDDLEMAN_DEBUG"


def bad_argument(option: str, value: object, allowed: str, remedy: str) -> ScenarioError:
    """Return the error that rejects a command-line argument."""
    from sim.scenario import Problem, ScenarioError
    from sim.scenario.problems import shown

    return ScenarioError([Problem(option, "", shown(value), allowed, remedy)])


def unknown(option: str, value: str, noun: str, known: Sequence[str]) -> ScenarioError:
    """Return the error for an unknown name, with the closest known names."""
    from sim.scenario.overrides import close_matches

    near = close_matches(value, known)
    remedy = f"did you mean {' or '.join(near)}?" if near else "choose one of these"
    return bad_argument(option, value, f"known {noun}s: {', '.join(known)}", remedy)


def combined_error(errors: Sequence[ScenarioError]) -> ScenarioError:
    """Return one error with the problems of several."""
    from sim.scenario import ScenarioError

    return ScenarioError([problem for error in errors for problem in error.problems])


def end_with(failed: Sequence[object]) -> None:
    """End a command that has answered: as incomplete if some of its runs failed. Call it last."""
    if failed:
        raise typer.Exit(INCOMPLETE)


def explained(error: Exception) -> int:
    """Explain an exception to the user. Returns the exit code."""
    from sim.common.files import FolderError
    from sim.common.table import DiskError
    from sim.results.kept import RecordsError
    from sim.scenario import ScenarioError

    if isinstance(error, ScenarioError):
        _say_problems(len(error.problems), error.lines())
        return BAD_INPUT
    if isinstance(error, RecordsError):
        say(str(error))
        return BAD_INPUT
    if isinstance(error, FolderError):
        say(str(error).replace("overwrite=True", "--overwrite"))
        return BAD_INPUT
    if isinstance(error, DiskError):
        say(str(error.strerror))
        return BAD_INPUT
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        say("no space is left for the answer or the results; free some space, or choose another place")
        return BAD_INPUT
    if hasattr(error, "format_message"):  # raised by typer and click for invalid options
        _say_usage(error)
        return BAD_INPUT
    return _say_mistake(error)


def _say_problems(count: int, lines: Sequence[str]) -> None:
    """List the problems, one per line."""
    if count == 1:
        say(lines[0])
        return
    say(f"{count} problems:")
    for line in lines:
        say(f"- {line}")


def _say_usage(error: Exception) -> None:
    """Repeat the message of the option parser, and say where to read more."""
    message: str = getattr(error, "format_message")()  # noqa: B009 - not an attribute of every exception
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "middleman"
    said = " ".join(message.split()).rstrip(".")
    say(f"{said}; `{command} --help` shows all options")


def _say_mistake(error: Exception) -> int:
    """Report an internal error in one line."""
    from sim.common.provenance import version_of

    if os.environ.get(DEBUG):
        traceback.print_exception(error)
    if isinstance(error, MemoryError):
        say("Out of memory: try fewer customers, days or workers.")
        return MISTAKE
    notes = [f"({note})" for note in getattr(error, "__notes__", ())]
    said = " ".join([*str(error).split(), *notes])
    version = version_of("middleman")
    say(
        f"Internal error: {type(error).__name__}: {said}. This is an error in middleman {version}, not yours: "
        f"please report this line with the command you typed; {DEBUG}=1 in front of it shows the traceback."
    )
    return MISTAKE
