"""The part of the phone's page on which a student runs a firm."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
from board.text import plain

from classroom import drawing
from classroom.parts import act, show_countdown, status, title
from classroom.words import literal, paragraphs, said
from sim.common.number_format import grouped, money_text
from sim.teaching.play.results import Brief, SeatResult
from sim.teaching.rooms.desks import StudentDesk
from sim.teaching.rooms.hosting import Room
from sim.teaching.rooms.moments import Control, Play
from sim.teaching.rooms.views import PhoneView, SeatView


def show_firm(room: Room, desk: StudentDesk, seen: PhoneView, game: Play) -> None:
    """Show a student's firm at this point of the game."""
    if seen.seat is None:
        title(seen, said(game.title))
        status(said("All seats are taken for the moment. You get one at the end of the round."))
        return
    island, seat, number = seen.seat.island, seen.seat.seat, seen.position.round
    match = room.matches.match(seen.position.moment)
    brief = match.briefs.get(island, {}).get(seat.name)
    results = [each[island] for each in match.rounds if island in each]
    match seen.position.phase:
        case "seats":
            title(seen, said("You are {firm}.", firm=said(seat.title)))
            _introduce(seen.seat, game, brief)
        case "round":
            _decide(desk, seen, seen.seat, game, brief)
            if results:
                _result(results[-1].seats[seat.name], said("Last round"))
        case "computing":
            title(seen, said("The shops are open."))
            status(said("Customers buy. Look up."))
        case "results":
            title(seen, said("Round {number} of {rounds}", number=number, rounds=game.rounds))
            if number <= len(results):
                _result(results[number - 1].seats[seat.name], seat.title)
        case _:
            title(seen, said("Your firm: {firm}", firm=said(seat.title)))
            _story([each.seats[seat.name] for each in results])


def _introduce(seat: SeatView, game: Play, brief: Brief | None) -> None:
    partners = ""
    if seat.partners:
        words = said("You run it with {others} more; the last who confirms counts.", others=seat.partners)
        partners = f"<p>{literal(words)}</p>"
    text = paragraphs(said(seat.seat.story)) + _facts(brief) + partners + paragraphs(said(game.story))
    st.html(f'<div class="room-text">{text}</div>')


def _facts(brief: Brief | None) -> str:
    """Return what a firm should know as a paragraph."""
    parts = []
    if brief is not None and brief.cost:
        parts.append(said("A piece costs you {cost}.", cost=money_text(brief.cost)))
    if brief is not None and brief.rivals is not None:
        low, high = (money_text(each) for each in brief.rivals)
        if low == high:
            parts.append(said("Rivals ask {low}.", low=low))
        else:
            parts.append(said("Rivals ask {low} to {high}.", low=low, high=high))
    return f"<p>{literal(' '.join(parts))}</p>" if parts else ""


def _decide(desk: StudentDesk, seen: PhoneView, seat: SeatView, game: Play, brief: Brief | None) -> None:
    moment, number = seen.position.moment, seen.position.round
    title(seen, said("Round {number} of {rounds}", number=number, rounds=game.rounds))
    news = "".join(f"<p>{literal(said(each.text))}</p>" for each in game.shocks if each.name in seen.shocks)
    st.html(f'<div class="room-text"><p><b>{literal(seat.seat.title)}</b></p>{news}{_facts(brief)}</div>')
    keys = {each.name: f"set{moment}-{number}-{each.name}" for each in seat.controls}
    asked = dict(brief.asks if brief else {}) | dict(seat.asked if seat.decided else ())
    for control in seat.controls:
        _stepper(control, keys[control.name], asked.get(control.name, control.start), brief)
    words = said("Confirm again") if seat.confirmed else said("Confirm")
    if seat.controls:
        st.button(
            words,
            type="primary",
            width="stretch",
            on_click=act(lambda: desk.decide(moment, number, _choices(seat, keys))),
        )
    words = said("Confirmed. You can change it until the round ends.")
    if not seat.confirmed:
        words = said("If you confirm nothing, what you ask now holds.")
    status(words, sent=seat.confirmed)
    show_countdown(drawing.countdown(seen.ends, seen.paused, game.seconds))


def _stepper(control: Control, key: str, value: float, brief: Brief | None) -> None:
    """Show a number to set, and what it means for a piece."""
    value = min(control.high, max(control.low, round(value, 2)))
    label = f"{said(control.label)}, {said(control.unit)}"
    scale = (float(control.low), float(control.high), value, float(control.by))
    chosen = float(st.number_input(plain(label), *scale, key=key, format="%.2f"))
    words = ""
    if brief is not None and brief.cost and control.name == "margin":
        price, cost = money_text(brief.cost + round(100 * chosen)), money_text(brief.cost)
        words = said("You ask {price} for what costs you {cost}.", price=price, cost=cost)
    elif brief is not None and brief.cost and control.name in ("price", "direct_price") and chosen:
        words = said("That leaves you {margin} a piece.", margin=money_text(round(100 * chosen) - brief.cost))
    if words:
        st.html(f'<p class="room-text" aria-live="polite">{literal(words)}</p>')


def _choices(seat: SeatView, keys: Mapping[str, str]) -> dict[str, float]:
    return {each.name: float(st.session_state[keys[each.name]]) for each in seat.controls}


def _result(own: SeatResult, head: str) -> None:
    rows = [
        (said("Sold"), grouped(own.units)),
        (said("Found your shelf empty"), grouped(own.lost)),
        (said("Profit"), money_text(own.profit)),
        (said("The bot in your seat"), money_text(own.bot_profit)),
    ]
    cells = "".join(f"<tr><td>{literal(name)}</td><td>{literal(value)}</td></tr>" for name, value in rows)
    title = f'<h2 class="room-small">{literal(head)}</h2>'
    cause = f"<p><b>{literal(cause_in_words(own))}</b></p>"
    st.html(f'<div class="room-text">{title}<table class="room-table">{cells}</table>{cause}</div>')


def cause_in_words(own: SeatResult) -> str:
    """Return in one sentence what cost a firm most customers."""
    cause = own.cause
    match cause.kind:
        case "undercut":
            cents = money_text(cause.cents)
            words = said(
                "{rival} undercut you by {cents}: {customers} customers lost.",
                rival=cause.rival,
                cents=cents,
                customers=cause.customers,
            )
            return words
        case "empty":
            return said("Your shelves ran empty: {customers} customers found nothing.", customers=cause.customers)
        case "dear":
            cents = money_text(cause.cents)
            return said(
                "Too dear for {customers} customers; {cents} less would have kept half of them.",
                customers=cause.customers,
                cents=cents,
            )
    return said("You lost no customer by your price or an empty shelf.")


def _story(own: list[SeatResult]) -> None:
    """Show a firm's rounds, and its profit beside the bot's."""
    if not own:
        return
    score = sum(each.score for each in own)
    size = money_text(abs(score))
    words = said("You earned {size} more than the bot in your seat.", size=size)
    if score < 0:
        words = said("The bot in your seat would have earned {size} more.", size=size)
    status(words, sent=True)
    heads = (said("Round"), said("Sold"), said("Profit"), said("Bot"))
    head = "".join(f"<th>{literal(each)}</th>" for each in heads)
    rows = ""
    for number, each in enumerate(own, 1):
        cells = (str(number), grouped(each.units), money_text(each.profit), money_text(each.bot_profit))
        rows += f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
    st.html(f'<div class="room-text"><table class="room-table"><tr>{head}</tr>{rows}</table></div>')
