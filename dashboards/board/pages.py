"""The pages there are."""

from __future__ import annotations

from typing import Any

import streamlit as st


def pages() -> dict[str, Any]:
    """Return the pages by name, in the order of the navigation; the name is the path in the address bar.

    The argument is what the bare address shows. ``/argument`` leads there, too.
    """
    from board import argument, compare, explore, prices

    return {
        "argument": st.Page(argument.page, title="The argument", icon=":material/forum:", url_path="", default=True),
        "compare": st.Page(compare.page, title="Compare", url_path="compare", icon=":material/balance:"),
        "explore": st.Page(explore.page, title="Explore", url_path="explore", icon=":material/explore:"),
        "prices": st.Page(prices.page, title="Prices", url_path="prices", icon=":material/show_chart:"),
        "the argument": st.Page(argument.page, title="The argument", url_path="argument", visibility="hidden"),
    }
