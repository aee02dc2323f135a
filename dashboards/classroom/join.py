"""The page of a phone: a code, a name, and then whatever the class does. It computes nothing and has no chart."""

from __future__ import annotations

from functools import partial

import streamlit as st
from board.text import plain

from classroom import doors, drawing, firm, look, visitors
from classroom.parts import act, alert, keep, refuse, say_refusal, show_countdown, status, text, title
from classroom.words import literal, paragraphs, said
from sim.common.number_format import short, with_spread
from sim.teaching.rooms.desks import StudentDesk
from sim.teaching.rooms.hosting import Room
from sim.teaching.rooms.identity import CODE_LENGTH
from sim.teaching.rooms.moments import Play, Predict, Talk, Ticket, Vote
from sim.teaching.rooms.rulings import LONGEST_NAME, LONGEST_WORDS
from sim.teaching.rooms.views import PhoneView, ThirdOfClass, phone_view

EVERY = 2.0
"""Seconds between two looks of a phone whether there is anything new."""


def join_page() -> None:
    """Show what this phone shows now."""
    look.phone()
    room = visitors.room_of(st.query_params["room"]) if "room" in st.query_params else None
    if room is None:
        _ask_for_code()
        return
    room.tick()
    desk = visitors.student_here(room)
    if desk is None:
        _ask_for_name(room)
        return
    room.heard(desk.number)
    seen = phone_view(room.state, desk.number)
    games = _games(room, seen)
    st.html(f'<div class="room-who"><span>{literal(seen.name or said("no name"))}</span><span>{room.code}</span></div>')
    _body(room, desk, seen)
    say_refusal()
    _watch(room, desk, seen, games)


def _games(room: Room, seen: PhoneView) -> tuple[int, bool]:
    """Return how much of a game is in memory: on resuming, it comes a little later than the rest."""
    match = room.matches.match(seen.position.moment)
    return (len(match.rounds), bool(match.briefs)) if seen.seat else (0, False)


def _watch(room: Room, desk: StudentDesk, seen: PhoneView, games: tuple[int, bool]) -> None:
    """Look every so often, and draw the page again only where it has changed."""

    @st.fragment(run_every=EVERY)
    def watch() -> None:
        room.tick()
        room.heard(desk.number)
        there = visitors.student_here(room) is not None
        now = phone_view(room.state, desk.number)
        if not there or now != seen or _games(room, now) != games:
            st.rerun()

    watch()


def _ask_for_code() -> None:
    st.html(f'<h1 class="room-title">{literal(said("Join a class"))}</h1>')
    if "room" in st.query_params:
        alert(said("There is no class with this code here. Look at the screen in front and type it again."))
    with st.form("code", border=False):
        st.text_input(said("Code on the screen"), max_chars=CODE_LENGTH + 4, key="code", autocomplete="off")
        st.form_submit_button(said("Go"), type="primary", width="stretch", on_click=_take_code)


def _take_code() -> None:
    st.query_params["room"] = st.session_state["code"].strip().upper()[: CODE_LENGTH + 4] or "?"


def _ask_for_name(room: Room) -> None:
    st.html(f'<h1 class="room-title">{literal(room.state.lesson.title)}</h1>')
    locked = room.state.locked
    if visitors.was_removed(room):
        alert(said("The teacher has removed you from the room."))
        return
    if locked:
        alert(said("The teacher has closed the door. Ask for it to be opened."))
    with st.form("name", border=False):
        label = said("Your name, or any name")
        st.text_input(label, max_chars=LONGEST_NAME, key="name", autocomplete="nickname")
        st.form_submit_button(said("Join"), type="primary", width="stretch", on_click=_join, args=(room,))
    st.caption(
        said(
            "The class sees your name; nobody sees what you answer. Names are deleted after {days} days.",
            days=doors.name_days(),
        )
    )
    say_refusal()

    @st.fragment(run_every=2 * EVERY)
    def watch_door() -> None:
        if room.state.locked != locked:
            st.rerun()

    watch_door()


