"""Parts that the pages of a class share: titles that take the focus, words that a screen reader hears, refusals."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from classroom.words import literal, said
from sim.teaching.rooms.rulings import Refusal
from sim.teaching.rooms.views import PhoneView

ALERT = '<p role="alert" class="room-sent wrong">{}</p>'
FOCUS = "<script>/* {} */ document.getElementById('room-now')?.focus({{preventScroll: true}})</script>"


def title(seen: PhoneView, words: str) -> None:
    """Show the title, and put the focus there where the page is a new one, so that a screen reader begins here."""
    where = f"{seen.position.moment} {seen.position.phase} {seen.position.round}"
    html = f'<h1 class="room-title" id="room-now" tabindex="-1">{literal(words)}</h1>'
    st.html(html + FOCUS.format(literal(where)), unsafe_allow_javascript=True)


def text(*paragraphs: str) -> None:
    """Show paragraphs."""
    st.html(f'<div class="room-text">{"".join(f"<p>{literal(each)}</p>" for each in paragraphs if each)}</div>')


def status(words: str, sent: bool = False) -> None:
    """Show what has happened. The place is there before, so that a screen reader hears what changes in it."""
    kind = "room-sent" if sent else "room-text"
    st.html(f'<p class="{kind}" role="status" aria-live="polite">{literal(words)}</p>')


def alert(words: str) -> None:
    """Show what went wrong."""
    st.html(ALERT.format(literal(words)))


def show_countdown(html: str) -> None:
    """Show a countdown, or keep its place."""
    st.html(html or "<span></span>")


def act(do: Callable[[], Refusal | None]) -> Callable[[], None]:
    """Return what a button calls: it does something, and keeps why it could not be done."""
    return lambda: keep(do())


def keep(refused: Refusal | None) -> None:
    """Keep why something could not be done until the page is drawn."""
    if refused is not None:
        refuse(said(refused.words))


def refuse(words: str) -> None:
    """Keep words of refusal until the page is drawn."""
    st.session_state["refused"] = words


def say_refusal() -> None:
    """Show why the last thing could not be done, once."""
    words = st.session_state.pop("refused", "")
    if words:
        alert(words)
