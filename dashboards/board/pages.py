"""The list of pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import streamlit as st
from classroom import join, teacher

from board import argument, compare, data, decide, explore, link, map, presenting, prices, purchase

OF_A_CLASS = ("join", "teacher")
"""Pages that only a class needs; no other page links to them."""
HIDDEN = ("the argument", *presenting.ALONE, *OF_A_CLASS)
"""Pages without a link in the navigation."""


def pages() -> dict[str, Any]:
    """Return the pages by name, in navigation order; the name is the path in the address bar.

    The argument is the default page. ``/argument`` leads there too.
    """
    return {
        "argument": st.Page(argument.page, title="The argument", icon=":material/forum:", url_path="", default=True),
        "compare": compare.address(),
        "purchase": st.Page(purchase.page, title="One purchase", url_path="purchase", icon=":material/shopping_bag:"),
        "map": st.Page(map.page, title="Map", url_path="map", icon=":material/map:"),
        "explore": st.Page(explore.page, title="Explore", url_path="explore", icon=":material/explore:"),
        "prices": st.Page(prices.page, title="Prices", url_path="prices", icon=":material/show_chart:"),
        "data": st.Page(data.page, title="Your data", url_path="data", icon=":material/upload_file:"),
        "decide": st.Page(decide.page, title="Decide", url_path="decide", icon=":material/alt_route:"),
        "the argument": st.Page(argument.page, title="The argument", url_path="argument", visibility="hidden"),
        "present": st.Page(presenting.page, title="Present", url_path=presenting.PRESENT, visibility="hidden"),
        "notes": st.Page(presenting.presenter_notes, title="Notes", url_path=presenting.NOTES, visibility="hidden"),
        "join": st.Page(join.join_page, title="Join", url_path="join", visibility="hidden"),
        "teacher": st.Page(teacher.teacher_page, title="Teacher", url_path="teacher", visibility="hidden"),
    }


def links(current: str, known: dict[str, Any] | None = None) -> None:
    """Show a link to every page. The current view goes along, and comes back from the argument.

    Args:
        current: name of the current page.
        known: the pages, if already available.
    """
    if current in presenting.ALONE:
        return
    link.here(current)
    if shows_a_view(current):
        st.session_state["view"] = link.carried()
    view = st.session_state.get("view", {})
    with st.container(horizontal=True, vertical_alignment="center", key="pages"):
        for name, page in (known or pages()).items():
            if name not in HIDDEN:
                st.page_link(page, query_params=view if shows_a_view(name) else None, width="content")
        presenting.offer(None if shows_a_view(current) else (known or pages())[presenting.PRESENT])
        _share()


def _share() -> None:
    """Offer the link to what is shown."""
    query = urlencode({name: st.query_params.get_all(name) for name in st.query_params}, doseq=True)
    with st.popover("Share", icon=":material/share:"):
        st.caption("This link opens the same view with the same figures.")
        st.code(f"{st.context.url or ''}{'?' if query else ''}{query}", language=None, wrap_lines=True)


def shows_a_view(name: str) -> bool:
    """Tell whether a page shows the market of the link; the argument and a decision have their own markets."""
    return not name.endswith("argument") and name != "decide"