def _join(room: Room) -> None:
    if not doors.JOINS.take(visitors.network()):
        refuse(said("Many are joining at once. Try again in some seconds."))
        return
    keep(room.join(st.session_state["name"], visitors.give_token(room)))


def _body(room: Room, desk: StudentDesk, seen: PhoneView) -> None:
    moment = room.state.moment_at(seen.position.moment)
    match moment:
        case Predict() if seen.answer is not None:
            _revealed(seen, moment)
        case Predict():
            _predict(desk, seen, moment)
        case Vote():
            _vote(desk, seen, moment)
        case Play():
            firm.show_firm(room, desk, seen, moment)
        case Ticket():
            _ticket(desk, seen, moment)
        case Talk():
            title(seen, said(moment.title))
            text(said("Look up: the class is talking."))
        case None:
            _outside(room, desk, seen)


def _outside(room: Room, desk: StudentDesk, seen: PhoneView) -> None:
    """Show the lobby, or the end."""
    if seen.position.moment < 0:
        title(seen, said("You're in. Look up."))
        text(said("The lesson begins when the teacher starts it."))
        with st.expander(said("Change my name")), st.form("rename", border=False):
            st.text_input(said("Your name, or any name"), seen.name, max_chars=LONGEST_NAME, key="new-name")
            st.form_submit_button(said("Change"), on_click=lambda: keep(desk.rename(st.session_state["new-name"])))
        return
    title(seen, said("That was the lesson. Thank you."))
    text(room.state.lesson.title)
    if seen.name:
        st.button(said("Delete my name"), on_click=act(desk.forget))
        st.caption(said("Your answers stay in the results of the class, without a name."))
    else:
        status(said("Your name is deleted."))


def _predict(desk: StudentDesk, seen: PhoneView, question: Predict) -> None:
    moment = seen.position.moment
    title(seen, said(question.title))
    if seen.position.phase != "open":
        text(said(question.question))
        _class(seen, question)
        return
    asked = f"<p><b>{literal(said(question.question))}</b></p>"
    st.html(f'<div class="room-text">{paragraphs(said(question.story))}{asked}</div>')
    key = f"guess{moment}"
    start = question.start if seen.sent is None else float(str(seen.sent))
    label = plain(said("Your guess, {unit}", unit=said(question.unit)))
    low, high, first, by = question.low, question.high, max(question.low, start), question.by
    if all(float(each).is_integer() for each in (low, high, first, by)):
        st.slider(label, int(low), int(high), int(first), int(by), key=key, bind="query-params")
    else:
        st.slider(label, float(low), float(high), float(first), float(by), key=key, bind="query-params")
    words = said("Send") if seen.sent is None else said("Send another")
    st.button(words, type="primary", width="stretch", on_click=act(lambda: desk.predict(moment, st.session_state[key])))
    sent = "" if seen.sent is None else said("Sent: {value} {unit}.", value=short(start), unit=said(question.unit))
    status(f"{sent} {said('You can change it until it closes.')}" if sent else "", sent=bool(sent))
    show_countdown(drawing.countdown(seen.ends, seen.paused, question.seconds))


def _class(seen: PhoneView, question: Predict) -> None:
    """Show the guesses of the class, with one's own lit."""
    own = None if seen.sent is None else float(str(seen.sent))
    if seen.guesses is not None:
        st.html(drawing.guess_bars(seen.guesses, question.unit, own, seen.answer))
    words = said("You sent nothing.")
    if own is not None:
        words = said("Your guess: {value} {unit}", value=short(own), unit=said(question.unit))
    status(words)


