"""The page of a phone: a code, a name, and then whatever the class does. It computes nothing and has no chart."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from classroom import drawing, firm, look, visitors
from classroom.words import paragraphs, said, shown
from sim.common.number_format import short
from sim.teaching.rooms.desks import StudentDesk
from sim.teaching.rooms.hosting import Room
from sim.teaching.rooms.identity import CODE_LENGTH
from sim.teaching.rooms.moments import Play, Predict, Talk, Ticket, Vote
from sim.teaching.rooms.rulings import LONGEST_NAME, LONGEST_WORDS, Refusal
from sim.teaching.rooms.views import PhoneView, phone_view

EVERY = 2.0
"""Seconds between two looks of a phone whether there is anything new."""


def page() -> None:
    """Show what this phone shows now."""
    look.phone()
    room = visitors.room_of(st.query_params.get("room", "")) if "room" in st.query_params else None
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
    _head(room, seen)
    _body(room, desk, seen)
    _say_refusal()
    _watch(room, desk, seen)


def _watch(room: Room, desk: StudentDesk, seen: PhoneView) -> None:
    """Look every so often, and draw the page again only where it has changed."""

    @st.fragment(run_every=EVERY)
    def watch() -> None:
        room.tick()
        room.heard(desk.number)
        if visitors.student_here(room) is None or phone_view(room.state, desk.number) != seen:
            st.rerun()

    watch()


def _ask_for_code() -> None:
    st.html(f'<h1 class="room-title">{shown(said("Join a class"))}</h1>')
    asked = st.query_params.get("room")
    if asked:
        words = said("There is no class with this code here. Look at the screen in front and type it again.")
        st.html(f'<p role="alert" class="room-sent" style="border-color:#D55E00">{shown(words)}</p>')
    with st.form("code", border=False):
        st.text_input(said("Code on the screen"), max_chars=CODE_LENGTH + 4, key="code", autocomplete="off")
        st.form_submit_button(said("Go"), type="primary", on_click=_take_code)


def _take_code() -> None:
    st.query_params["room"] = st.session_state["code"].strip().upper()[: CODE_LENGTH + 4] or "?"


def _ask_for_name(room: Room) -> None:
    st.html(f'<h1 class="room-title">{shown(room.state.lesson.title)}</h1>')
    known = room.state.by_token.get("")
    del known
    if visitors.was_removed(room):
        st.html(f'<p class="room-text" role="alert">{shown(said("The teacher has removed you from the room."))}</p>')
        return
    if room.state.locked:
        words = said("The teacher has closed the door. Ask for it to be opened.")
        st.html(f'<p class="room-text" role="alert">{shown(words)}</p>')
    with st.form("name", border=False):
        label = said("Your name, or any name")
        st.text_input(label, max_chars=LONGEST_NAME, key="name", autocomplete="nickname")
        st.form_submit_button(said("Join"), type="primary", on_click=_join, args=(room,))
    words = said("The class sees your name; nobody sees what you answer. Names are deleted after the course.")
    st.caption(words)
    _say_refusal()
    _watch_door(room)


def _watch_door(room: Room) -> None:
    locked = room.state.locked

    @st.fragment(run_every=2 * EVERY)
    def watch() -> None:
        if room.state.locked != locked:
            st.rerun()

    watch()


def _join(room: Room) -> None:
    if not visitors.JOINS.take(visitors.network()):
        _refuse(said("Many are joining at once. Try again in some seconds."))
        return
    _keep(room.join(st.session_state["name"], visitors.give_token(room)))


def _head(room: Room, seen: PhoneView) -> None:
    name = seen.name or said("no name")
    st.html(f'<div class="room-who"><span>{shown(name)}</span><span>{shown(room.code)}</span></div>')


def _body(room: Room, desk: StudentDesk, seen: PhoneView) -> None:
    moment = room.state.moment_at(seen.position.moment)
    match moment:
        case Predict():
            _predict(desk, seen, moment)
        case Vote():
            _vote(desk, seen, moment)
        case Play():
            firm.page(room, desk, seen, moment, act=_act)
        case Ticket():
            _ticket(desk, seen, moment)
        case Talk():
            _title(seen, moment.title)
            st.html(f'<p class="room-text">{shown(said("Look up: the class is talking."))}</p>')
        case None:
            _outside(room, desk, seen)


def _title(seen: PhoneView, title: str) -> None:
    """Show the title, and put the focus there where the page is a new one, so that a screen reader begins here."""
    where = f"{seen.position.moment} {seen.position.phase} {seen.position.round}"
    st.html(
        f'<h1 class="room-title" id="room-now" tabindex="-1">{shown(title)}</h1>'
        f"<script>/* {shown(where)} */ document.getElementById('room-now')?.focus({{preventScroll: true}})</script>",
        unsafe_allow_javascript=True,
    )


def _outside(room: Room, desk: StudentDesk, seen: PhoneView) -> None:
    """Show the lobby, or the end."""
    if seen.position.moment < 0:
        _title(seen, said("You're in. Look up."))
        st.html(f'<p class="room-text">{shown(said("The lesson begins when the teacher starts it."))}</p>')
        with st.expander(said("Change my name")), st.form("rename", border=False):
            st.text_input(said("Your name, or any name"), seen.name, max_chars=LONGEST_NAME, key="new-name")
            st.form_submit_button(said("Change"), on_click=lambda: _keep(desk.rename(st.session_state["new-name"])))
        return
    _title(seen, said("That was the lesson. Thank you."))
    st.html(f'<p class="room-text">{shown(room.state.lesson.title)}</p>')
    if seen.name:
        st.button(said("Delete my name"), on_click=_act(desk.forget))
        st.caption(said("Your answers stay in the results of the class, without a name."))
    else:
        st.caption(said("Your name is deleted."))


def _predict(desk: StudentDesk, seen: PhoneView, question: Predict) -> None:
    moment, phase = seen.position.moment, seen.position.phase
    if seen.answer is not None:
        _revealed(seen, question)
        return
    _title(seen, question.title)
    if phase == "open" and seen.answer is None:
        st.html(f'<div class="room-text">{paragraphs(question.story)}<p><b>{shown(question.question)}</b></p></div>')
        key = f"guess{moment}"
        kind = int if all(float(each).is_integer() for each in (question.low, question.high, question.by)) else float
        start = question.start if seen.sent is None else float(str(seen.sent))
        scale = (kind(question.low), kind(question.high), kind(max(question.low, start)), kind(question.by))
        st.slider(said("Your guess ({unit})", unit=question.unit), *scale, key=key, bind="query-params")
        words = said("Send") if seen.sent is None else said("Send another")
        st.button(words, type="primary", on_click=_act(lambda: desk.predict(moment, st.session_state[key])))
        _sent(seen, question.unit)
        st.html(drawing.countdown(seen.ends, seen.paused, question.seconds) or "<span></span>")
        return
    st.html(f'<div class="room-text"><p>{shown(question.question)}</p></div>')
    _class(seen, question)


def _class(seen: PhoneView, question: Predict) -> None:
    own = None if seen.sent is None else float(str(seen.sent))
    if seen.guesses is not None:
        st.html(drawing.guesses(seen.guesses, question.unit, own, seen.answer))
    words = said("You sent nothing.") if own is None else said("Your guess: {value} {unit}", value=short(own), unit=question.unit)
    st.html(f'<p class="room-text" role="status">{shown(words)}</p>')


THIRDS = (
    "You are among the third of the class that came closest.",
    "You are in the middle third of the class.",
    "Two thirds of the class came closer.",
)


def _revealed(seen: PhoneView, question: Predict) -> None:
    assert seen.answer is not None
    answer = f"{short(seen.answer.value)} {question.unit}"
    _title(seen, said("The simulation says {answer}", answer=answer))
    st.html(f'<div class="room-text"><p>{shown(question.question)}</p></div>')
    if seen.third is not None:
        off = short(abs(seen.third.off))
        words = said("You were {off} too high.", off=off) if seen.third.off > 0 else said("You were {off} too low.", off=off)
        if float(off.replace("\u202f", "").replace(" ", "") or 0) == 0:
            words = said("You had it exactly.")
        words = f"{words} {said(THIRDS[seen.third.third - 1])}"
        st.html(f'<p class="room-sent" role="status">{shown(words)}</p>')
    _class(seen, question)
    why = "".join(f"<p><b>{shown(said(head))}</b> {shown(text)}</p>" for head, text in _reasons(seen) if text)
    if why:
        st.html(f'<div class="room-text">{why}</div>')


def _reasons(seen: PhoneView) -> tuple[tuple[str, str], ...]:
    assert seen.answer is not None
    return (("Why.", seen.answer.why), ("But.", seen.answer.but))


def _sent(seen: PhoneView, unit: str = "") -> None:
    """Say what has arrived; the place is there before, so that a screen reader hears what changes in it."""
    words = ""
    if isinstance(seen.sent, (int, float)):
        words = said("Sent: {value} {unit}. You can change it until it closes.", value=short(seen.sent), unit=unit)
    kind = "room-sent" if words else ""
    st.html(f'<p class="{kind}" role="status" aria-live="polite">{shown(words)}</p>')


def _vote(desk: StudentDesk, seen: PhoneView, ballot: Vote) -> None:
    moment, phase = seen.position.moment, seen.position.phase
    _title(seen, ballot.title)
    st.html(f'<div class="room-text"><p><b>{shown(ballot.question)}</b></p></div>')
    mine = seen.sent if isinstance(seen.sent, int) else None
    if phase == "shown":
        st.html(drawing.votes(ballot, seen.votes, mine))
        st.html(f'<div class="room-text">{paragraphs(ballot.why)}</div>')
        return
    if phase == "talk":
        words = said("Talk with your neighbours. You vote again afterwards.")
        st.html(f'<p class="room-text" role="status">{shown(words)}</p>')
    for number, choice in enumerate(ballot.choices):
        label = f"**{drawing.LETTERS[number]}**  {literal(choice)}"
        st.button(
            label,
            key=f"vote{moment}{phase}{number}",
            type="primary" if number == mine else "secondary",
            disabled=phase == "talk",
            on_click=_act(lambda chosen=number: desk.vote(moment, phase, chosen)),
        )
    words = "" if mine is None else said("Sent: {letter}. You can change it until it closes.", letter=drawing.LETTERS[mine])
    kind = "room-sent" if words else ""
    st.html(f'<p class="{kind}" role="status" aria-live="polite">{shown(words)}</p>')
    whole = ballot.talk if phase == "talk" else ballot.seconds
    st.html(drawing.countdown(seen.ends, seen.paused, whole) or "<span></span>")


def _ticket(desk: StudentDesk, seen: PhoneView, ticket: Ticket) -> None:
    moment = seen.position.moment
    _title(seen, ticket.title)
    if seen.position.phase != "open":
        words = said("You sent nothing.") if seen.sent is None else said("Sent. Thank you.")
        st.html(f'<p class="room-text" role="status">{shown(words)}</p>')
        return
    keys = [f"ticket{moment}-{number}" for number in range(len(ticket.questions))]
    with st.form("ticket", border=False):
        for key, question in zip(keys, ticket.questions, strict=True):
            if question.choices:
                st.radio(
                    literal(question.question), range(len(question.choices)), index=None, key=key,
                    format_func=lambda number, choices=question.choices: literal(choices[number]),
                )
            else:
                st.text_area(literal(question.question), key=key, max_chars=LONGEST_WORDS)
        st.form_submit_button(said("Send"), type="primary", on_click=_act(lambda: desk.fill_ticket(moment, _answers(keys))))
    words = "" if seen.sent is None else said("Sent. You can change it until it closes.")
    kind = "room-sent" if words else ""
    st.html(f'<p class="{kind}" role="status" aria-live="polite">{shown(words)}</p>')


def _answers(keys: list[str]) -> tuple[str, ...]:
    given = [st.session_state.get(key) for key in keys]
    return tuple("" if each is None else " ".join(str(each).split()) for each in given)


def _act(do: Callable[[], Refusal | None]) -> Callable[[], None]:
    """Return what a button calls: it does something, and keeps why it could not be done."""
    return lambda: _keep(do())


def _keep(refused: Refusal | None) -> None:
    if refused is not None:
        _refuse(said(refused.words))


def _refuse(words: str) -> None:
    st.session_state["refused"] = words


def _say_refusal() -> None:
    words = st.session_state.pop("refused", "")
    if words:
        st.html(f'<p role="alert" class="room-sent" style="border-color:#D55E00">{shown(words)}</p>')
