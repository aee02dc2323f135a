"""What the class sees on the wall while it plays: seats, countdown, results, and what there is to look back on."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from classroom import drawing
from classroom.words import literal, paragraphs
from sim.common.number_format import money_text
from sim.report.charts.chart import enlarged
from sim.teaching.play.results import RoundResult
from sim.teaching.rooms.games import GameRecord
from sim.teaching.rooms.hosting import Room
from sim.teaching.rooms.moments import Play
from sim.teaching.rooms.state import RoomState
from sim.teaching.rooms.views import answered_now

MOST_LEADERS = 8
FOR_A_WALL = 1.6
"""How much larger charts are than on a page."""
ROLES = (("maker", "Makers"), ("wholesaler", "Wholesalers"), ("shop", "Shops"), ("platform", "Platform"))


def show_game(room: Room, state: RoomState, game: Play) -> None:
    """Show the part of the game that the class is in."""
    moment, number = state.position.moment, state.position.round
    match = room.matches.match(moment)
    if match.trouble:
        st.html(f'<p role="alert" class="room-text">The game cannot go on: {literal(match.trouble)}</p>')
        st.button("Try again", on_click=match.try_again)
    phase = state.position.phase
    if phase == "seats":
        st.html(
            f'<h1 class="room-title">{literal(game.title)}</h1><div class="room-text">{paragraphs(game.story)}</div>'
        )
        st.html(seat_map(room, state, game))
        return
    if phase == "debrief":
        _debrief(room, state, game, match)
        return
    words = {"round": "Round {} of {}", "computing": "Round {} of {}: the shops are open", "results": "Round {} of {}"}
    st.html(f'<h1 class="room-title">{words[phase].format(number, game.rounds)}</h1>')
    if phase == "round":
        held = state.shocks.get(moment, {})
        news = "".join(f"<p>{literal(each.text)}</p>" for each in game.shocks if each.name in held)
        seated = sum(state.seat_of(moment, each.number) is not None for each in state.present)
        count = f"{answered_now(state)} of {seated} set"
        st.html(f'<div class="room-text">{news}</div><p class="room-count" role="status">{count}</p>')
        st.html(drawing.countdown(state.deadline, state.paused is not None, game.seconds) or "<span></span>")
        if number > 1 and len(match.rounds) >= number - 1:
            _ladder(list(match.rounds[number - 2].values()), f"Prices in round {number - 1}")
    elif phase == "results" and len(match.rounds) >= number:
        results = list(match.rounds[number - 1].values())
        left, right = st.columns([3, 2], gap="large")
        with left:
            _ladder(results, "Mean prices asked")
            _flows(results)
        with right:
            _leaders(room, state, game, match.rounds[:number])
    else:
        st.html('<p class="room-count" role="status">Customers buy.</p>')


def seat_map(room: Room, state: RoomState, game: Play) -> str:
    """Return the chain as a map: who runs which firm, island by island; bots run the rest."""
    moment, away = state.position.moment, set(room.away())
    islands = sorted({island for island, _ in state.seats.get(moment, {})})
    rows = []
    for island in islands:
        tiers = []
        for role, title in ROLES:
            seats = "".join(
                _seat(state, each.title, state.seats[moment][island, each.name], away)
                for each in game.seats
                if each.role == role
            )
            tiers.append(f'<div class="room-tier"><b>{title}</b>{seats}</div>')
        name = f"<h2>Island {island + 1}</h2>" if len(islands) > 1 else ""
        rows.append(f'<div class="room-island">{name}{"".join(tiers)}</div>')
    return f'<div class="room-islands n{min(len(islands), 4)}">{"".join(rows)}</div>'


def _seat(state: RoomState, title: str, students: Sequence[int], away: set[int]) -> str:
    who = "bot"
    if students:
        known = [state.students[each] for each in students]
        who = ", ".join("a student" if state.names_hidden or not each.name else each.name for each in known)
    kind = "bot" if not students else "away" if set(students) <= away else "taken"
    return f'<span class="room-seat {kind}">{literal(title)}<br><small>{literal(who)}</small></span>'


def _ladder(results: Sequence[RoundResult], title: str) -> None:
    """Show the mean prices of each tier as steps: a bar for each, over all islands."""
    names = {"maker": "makers ask", "wholesaler": "wholesalers ask", "shop": "shops ask", "direct": "direct offer"}
    found = {
        role: sum(each.market.posted[role] for each in results if role in each.market.posted) / len(results)
        for role in names
        if all(role in each.market.posted for each in results)
    }
    most = max((*found.values(), 1.0))
    rows = "".join(
        f'<div class="room-step {role}"><span>{names[role]}</span><i style="width:{60 * price / most:.1f}%"></i>'
        f"<b>{money_text(round(price))}</b></div>"
        for role, price in found.items()
    )
    st.html(f'<div class="room-ladder"><h2>{literal(title)}</h2>{rows}</div>')


def _flows(results: Sequence[RoundResult]) -> None:
    """Show what became of 100 customers."""
    channels: dict[str, int] = {}
    for each in results:
        for name, units in each.market.flows.items():
            channel = name.rpartition(": ")[2]
            channels[channel] = channels.get(channel, 0) + units
    total = max(1, sum(channels.values()))
    words = {"store": "buy in a shop", "pickup": "pick up", "courier": "have it brought", "parcel": "get a parcel"}
    parts = [
        f"{round(100 * units / total)} {words.get(channel, 'buy nothing')}"
        for channel, units in sorted(channels.items(), key=lambda item: -item[1])
    ]
    st.html(f'<div class="room-text"><p>Of 100 customers, {literal(", ".join(parts))}.</p></div>')


def _leaders(room: Room, state: RoomState, game: Play, rounds: Sequence[dict[int, RoundResult]]) -> None:
    """Show who is furthest ahead of the bot in the same seat, over all rounds so far."""
    moment = state.position.moment
    titles = {each.name: each.title for each in game.seats}
    scores = []
    for (island, seat), students in state.seats.get(moment, {}).items():
        if students:
            score = sum(each[island].seats[seat].score for each in rounds if island in each)
            known = [state.students[each] for each in students]
            name = ", ".join(each.name or f"Student {each.number}" for each in known)
            scores.append((score, titles[seat] if state.names_hidden else name, titles[seat]))
    scores.sort(reverse=True)
    rows = "".join(
        f"<tr><td>{place}</td><td>{literal(name)}</td><td>{literal(seat)}</td><td>{signed_money(score)}</td></tr>"
        for place, (score, name, seat) in enumerate(scores[:MOST_LEADERS], 1)
    )
    del room
    table = f"<table><tr><th></th><th>who</th><th>firm</th><th>ahead of the bot</th></tr>{rows}</table>"
    st.html(f'<div class="room-leaders"><h2>Profit beside the bot in the same seat</h2>{table if rows else ""}</div>')


def signed_money(cents: int) -> str:
    """Return an amount with its sign."""
    return f"{'+' if cents > 0 else '−' if cents < 0 else ''}{money_text(abs(cents))}"


def _debrief(room: Room, state: RoomState, game: Play, match: GameRecord) -> None:
    st.html('<h1 class="room-title">What the class did, and what theory, bots and a planner do</h1>')
    found = room.matches.look_back(state)
    if not match.rounds:
        st.html('<div class="room-text"><p>No round was played.</p></div>')
        return
    if found is None:
        st.html('<p class="room-count" role="status">The same customers are sent through the other markets.</p>')
        return
    from sim.teaching.play import charts

    left, right = st.columns(2, gap="large")
    for column, draw in ((left, charts.price_path), (right, charts.surplus_path)):
        chart = enlarged(draw(found, "EUR"), FOR_A_WALL)
        with column:
            st.html(f'<h2 class="room-finding">{literal(chart.finding)}</h2>')
            st.plotly_chart(
                chart.figure, theme=None, config={"displayModeBar": False}, alt=chart.alternative, key=draw.__name__
            )
    _leaders(room, state, game, match.rounds)
