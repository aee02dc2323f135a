"""``class``: opens a room for a class, says how phones reach it, and starts the server."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sim.cli import options
from sim.cli.console import say
from sim.cli.dashboard import serve
from sim.cli.errors import bad_argument

if TYPE_CHECKING:
    from sim.teaching.rooms.hosting import Room

KEEP_NAMES = 14
"""Days, by default: a lesson of two sessions, a week apart, still knows its students."""


def open_class(
    lesson: Annotated[
        str,
        typer.Argument(metavar="[LESSON]", help="Name of a shipped lesson (default: the first), or a .toml file."),
    ] = "",
    address: Annotated[
        str,
        typer.Option("--address", metavar="HOST", help="Address phones use (default: found). localhost: to rehearse."),
    ] = "",
    port: Annotated[str, typer.Option("--port", metavar="N", help="Port of the web server.")] = "8501",
    rooms: Annotated[
        str,
        typer.Option("--rooms", metavar="FOLDER", help="Where rooms are kept: a folder, or the URL of a database."),
    ] = "",
    resume: Annotated[
        str, typer.Option("--resume", metavar="CODE", help="Go on with a room after the server has ended.")
    ] = "",
    keep_names: Annotated[
        str, typer.Option("--keep-names", metavar="DAYS", help="Names are deleted after so many days.")
    ] = str(KEEP_NAMES),
    seed: options.Seed = "1",
) -> int:
    """Open a room for a class: phones join with a code, the teacher leads. Ctrl-C ends it; nothing is lost."""
    number = options.whole_number("--port", port, 1, 65535)
    days = options.whole_number("--keep-names", keep_names, 0, 3650)
    where = rooms or str(rooms_folder())
    room, key = _room(where, lesson, resume, options.whole_number("--seed", seed, 0), days)
    from sim.teaching.rooms.addresses import THIS_MACHINE, network_addresses, url_of

    found = [address] if address else network_addresses()
    phones = url_of((found or [THIS_MACHINE])[0], number)
    _say_how_to_join(room, key, phones, url_of(THIS_MACHINE, number), found[1:])
    alone = not found or found[0] in (THIS_MACHINE, "127.0.0.1", "::1")
    return serve(
        number,
        THIS_MACHINE if alone else "::" if ":" in found[0] else "0.0.0.0",
        {
            "MIDDLEMAN_ROOMS": where if "://" in where else str(Path(where).expanduser().resolve()),
            "MIDDLEMAN_CLASS_ADDRESS": phones,
            "MIDDLEMAN_KEEP_NAMES": str(days),
        },
        () if alone else ("--browser.serverAddress", found[0]),
    )


def rooms_folder() -> Path:
    """Return the folder of rooms: MIDDLEMAN_ROOMS, else the user's data."""
    chosen = os.environ.get("MIDDLEMAN_ROOMS")
    if chosen:
        return Path(chosen)
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "middleman" / "rooms"


def _room(where: str, lesson: str, resume: str, seed: int, days: int) -> tuple[Room, str]:
    """Return a new room or the one to go on with, and a key for its teacher."""
    from sim.common.provenance import version_of
    from sim.scenario import ScenarioError
    from sim.teaching.lessons import LessonError, load_lesson, names
    from sim.teaching.rooms.hosting import Rooms
    from sim.teaching.rooms.store import EventStore, StoreError, UnavailableError

    try:
        known = Rooms(EventStore(where))
    except StoreError as error:
        raise bad_argument("--rooms", where, str(error.reason), error.remedy) from error
    try:
        known.forget_names(days * 86400)
        if not resume:
            return known.open(load_lesson(lesson or names()[0]), seed, version_of("middleman"))
        found = known.resume(resume)
        if found is None:
            there = ", ".join(known.store.codes()[:8]) or "none"
            raise bad_argument("--resume", resume, f"rooms kept in {where}: {there}", "give the code of one of them")
        return found
    except LessonError as error:
        raise ScenarioError(list(error.problems)) from error
    except UnavailableError as error:
        raise bad_argument("--rooms", where, f"it cannot be used: {error}", "make room, or give another") from error
    finally:
        known.close()


def _say_how_to_join(room: Room, key: str, phones: str, here: str, others: list[str]) -> None:
    """Print the address, its QR code, and the teacher's secret link."""
    import segno

    join = f"{phones}/join?room={room.code}"
    say(f"{room.state.lesson.title}: room {room.code}")
    say("")
    if sys.stdout.isatty() or os.environ.get("MIDDLEMAN_QR"):
        segno.make(join, error="l").terminal(sys.stdout, compact=True, border=2)
    say(f"Phones:  {phones}/join   code {room.code}")
    if "localhost" in phones:
        say("         No network was found, so no phone reaches this machine. Join a Wi-Fi, or give --address.")
    for each in others:
        say(f"         or, in another network of this machine: {each}")
    say(f"Teacher: {here}/teacher/{room.code}/{key}")
    say("         Keep this link to yourself: anybody who has it leads the class. It is printed only here.")
    say(f"If the server ends: middleman class --resume {room.code}   (Ctrl-C ends it)")
