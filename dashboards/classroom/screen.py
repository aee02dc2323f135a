"""What the class sees on the wall, moment by moment."""

from __future__ import annotations

import os

import streamlit as st

from classroom import board_of_game, drawing
from classroom.words import literal, paragraphs, said
from sim.common.number_format import short, with_spread
from sim.teaching.rooms.hosting import Room
from sim.teaching.rooms.moments import Play, Predict, Talk, Ticket, Vote
from sim.teaching.rooms.state import RoomState
from sim.teaching.rooms.views import answered_now, guesses_of, votes_of

ADDRESS = "MIDDLEMAN_CLASS_ADDRESS"
"""Environment variable with the address under which phones reach this server."""
MOST_NAMES = 120


def phone_address() -> str:
    """Return the address of the join page, as phones reach it."""
    base = os.environ.get(ADDRESS, "").rstrip("/")
    if not base:
        scheme, _, rest = (st.context.url or "http://localhost:8501").partition("://")
        base = f"{scheme}://{rest.partition('/')[0]}"
    return f"{base}/join"


def head(state: RoomState) -> None:
    """Show the title of the lesson, and how to join, which somebody always still needs."""
    where = phone_address().partition("://")[2]
    count = said("{count} here", count=len(state.present))
    st.html(
        f'<div class="room-head"><span>{literal(state.lesson.title)}</span><span class="join">{literal(where)} '
        f'&nbsp; <span class="code">{state.code}</span> &nbsp; {literal(count)}</span></div>'
    )


def body(room: Room) -> None:
    """Show the moment the class is in."""
    state = room.state
    match state.moment:
        case Predict() as question:
            _predict(state, question)
        case Vote() as ballot:
            _vote(state, ballot)
        case Play() as game:
            board_of_game.show_game(room, state, game)
        case Talk() as talk:
            _title(talk.title)
            asked = "".join(f"<li>{literal(each)}</li>" for each in talk.questions)
            st.html(f'<div class="room-text">{paragraphs(talk.text)}{f"<ul>{asked}</ul>" if asked else ""}</div>')
            st.html(drawing.countdown(state.deadline, state.paused is not None, talk.seconds) or "<span></span>")
        case Ticket() as ticket:
            _ticket(state, ticket)
        case None if state.position.moment < 0:
            _lobby(room)
        case None:
            _title("That was the lesson. Thank you.")
            st.html(
                '<div class="room-text"><p>Your results stay on your phone until the teacher closes the room.</p></div>'
            )


def _title(words: str) -> None:
    st.html(f'<h1 class="room-title">{literal(words)}</h1>')


def _lobby(room: Room) -> None:
    import segno

    state = room.state
    address = phone_address()
    drawn = segno.make(f"{address}?room={state.code}", error="m").svg_data_uri(scale=8, border=2)
    count = len(state.present)
    joined = f"{count} joined" if count else "Waiting for the first to join"
    door = " The door is locked." if state.locked else ""
    st.html(
        f'<div class="room-lobby"><img src="{drawn}" alt="QR code of the address"><div>'
        f'<div class="address">{literal(address.partition("://")[2])}</div><div class="code">{state.code}</div>'
        f'<p class="room-count" role="status">{joined}.{door}</p></div></div>'
    )
    st.html(name_chips(room))
    st.html(
        '<p class="room-hint">Does your phone open the page? If not, it is in another network: join the same Wi-Fi as '
        "this computer, or a hotspot of the teacher's phone. The lesson also works on paper.</p>"
    )


def name_chips(room: Room) -> str:
    """Return the names of those who are here; nothing where they are hidden. They are text, whatever they hold."""
    state = room.state
    if state.names_hidden or not state.present:
        return "<span></span>"
    away = set(room.away())
    chips = "".join(
        f'<span class="{"away" if each.number in away else ""}">{literal(each.name or f"Student {each.number}")}</span>'
        for each in state.present[:MOST_NAMES]
    )
    return f'<div class="room-names">{chips}</div>'


def _count(state: RoomState) -> None:
    words = f"{answered_now(state)} of {len(state.present)} answered"
    st.html(f'<p class="room-count" role="status">{words}</p>')


def _clock(state: RoomState, whole: int) -> None:
    st.html(drawing.countdown(state.deadline, state.paused is not None, whole) or "<span></span>")


def _predict(state: RoomState, question: Predict) -> None:
    number, phase = state.position.moment, state.position.phase
    if phase == "open":
        _title(question.title)
        asked = f"<p><b>{literal(question.question)}</b></p>"
        st.html(f'<div class="room-text">{paragraphs(question.story)}{asked}</div>')
        _count(state)
        _clock(state, question.seconds)
        return
    found, answer = guesses_of(state, number), state.answers.get(number)
    assert found is not None
    if phase == "closed" or answer is None:
        middle = "-" if found.middle is None else f"{short(found.middle)} {question.unit}"
        _title(f"Half of the class guesses {middle} or less" if found.count else "Nobody has guessed")
        st.html(f'<div class="room-text"><p>{literal(question.question)}</p></div>')
        st.html(drawing.guess_bars(found, question.unit))
        return
    _title(f"The simulation: {with_spread(answer)} {question.unit}")
    near = f"{found.near} of {found.count} guesses are within 10 % of it." if found.count else ""
    st.html(f'<div class="room-text"><p>{literal(question.question)} <b>{literal(near)}</b></p></div>')
    st.html(drawing.guess_bars(found, question.unit, None, answer))
    reasons = (("Why.", question.why), ("But.", question.but))
    why = "".join(f"<p><b>{name}</b> {literal(answer.fill(text))}</p>" for name, text in reasons if text)
    runs = f"Mean of {answer.runs} runs; the green band is its 95 % interval." if answer.runs > 1 else "One run."
    st.html(f'<div class="room-text">{why}<p class="room-note">{runs}</p></div>')


def _vote(state: RoomState, ballot: Vote) -> None:
    number, phase = state.position.moment, state.position.phase
    _title(ballot.question)
    if phase == "shown":
        both = [votes_of(state, number, each) for each in ("first", "second")]
        st.html(drawing.votes(ballot, both))
        st.html(f'<div class="room-text">{paragraphs(ballot.why)}</div>')
        return
    choices = "".join(
        f'<div class="room-choice"><span class="letter">{drawing.LETTERS[n]}</span><span>{literal(each)}</span></div>'
        for n, each in enumerate(ballot.choices)
    )
    st.html(choices)
    if phase == "talk":
        st.html('<p class="room-count" role="status">Convince your neighbour. Then vote again.</p>')
        _clock(state, ballot.talk)
    else:
        _count(state)
        _clock(state, ballot.seconds)


def _ticket(state: RoomState, ticket: Ticket) -> None:
    _title(ticket.title)
    asked = "".join(f"<li>{literal(each.question)}</li>" for each in ticket.questions)
    st.html(f'<div class="room-text"><ol>{asked}</ol></div>')
    _count(state)
    if state.position.phase == "open":
        _clock(state, ticket.seconds)
