"""Has the simulation answer the questions of a lesson while the class is still in the lobby."""

from __future__ import annotations

from board import work
from guard import own

from sim.scenario import ScenarioError
from sim.teaching.rooms.answers import answered_of, figures_of, runs_of, value_of
from sim.teaching.rooms.desks import TeacherDesk
from sim.teaching.rooms.moments import Predict


def look_for_answers(desk: TeacherDesk) -> str:
    """Enter the answers that are there into the room, ask for the others in the order of the lesson, and never wait.

    Returns:
        why an answer cannot be computed; empty where nothing is wrong.
    """
    state = desk.room.state
    open_questions = [
        (number, each)
        for number, each in enumerate(state.lesson.moments)
        if isinstance(each, Predict) and number not in state.answers
    ]
    if not open_questions:
        return ""
    try:
        runs = {
            number: {name: runs_of(figure, work.folder()) for name, figure in figures_of(question).items()}
            for number, question in open_questions
        }
    except ScenarioError as error:
        return str(error)
    jobs = {job.key: job for by_name in runs.values() for tasks in by_name.values() for job in tasks}
    answer = own.service().ask((state.code, "answers"), list(jobs.values()))
    found = dict(zip(jobs, answer.results, strict=True))
    for number, question in open_questions:
        ready = {name: [found[job.key] for job in tasks] for name, tasks in runs[number].items()}
        if all(each is not None for results in ready.values() for each in results):
            figures = figures_of(question)
            values = {name: value_of(figures[name], runs[number][name], ready[name]) for name in figures}
            answered = answered_of(question, number, values, desk.room.clock())
            if answered is None:
                return f"{question.name}: the runs give no such figure: {', '.join(question.figure.names)}"
            desk.answer(answered)
    return answer.failure
