"""What a class leaves, as tables with a codebook: who did what, when, and what came of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import pandas as pd

from sim.common.spreadsheets import csv_of
from sim.results.workbooks import excel_of
from sim.teaching.play.results import RoundResult
from sim.teaching.rooms.decisions import decisions_of
from sim.teaching.rooms.moments import Play, Predict, Ticket, Vote
from sim.teaching.rooms.state import RoomState

Results = Mapping[int, Sequence[Mapping[int, RoundResult]]]
"""Of the games that are in memory: by moment, round by round, by island."""
COLUMNS: dict[str, dict[str, str]] = {
    "room": {"key": "what is described", "value": "its value"},
    "participants": {
        "student": "number of the participant in this room; the same in all tables",
        "name": "as it was typed; empty where it was deleted or not asked for",
        "removed": "whether the teacher removed the participant",
    },
    "predictions": {
        "moment": "number of the question in the lesson, from 0",
        "question": "its name",
        "student": "who guessed",
        "prediction": "the last guess before guessing closed",
        "unit": "of the guess and of the answer",
        "answer": "mean of the simulation's runs",
        "answer_low": "lower end of its 95 % interval",
        "answer_high": "upper end of its 95 % interval",
        "runs": "of the simulation",
    },
    "votes": {
        "moment": "number of the vote in the lesson, from 0",
        "question": "its name",
        "student": "who voted",
        "before": "choice before the talk, from A",
        "after": "choice after the talk, from A",
        "right": "the right choice, where there is one",
    },
    "tickets": {
        "moment": "number of the exit ticket in the lesson, from 0",
        "question": "as it was asked",
        "student": "who answered",
        "answer": "the choice, from A, or the student's own words",
        "right": "the right choice, where there is one",
    },
    "decisions": {
        "moment": "number of the game in the lesson, from 0",
        "round": "of the game, from 1",
        "island": "market, from 0; all have the same customers",
        "seat": "firm",
        "students": "who ran it, their numbers; empty: the bot",
        "control": "what was set",
        "value": "in the control's unit; prices and margins in units of currency a piece, commission in per cent",
    },
    "results": {
        "moment": "number of the game in the lesson, from 0",
        "round": "of the game, from 1",
        "island": "market, from 0",
        "seat": "firm",
        "by_bot": "whether the bot decided",
        "units": "pieces bought by customers that passed through this firm",
        "lost": "customers who met this firm's empty shelf and got none of its goods",
        "profit": "of the round, units of currency",
        "bot_profit": "of the bot in the same seat, with the same customers, in a market of bots",
        "cause": "what cost it most customers: undercut, empty, dear or none",
        "digest": "letters that a replay of the round must give again",
    },
}
"""Columns of every table, with their meaning."""


def tables_of(state: RoomState, results: Results | None = None, names: bool = False) -> dict[str, pd.DataFrame]:
    """Return what a class leaves, one table for each kind of thing, the codebook last.

    Args:
        state: of the room.
        results: of its games.
        names: whether names are included; numbers are in any case.
    """
    rows: dict[str, list[tuple[object, ...]]] = {
        "room": _room(state),
        "participants": [(n, each.name if names else "", each.removed) for n, each in state.students.items()],
        "predictions": [],
        "votes": [],
        "tickets": [],
        "decisions": [],
        "results": [],
    }
    for number, moment in enumerate(state.lesson.moments):
        match moment:
            case Predict():
                rows["predictions"] += _predictions(state, number, moment)
            case Vote():
                rows["votes"] += _votes(state, number, moment)
            case Ticket():
                rows["tickets"] += _tickets(state, number, moment)
            case Play():
                rows["decisions"] += _decisions(state, number)
                rows["results"] += _results(state, number, (results or {}).get(number, ()))
    found = {name: pd.DataFrame(rows[name], columns=list(COLUMNS[name])) for name in COLUMNS}
    book = [(table, name, meaning) for table, columns in COLUMNS.items() for name, meaning in columns.items()]
    return {**found, "codebook": pd.DataFrame(book, columns=["table", "column", "meaning"])}


def excel_file(tables: Mapping[str, pd.DataFrame]) -> bytes:
    """Return the tables as one workbook, a sheet each."""
    return excel_of(tables)


def csv_archive(tables: Mapping[str, pd.DataFrame]) -> bytes:
    """Return the tables as a zip archive of CSV files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, table in tables.items():
            archive.writestr(f"{name}.csv", csv_of(table))
    return file.getvalue()


def _room(state: RoomState) -> list[tuple[object, ...]]:
    opened = datetime.fromtimestamp(state.opened, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return [
        ("code", state.code),
        ("lesson", state.lesson.name),
        ("title", state.lesson.title),
        ("opened", opened),
        ("seed", str(state.seed)),
        ("version", state.version),
        ("events", str(state.events)),
        ("participants", str(len(state.present))),
        ("replay", f"middleman class --resume {state.code} (with the same --rooms)"),
    ]


def _predictions(state: RoomState, number: int, question: Predict) -> list[tuple[object, ...]]:
    answer = state.answers.get(number)
    known = (answer.value, answer.low, answer.high, answer.runs) if answer else (None, None, None, None)
    given = state.predictions.get(number, {})
    return [(number, question.name, student, value, question.unit, *known) for student, value in sorted(given.items())]


def _letter(choice: int | None) -> str:
    return "" if choice is None else chr(ord("A") + choice)


def _votes(state: RoomState, number: int, ballot: Vote) -> list[tuple[object, ...]]:
    first, second = (state.votes.get((number, phase), {}) for phase in ("first", "second"))
    return [
        (number, ballot.name, student, _letter(first.get(student)), _letter(second.get(student)), _letter(ballot.right))
        for student in sorted({*first, *second})
    ]


def _tickets(state: RoomState, number: int, ticket: Ticket) -> list[tuple[object, ...]]:
    return [
        (
            number,
            asked.question,
            student,
            _letter(int(answer)) if asked.choices and answer else answer,
            _letter(asked.right),
        )
        for student, answers in sorted(state.tickets.get(number, {}).items())
        for asked, answer in zip(ticket.questions, answers, strict=True)
    ]


def _decisions(state: RoomState, number: int) -> list[tuple[object, ...]]:
    return [
        (number, turn, island, seat, " ".join(map(str, state.ended[number, turn].seats[island, seat])), control, value)
        for turn in range(1, state.rounds_ended(number) + 1)
        for island, seats in sorted(decisions_of(state, number, turn).items())
        for seat, asked in seats.items()
        for control, value in asked.items()
    ]


def _results(state: RoomState, number: int, rounds: Sequence[Mapping[int, RoundResult]]) -> list[tuple[object, ...]]:
    return [
        (
            number,
            turn,
            island,
            seat,
            each.by_bot,
            each.units,
            each.lost,
            each.profit / 100,
            each.bot_profit / 100,
            each.cause.kind,
            state.digests.get((number, turn), ""),
        )
        for turn, islands in enumerate(rounds, 1)
        for island, found in sorted(islands.items())
        for seat, each in found.seats.items()
    ]
