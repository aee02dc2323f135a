"""The part of the phone's page on which a student runs a firm."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st
from board.text import plain

from classroom import drawing
from classroom.words import paragraphs, said, shown
from sim.common.number_format import money_text, number_of
from sim.teaching.play.results import Brief, Cause, RoundResult, SeatResult
from sim.teaching.rooms.desks import StudentDesk
from sim.teaching.rooms.hosting import Room
from sim.teaching.rooms.moments import Control, Play
from sim.teaching.rooms.rulings import Refusal
from sim.teaching.rooms.views import PhoneView, SeatView

Act = Callable[[Callable[[], Refusal | None]], Callable[[], None]]
FOCUS = "<script>/* %s */ document.getElementById('room-now')?.focus({preventScroll: true})</script>"


def show(room: Room, desk: StudentDesk, seen: PhoneView, game: Play, act: Act) -> None:
    """Show a student's firm at this point of the game."""
    phase = seen.position.phase
    if seen.seat is None:
        title(seen, game.title)
        words = said("All seats are taken for the moment. You get one at the end of the round.")
        st.html(f'<p class="room-text" role="status">{shown(words)}</p>')
        return
    match = room.matches.match(seen.position.moment)
    brief = match.briefs.get(seen.seat.island, {}).get(seen.seat.seat.name)
    results = [each[seen.seat.island] for each in match.rounds if seen.seat.island in each]
    if phase == "seats":
        title(seen, said("You are {firm}.", firm=seen.seat.seat.title))
        _introduce(seen.seat, game, brief)
    elif phase == "round":
        _decide(desk, seen, game, brief, act)
        if results:
            _result(results[-1], seen.seat.seat.name, last=True)
    elif phase == "computing":
        title(seen, said("The shops are open."))
        st.html(f'<p class="room-text" role="status">{shown(said("Customers buy. Look up."))}</p>')
    elif phase == "results":
        number = seen.position.round
        title(seen, said("Round {number} of {rounds}", number=number, rounds=game.rounds))
        if number <= len(results):
            _result(results[number - 1], seen.seat.seat.name)
    else:
        title(seen, said("Your firm: {firm}", firm=seen.seat.seat.title))
        _story(results, seen.seat.seat.name)


def title(seen: PhoneView, words: str) -> None:
    """Show the title, and put the focus there where the page is a new one, so that a screen reader begins here."""
    where = f"{seen.position.moment} {seen.position.phase} {seen.position.round}"
    html = f'<h1 class="room-title" id="room-now" tabindex="-1">{shown(words)}</h1>'
    st.html(html + FOCUS % shown(where), unsafe_allow_javascript=True)


def _introduce(seat: SeatView, game: Play, brief: Brief | None) -> None:
    text = f"{paragraphs(seat.seat.story)}{_facts(brief)}"
    if seat.partners:
        text += f"<p>{shown(said('You run it with {others} more; whoever confirms last counts.', others=seat.partners))}</p>"
    st.html(f'<div class="room-text">{text}{paragraphs(game.story)}</div>')


def _facts(brief: Brief | None) -> str:
    if brief is None:
        return ""
    parts = []
    if brief.cost:
        parts.append(said("A piece costs you {cost}.", cost=money_text(brief.cost)))
    if brief.rivals:
        low, high = (money_text(each) for each in brief.rivals)
        words = (
            said("Rivals ask {low}.", low=low)
            if low == high
            else said("Rivals ask {low} to {high}.", low=low, high=high)
        )
        parts.append(words)
    return f"<p>{shown(' '.join(parts))}</p>" if parts else ""


def _decide(desk: StudentDesk, seen: PhoneView, game: Play, brief: Brief | None, act: Act) -> None:
    assert seen.seat is not None
    moment, number, seat = seen.position.moment, seen.position.round, seen.seat
    title(seen, said("{firm}: round {number} of {rounds}", firm=seat.seat.title, number=number, rounds=game.rounds))
    new = [each for each in game.shocks if each.name in seen.shocks]
    news = "".join(f"<p>{shown(each.text)}</p>" for each in new)
    st.html(f'<div class="room-text">{news}{_facts(brief)}</div>')
    keys = {each.name: f"set{moment}-{number}-{each.name}" for each in seat.controls}
    asked = dict(seat.asked) | ({} if brief is None or seat.confirmed or _ever(seat) else dict(brief.asks))
    for control in seat.controls:
        _stepper(control, keys[control.name], asked.get(control.name, control.start), brief)
    words = said("Confirm") if not seat.confirmed else said("Confirm again")
    st.button(words, type="primary", on_click=act(lambda: desk.decide(moment, number, _choices(seat, keys))))
    words = said("Confirmed. You can change it until the round ends.") if seat.confirmed else ""
    if not seat.confirmed:
        words = said("Without a word from you, what you asked before holds.")
    kind = "room-sent" if seat.confirmed else ""
    st.html(f'<p class="{kind}" role="status" aria-live="polite">{shown(words)}</p>')
    st.html(drawing.countdown(seen.ends, seen.paused, game.seconds) or "<span></span>")