def _revealed(seen: PhoneView, question: Predict) -> None:
    assert seen.answer is not None
    answer = f"{with_spread(seen.answer)} {said(question.unit)}"
    title(seen, said("The simulation says {answer}", answer=answer))
    text(said(question.question))
    if seen.third is not None:
        status(f"{_how_far(seen.third)} {_third(seen.third.third)}", sent=True)
    _class(seen, question)
    reasons = ((said("Why."), question.why), (said("But."), question.but))
    why = "".join(
        f"<p><b>{literal(head)}</b> {literal(seen.answer.fill(said(words)))}</p>" for head, words in reasons if words
    )
    st.html(f'<div class="room-text">{why}</div>')


def _how_far(third: ThirdOfClass) -> str:
    size = short(abs(third.off))
    if size == short(0.0):
        return said("You had it exactly.")
    return said("You were {off} too high.", off=size) if third.off > 0 else said("You were {off} too low.", off=size)


def _third(third: int) -> str:
    if third == 1:
        return said("You are among the third of the class that came closest.")
    return (
        said("You are in the middle third of the class.")
        if third == 2
        else said("Two thirds of the class came closer.")
    )


def _vote(desk: StudentDesk, seen: PhoneView, ballot: Vote) -> None:
    moment, phase = seen.position.moment, seen.position.phase
    title(seen, said(ballot.title))
    st.html(f'<div class="room-text"><p><b>{literal(said(ballot.question))}</b></p></div>')
    mine = seen.sent if isinstance(seen.sent, int) else None
    if phase == "shown":
        st.html(drawing.votes(ballot, seen.votes, mine))
        st.html(f'<div class="room-text">{paragraphs(said(ballot.why))}</div>')
        return
    if phase == "talk":
        listed = "".join(
            f"<p><b>{drawing.LETTERS[n]}</b>&ensp;{literal(each)}</p>" for n, each in enumerate(ballot.choices)
        )
        st.html(f'<div class="room-text">{listed}</div>')
        status(said("Talk with your neighbours. You vote again afterwards."), sent=True)
        show_countdown(drawing.countdown(seen.ends, seen.paused, ballot.talk))
        return
    for number, choice in enumerate(ballot.choices):
        st.button(
            f"**{drawing.LETTERS[number]}**  {plain(said(choice))}",
            key=f"vote{moment}{phase}{number}",
            type="primary" if number == mine else "secondary",
            width="stretch",
            on_click=act(partial(desk.vote, moment, phase, number)),
        )
    sent = "" if mine is None else said("Sent: {letter}.", letter=drawing.LETTERS[mine])
    status(f"{sent} {said('You can change it until it closes.')}" if sent else "", sent=bool(sent))
    show_countdown(drawing.countdown(seen.ends, seen.paused, ballot.seconds))


def _ticket(desk: StudentDesk, seen: PhoneView, ticket: Ticket) -> None:
    moment = seen.position.moment
    title(seen, said(ticket.title))
    if seen.position.phase != "open":
        status(said("You sent nothing.") if seen.sent is None else said("Sent. Thank you."))
        return
    keys = [f"ticket{moment}-{number}" for number in range(len(ticket.questions))]
    with st.form("ticket", border=False):
        for key, question in zip(keys, ticket.questions, strict=True):
            if question.choices:
                chosen = [plain(said(each)) for each in question.choices]
                st.radio(
                    plain(said(question.question)),
                    range(len(chosen)),
                    index=None,
                    key=key,
                    format_func=chosen.__getitem__,
                )
            else:
                st.text_area(plain(said(question.question)), key=key, max_chars=LONGEST_WORDS)
        fill = act(lambda: desk.fill_ticket(moment, _answers(keys)))
        st.form_submit_button(said("Send"), type="primary", width="stretch", on_click=fill)
    status(
        "" if seen.sent is None else f"{said('Sent.')} {said('You can change it until it closes.')}",
        sent=seen.sent is not None,
    )


def _answers(keys: list[str]) -> tuple[str, ...]:
    given: list[object] = [st.session_state.get(key) for key in keys]
    return tuple("" if each is None else " ".join(str(each).split()) for each in given)
