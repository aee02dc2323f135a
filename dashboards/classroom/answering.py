"""Has the simulation answer the questions of a lesson while the class is still in the lobby."""

from __future__ import annotations

from board import work
from guard import own

from sim.runs.jobs import SharedJob
from sim.scenario import ScenarioError
from sim.teaching.lessons.answers import NoAnswerError, SimulatedAnswer
from sim.teaching.rooms.answers import answer_from, answered_of, figures_asked, known_answer, runs_behind
from sim.teaching.rooms.desks import TeacherDesk
from sim.teaching.rooms.moments import Figure, Predict


def look_for_answers(desk: TeacherDesk) -> str:
    """Enter the answers that are there into the room, ask for the others in the order of the lesson, and never wait.

    Returns:
        why an answer cannot be computed; empty where nothing is wrong.
    """
    state = desk.room.state
    asked = {
        number: each
        for number, each in enumerate(state.lesson.moments)
        if isinstance(each, Predict) and number not in state.answers
    }
    if not asked:
        return ""
    try:
        wanted = _wanted([figure for question in asked.values() for figure in figures_asked(question).values()])
        answer = own.service().ask((state.code, "answers"), list(wanted.values()))
        done = dict(zip(wanted, answer.results, strict=True))
        for number, question in asked.items():
            values = {name: _value(figure, done) for name, figure in figures_asked(question).items()}
            known = {name: value for name, value in values.items() if value is not None}
            if len(known) == len(values):
                desk.answer(answered_of(number, known, desk.room.clock()))
    except (ScenarioError, NoAnswerError) as error:
        return str(error)
    return answer.failure


def _wanted(figures: list[Figure]) -> dict[str, SharedJob]:
    """Return the runs of all figures that are not shipped, each once, in order, by key."""
    computed = [each for each in figures if known_answer(each) is None]
    return {job.key: job for figure in computed for job in runs_behind(figure, work.folder())}


def _value(figure: Figure, done: dict[str, object]) -> SimulatedAnswer | None:
    """Return a figure's value; None where its runs are not there yet."""
    shipped = known_answer(figure)
    if shipped is not None:
        return shipped
    runs = runs_behind(figure, work.folder())
    ready: list[object] = [done[job.key] for job in runs]
    return None if any(each is None for each in ready) else answer_from(figure, runs, ready)  # type: ignore[arg-type]
