"""The map: towns, shops and depots, daily flows between them, and one purchase followed to every account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import streamlit as st

from board import knobs, link, showing, work
from board.text import plain
from board.why import tell
from sim.common.identity import ByIdentity
from sim.common.number_format import money_text, number_of
from sim.experiments.jobs import look_at
from sim.experiments.single_run_views import MapView, StagedViews, staged_views
from sim.experiments.views import View
from sim.report import charts
from sim.report.titles import titled
from sim.results.figures.maps import MarketMap
from sim.scenario import Scenario

if TYPE_CHECKING:
    from sim.results.figures.story import Story

UNDER, CUSTOMER, NEED, DAY, TOWN = "under", "customer", "need", "day", "town"
"""Query parameters of this page beside the view: the regime on the map, a customer, a need, a day, a town."""
DRAWN_MAPS = 24
"""Maps cached for all users."""
HOW_TO_READ = (
    "Towns are drawn larger than they are, with their shops and some of their customers inside to scale; a depot "
    "that a town would cover is at its edge. Bands point to where goods go; wider bands carry more units. Emptier"
    " square: sold out more often. Bigger glow: more disappointed shoppers."
)


def page() -> None:
    """Show the map of one run, and the chosen purchase."""
    showing.style()
    view = link.current()
    scenario, regimes = link.market_of(view)
    knobs.panel(view, scenario, regimes)
    regime = _regime(view, regimes)
    views = _views(link.without_choices(view), regime, work.folder())
    tasks, answer = work.views("map", views)
    shown = views.shown(tasks, answer.results)
    if not shown:
        st.title(plain(f"{scenario.title or scenario.name}: the map"), anchor=False)
        _choose_regime(scenario, regimes, regime)
        work.wait("map", tasks, answer)
        return
    [(task, tables)] = shown.values()
    whole = tables.days == views.days
    day = _day(view, tables)
    town = _town(view, tables)
    drawn = _drawn(task.key, None if day is None else day // tables.period, town, titled(tables, scenario))
    st.title(plain(drawn.finding), anchor=False)
    if whole:
        st.badge(f"one run, seed {view.seed}, so no intervals", color="orange")
    else:
        showing.preview_badge(tables.days, views.days)
    _choose_regime(scenario, regimes, regime)
    work.wait("map", tasks, answer, range(1, len(tasks) + 1))
    _map(drawn, f"map-{task.key[:16]}-{day}-{town}", tables)
    left, right = st.columns(2)
    with left:
        _choose_town(tables, town)
    with right:
        _choose_day(tables, day)
    st.caption(plain(f"{_span(task.scenario, tables)} {HOW_TO_READ}"))
    with st.expander("The map in words"):
        st.markdown(plain(drawn.alternative))
    if whole:
        _follow(view, scenario, tables)


@lru_cache(maxsize=link.MOST_VIEWS)
def _views(view: View, regime: str, folder: str) -> StagedViews[MapView]:
    scenario, _ = link.market_of(view)
    return staged_views(MapView, scenario, [regime], view.seed, folder)


def _day(view: View, tables: MarketMap) -> int | None:
    """Return the day in the link; None for an average day, or if the run has no such day."""
    asked = view.choice(DAY)
    if asked.isascii() and asked.isdigit() and len(asked) < 6 and int(asked) < tables.days:
        return int(asked)
    if asked and not asked.isdigit():
        st.warning(plain(f"There is no day {asked[:20]}; days run from 0 to {tables.days - 1}."))
    return None


def _choose_day(tables: MarketMap, day: int | None) -> None:
    """Let the reader choose the day that the link opens; Play continues from there."""
    st.session_state["map-day"] = day

    def moved() -> None:
        chosen = st.session_state["map-day"]
        link.to(lambda v: v.choosing(day="" if chosen is None else str(chosen)))

    st.number_input(
        "Show this day, and keep it in the link",
        0,
        tables.days - 1,
        key="map-day",
        on_change=moved,
        width=260,
        placeholder="an average day",
        help="Empty: an average day. Play continues from the day shown.",
    )


def _regime(view: View, regimes: Sequence[str]) -> str:
    """Return the regime on the map, the first if the link names none that is compared."""
    asked = view.choice(UNDER, regimes[0])
    if asked in regimes:
        return asked
    st.warning(plain(f"The link asks for {asked[:40]}, which is not compared here. Choose a channel below."))
    return regimes[0]


def _choose_regime(scenario: Scenario, regimes: Sequence[str], regime: str) -> None:
    if len(regimes) == 1:
        return
    st.session_state["map-under"] = regime

    def moved() -> None:
        chosen = st.session_state["map-under"] or regime
        link.to(lambda v: v.choosing(under="" if chosen == regimes[0] else chosen))

    st.segmented_control(
        "Channel",
        list(regimes),
        key="map-under",
        on_change=moved,
        format_func=lambda name: plain(scenario.regime_title(name)),
        label_visibility="collapsed",
    )


@st.cache_resource(show_spinner=False, max_entries=DRAWN_MAPS)
def _drawn(key: str, period: int | None, town: int | None, _tables: MarketMap) -> charts.Chart:
    """Return the map of a run, cached for all users."""
    del key  # part of the cache key
    return charts.prerendered(charts.map_chart(_tables, period, town))


def _town(view: View, tables: MarketMap) -> int | None:
    """Return the number of the town in the link; None for the whole map. A name of no town is said."""
    asked, names = view.choice(TOWN), tables.towns["name"].tolist()
    if asked and asked not in names:
        st.warning(plain(f"There is no town called {asked[:40]} here. Choose one below the map."))
    return names.index(asked) if asked in names else None


def _choose_town(tables: MarketMap, town: int | None) -> None:
    """Let the reader fill the map with a town; the choice is kept in the link."""
    names = tables.towns["name"].tolist()
    st.session_state["map-town"] = None if town is None else names[town]

    def moved() -> None:
        link.to(lambda v: v.choosing(town=st.session_state["map-town"] or ""))

    st.selectbox("Zoom to a town", names, key="map-town", on_change=moved, placeholder="the whole map")


def _map(shown: charts.Chart, key: str, tables: MarketMap) -> None:
    """Show the map; clicking a customer or a shop selects a customer."""

    def clicked() -> None:
        points = st.session_state[key]["selection"]["points"]
        chosen = next((point["customdata"] for point in points if "customdata" in point), None)
        customer = _customer_of(chosen, tables)
        if customer is not None:
            link.to(lambda v: v.choosing(customer=str(customer), need=""))

    st.plotly_chart(
        shown.figure,
        theme=None,
        config=showing.CONFIG,
        alt=shown.alternative,
        key=key,
        on_select=clicked,
        selection_mode="points",
    )


def _customer_of(chosen: Any, tables: MarketMap) -> int | None:
    """Return the clicked customer; for a shop, the first shown customer who bought there."""
    if not isinstance(chosen, (list, tuple)) or len(chosen) != 2:
        return None
    kind, number = chosen
    if kind == "place":
        there = tables.needs.loc[tables.needs["place"] == number, "customer"]
        return int(there.iloc[0]) if len(there) else None
    return int(number) if kind == "customer" else None


def _span(scenario: Scenario, tables: MarketMap) -> str:
    first, last = scenario.time.warm_up, scenario.time.days - scenario.time.cool_down - 1
    days = number_of(tables.days, "day")
    return f"{days} are shown; figures count days {first} to {last}. Flows in units of goods, axes in km."


def _follow(view: View, scenario: Scenario, tables: MarketMap) -> None:
    """Let the reader choose a customer and one of its needs, and say what became of it."""
    st.subheader("Follow one purchase to every account it touched", anchor=False)
    if tables.customers.empty:
        st.info("No customer has a need in this run, so there is nothing to follow.")
        return
    followed = _followed(ByIdentity(tables), scenario.money.currency)
    left, right = st.columns(2)
    with left:
        customer = _choose_customer(view, followed)
    with right:
        need = _choose_need(view, followed, customer)
    if need is None:
        st.caption("Click a customer on the map, or choose one here; then choose one of its needs.")
        return
    task = look_at(scenario, [tables.regime], view.seed, need)
    answer = work.ask("follow", [task])
    if not answer.complete:
        work.wait("follow", [task], answer)
        return
    story = answer.results[0].stories[tables.regime]
    if story is not None:
        showing.again("story", lambda: _tell(story, tables, scenario.money.currency), story)


def _tell(story: Story, tables: MarketMap, currency: str) -> None:
    """Show the route of a purchase on the map, and where its money went."""
    if story.purchase is not None:
        bought, who = story.purchase, story.customer
        words = (
            f"{bought.product} goes from {story.way[0]} to customer {who.number} of {who.town} "
            f"for {money_text(bought.price, currency)}"
        )
        showing.chart(charts.purchase_map(tables, charts.FollowedPurchase(story.way, who.number), words), "followed")
    tell(story)


@dataclass(frozen=True)
class Followed:
    """Customers that can be followed on a map, with their needs in words.

    Attributes:
        customers: label of each customer, by number.
        first: the customer shown first.
        needs: what became of each need, by number, for each customer.
    """

    customers: Mapping[int, str]
    first: int
    needs: Mapping[int, Mapping[int, str]]


@lru_cache(maxsize=DRAWN_MAPS)
def _followed(tables: ByIdentity[MarketMap], currency: str) -> Followed:
    """Return the customers that can be followed on a map; the first is one who bought something."""
    there = tables.kept
    town = there.towns["name"].tolist()
    rows = zip(there.customers["customer"].tolist(), there.customers["town"].tolist(), strict=True)
    named = {number: f"customer {number}, {town[place]}" for number, place in rows}
    bought = there.needs.loc[there.needs["product"] >= 0, "customer"]
    needs: dict[int, dict[int, str]] = {number: {} for number in named}
    for need in there.needs.to_dict("records"):
        needs.setdefault(need["customer"], {})[need["need"]] = _said(need, there, currency)
    return Followed(named, int(bought.iloc[0]) if len(bought) else next(iter(named)), needs)


def _chosen(asked: str, among: Mapping[int, Any]) -> int | None:
    """Return the number that a link names, None if it is not one of the options."""
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else -1
    return number if number in among else None


def _choose_customer(view: View, followed: Followed) -> int:
    """Return the customer in the link, or the first who bought something if the link names none that is shown."""
    asked = view.choice(CUSTOMER)
    found = _chosen(asked, followed.customers)
    chosen = followed.first if found is None else found
    if asked and asked != str(chosen):
        st.warning(plain(f"Customer {asked[:20]} cannot be followed here."))
    st.session_state["map-customer"] = chosen

    def moved() -> None:
        link.to(lambda v: v.choosing(customer=str(st.session_state["map-customer"]), need=""))

    st.selectbox(
        "Customer",
        list(followed.customers),
        key="map-customer",
        on_change=moved,
        format_func=followed.customers.__getitem__,
    )
    return chosen


def _choose_need(view: View, followed: Followed, customer: int) -> int | None:
    """Return the need to follow: that of the link, else none yet."""
    own = followed.needs[customer]
    asked = view.choice(NEED)
    chosen = _chosen(asked, own)
    if asked and chosen is None:
        st.warning(plain(f"Customer {customer} has no need {asked[:20]} in this run."))
    st.session_state["map-need"] = chosen

    def moved() -> None:
        need = st.session_state["map-need"]
        link.to(lambda v: v.choosing(customer=str(customer), need="" if need is None else str(need)))

    st.selectbox(
        "Need",
        list(own),
        key="map-need",
        on_change=moved,
        placeholder="Choose a day",
        format_func=own.__getitem__,
    )
    return chosen


def _said(need: Mapping[Any, Any], tables: MarketMap, currency: str) -> str:
    if need["product"] < 0:
        return f"day {need['day']}: nothing ({str(need['result']).replace('_', ' ')})"
    place = tables.places["name"][need["place"]]
    return f"day {need['day']}: {tables.products[need['product']]} from {place}, {money_text(need['price'], currency)}"
