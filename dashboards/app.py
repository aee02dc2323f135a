"""The dashboard: its pages, and nothing else. Start it with `middleman dashboard`, or `streamlit run dashboards/app.py`."""

from __future__ import annotations


def main() -> None:
    """Show the page that was asked for."""
    import streamlit as st
    from board import argument, compare, prices

    st.set_page_config(page_title="Middleman", page_icon=":material/storefront:", layout="wide")
    pages = [
        st.Page(argument.page, title="The argument", url_path="argument", icon=":material/forum:"),
        st.Page(compare.page, title="Compare", url_path="compare", icon=":material/balance:", default=True),
        st.Page(prices.page, title="Prices", url_path="prices", icon=":material/show_chart:"),
    ]
    st.navigation(pages, position="top").run()


if __name__ == "__main__":
    main()
