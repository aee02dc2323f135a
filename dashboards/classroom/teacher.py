"""The teacher's page: the wall above, the controls below. Only the teacher's browser has it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pandas as pd
import streamlit as st

from classroom import answering, look, screen, visitors
from classroom.parts import act, alert, say_refusal
from sim.teaching.rooms import export
from sim.teaching.rooms.course import following, preceding, skipping
from sim.teaching.rooms.desks import TeacherDesk
from sim.teaching.rooms.events import Seating
from sim.teaching.rooms.hosting import Room
from sim.teaching.rooms.moments import Play
from sim.teaching.rooms.state import RoomState

EVERY = 1.0
"""Seconds between two looks whether there is anything new."""
MORE_SECONDS = 30
NEXT = {
    "lobby": "Start",
    "open": "Close",
    "closed": "Show the answer",
    "first": "Close the vote and talk",
    "talk": "Vote again",
    "second": "Show both votes",
    "seats": "Begin round 1",
    "round": "End the round now",
    "computing": "The market is computing",
}
"""What the button does that goes on, by phase."""
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def teacher_page() -> None:
    """Show the wall and the controls, or nothing without the teacher's key."""
    look.wall()
    room = visitors.room_of(st.query_params.get("room", "")) if "room" in st.query_params else None
    desk = None if room is None else visitors.teacher_here(room)
    if room is None or desk is None:
        st.html('<h1 class="room-title">The teacher’s page</h1>')
        alert("Open it with the link that `middleman class` has printed, in this browser.")
        return
    room.tick()
    room.matches.warm_up(room.state)
    trouble = answering.look_for_answers(desk)
    seen = _seen(room)
    screen.head(room.state)
    screen.body(room)
    if trouble:
        alert(f"The simulation's answer cannot be computed: {trouble}")
    say_refusal()
    controls(desk)
    _watch(room, desk, seen)


def _seen(room: Room) -> tuple[object, ...]:
    """Return what decides how the page looks."""
    match = room.matches.match(room.state.position.moment)
    if room.state.position.phase == "debrief":
        room.matches.look_back(room.state)
    return room.state.events, room.away(), len(match.rounds), match.looked_back is None, match.trouble


def _watch(room: Room, desk: TeacherDesk, seen: tuple[object, ...]) -> None:
    @st.fragment(run_every=EVERY)
    def watch() -> None:
        room.tick()
        answering.look_for_answers(desk)
        if _seen(room) != seen:
            st.rerun()

    watch()


def controls(desk: TeacherDesk) -> None:
    """Show what the teacher can do at this point."""
    state = desk.room.state
    here = state.position
    with st.container(horizontal=True, key="controls", vertical_alignment="center"):
        back = act(partial(desk.go_back, here))
        st.button("Back", on_click=back, disabled=preceding(state) is None, key="back", shortcut="PageUp")
        on, label = following(state) is not None or here.phase == "round", next_label(state)
        if is_waiting(state):
            on, label = False, "The answer is being computed"
        st.button(
            label,
            type="primary",
            on_click=act(partial(desk.go_on, here)),
            disabled=not on,
            key="next",
            shortcut="PageDown",
        )
        skip = act(partial(desk.skip, here))
        st.button("Skip", on_click=skip, disabled=skipping(state) is None, key="skip")
        stands = state.paused is not None
        st.button("Go on" if stands else "Pause", on_click=act(partial(desk.pause, not stands)), key="pause")
        more = act(partial(desk.more_time, here, MORE_SECONDS))
        st.button(f"+{MORE_SECONDS} s", on_click=more, disabled=state.deadline is None, key="more")
        _shocks(desk, state)
        st.space("stretch")
        st.button(
            "Unlock the door" if state.locked else "Lock the door",
            on_click=act(partial(desk.lock, not state.locked)),
            key="lock",
        )
        hidden = state.names_hidden
        st.button(
            "Show names" if hidden else "Hide names", on_click=act(partial(desk.hide_names, not hidden)), key="names"
        )
        with st.popover("People and results"):
            _people(desk, state)
            _downloads(desk.room)


def is_waiting(state: RoomState) -> bool:
    """Tell whether the class waits for the simulation."""
    to = following(state)
    return to is not None and to.phase == "revealed" and to.moment not in state.answers


def next_label(state: RoomState) -> str:
    """Return what happens when the teacher goes on."""
    phase, moment = state.position.phase, state.moment
    last = moment is not None and (moment.kind, phase) in (("talk", "talk"), ("ticket", "closed"))
    if phase in NEXT and not last:
        return NEXT[phase]
    to = following(state)
    if to is None:
        return "The end"
    if phase == "results" and isinstance(moment, Play):
        return "Look back" if to.phase == "debrief" else f"Round {to.round}"
    onward = state.moment_at(to.moment)
    return "End the lesson" if onward is None else f"Next: {onward.title}"


def _shocks(desk: TeacherDesk, state: RoomState) -> None:
    """Show a button for everything that the teacher can make happen, suggested ones first."""
    game, moment = state.moment, state.position.moment
    if not isinstance(game, Play) or state.position.phase not in ("seats", "round", "results"):
        return
    for each in game.shocks:
        if each.name not in state.shocks.get(moment, {}):
            due = each.round and state.rounds_ended(moment) + 1 >= each.round
            st.button(
                each.title,
                on_click=act(partial(desk.shock, moment, each.name)),
                key=f"shock-{each.name}",
                icon=":material/bolt:" if due else None,
                help=each.text,
            )


def _people(desk: TeacherDesk, state: RoomState) -> None:
    away = set(desk.room.away())
    names = {each.number: each.name or f"Student {each.number}" for each in state.present}
    if not names:
        st.write("Nobody is here.")
        return

    def labelled(number: int) -> str:
        return f"{names.get(number, '')}{' (away)' if number in away else ''}"

    chosen = st.selectbox("Student", list(names), format_func=labelled, key="chosen")
    if chosen is None or chosen not in names:
        return
    with st.form("rename-student", border=False):
        st.text_input("New name", max_chars=24, key="renamed")
        rename = act(lambda: desk.rename(chosen, st.session_state["renamed"]))
        st.form_submit_button("Rename", on_click=rename)
    st.button("Remove from the room", on_click=act(partial(desk.remove, chosen)), key="remove")
    seat = state.seat_of(state.position.moment, chosen)
    if seat is not None:
        give = act(partial(desk.seat, state.position.moment, Seating(*seat)))
        st.button("Give the seat to the bot", on_click=give, key="give")
    st.button("Delete all names", on_click=act(desk.forget_all), key="forget")


def _downloads(room: Room) -> None:
    names = st.checkbox("Names in downloads", key="with-names")
    code = room.code

    def results() -> dict[str, pd.DataFrame]:
        games = {
            number: list(room.matches.match(number).rounds)
            for number, each in enumerate(room.state.lesson.moments)
            if isinstance(each, Play)
        }
        return export.tables_of(room.state, games, names)

    for label, ending, kind, made in (
        ("Results as Excel", "xlsx", EXCEL, export.excel_file),
        ("Results as CSV", "zip", "application/zip", export.csv_archive),
    ):
        data = partial(_made, made, results)
        st.download_button(label, data, f"class-{code}.{ending}", kind, on_click="ignore", key=ending)


def _made(write: Callable[[dict[str, pd.DataFrame]], bytes], results: Callable[[], dict[str, pd.DataFrame]]) -> bytes:
    return write(results())