def _ever(seat: SeatView) -> bool:
    """Tell whether what a seat asks was once decided, rather than how the controls begin."""
    return dict(seat.asked) != {each.name: each.start for each in seat.controls}


def _stepper(control: Control, key: str, value: float, brief: Brief | None) -> None:
    value = min(control.high, max(control.low, round(value, 2)))
    label = f"{said(control.label)} ({control.unit})"
    st.number_input(plain(label), control.low, control.high, value, control.by, key=key, format="%.2f")
    if brief is None or not brief.cost:
        return
    chosen = float(st.session_state.get(key, value))
    if control.name == "margin":
        words = said(
            "You ask {price} for what costs you {cost}.", price=_money(chosen, brief), cost=money_text(brief.cost)
        )
    elif control.name in ("price", "direct_price"):
        words = said("That leaves you {margin} a piece.", margin=money_text(round(100 * chosen) - brief.cost))
    else:
        return
    st.html(f'<p class="room-text" aria-live="polite">{shown(words)}</p>')


def _money(margin: float, brief: Brief) -> str:
    return money_text(brief.cost + round(100 * margin))


def _choices(seat: SeatView, keys: Mapping[str, str]) -> dict[str, float]:
    return {each.name: float(st.session_state[keys[each.name]]) for each in seat.controls}


def _result(result: RoundResult, seat: str, last: bool = False) -> None:
    own = result.seats[seat]
    head = said("Last round") if last else said("Your round")
    rows = [
        (said("Sold"), number_of(own.units, "piece")),
        (said("Profit"), money_text(own.profit)),
        (said("The bot in your seat"), money_text(own.bot_profit)),
    ]
    if own.lost:
        rows.insert(1, (said("Found your shelf empty"), number_of(own.lost, "customer")))
    cells = "".join(f"<tr><td>{shown(name)}</td><td>{shown(value)}</td></tr>" for name, value in rows)
    why = f"<p><b>{shown(cause_in_words(own))}</b></p>"
    st.html(
        f'<div class="room-text"><h2 class="room-small">{shown(head)}</h2><table class="room-table">{cells}</table>{why}</div>'
    )


def cause_in_words(own: SeatResult) -> str:
    """Return in one sentence what cost a firm most customers."""
    cause: Cause = own.cause
    match cause.kind:
        case "undercut":
            words = "{rival} undercut you by {cents}: {customers} customers lost."
            return said(words, rival=cause.rival, cents=money_text(cause.cents), customers=cause.customers)
        case "empty":
            return said("Your shelves ran empty: {customers} customers went elsewhere.", customers=cause.customers)
        case "dear":
            words = "Too dear for {customers} customers; {cents} less would have kept half of them."
            return said(words, customers=cause.customers, cents=money_text(cause.cents))
    return said("You lost no customer by your price or an empty shelf.")


def _story(results: list[RoundResult], seat: str) -> None:
    """Show a firm's rounds, and its profit beside the bot's."""
    own = [each.seats[seat] for each in results]
    if not own:
        return
    score = sum(each.score for each in own)
    words = (
        "You earned {size} more than the bot in your seat."
        if score >= 0
        else "The bot in your seat earned {size} more."
    )
    head = "".join(f"<th>{shown(said(each))}</th>" for each in ("Round", "Sold", "Profit", "Bot"))
    rows = "".join(
        f"<tr><td>{number}</td><td>{each.units}</td><td>{money_text(each.profit)}</td><td>{money_text(each.bot_profit)}</td></tr>"
        for number, each in enumerate(own, 1)
    )
    st.html(
        f'<p class="room-sent" role="status">{shown(said(words, size=money_text(abs(score))))}</p>'
        f'<div class="room-text"><table class="room-table"><tr>{head}</tr>{rows}</table></div>'
    )
