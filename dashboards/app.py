"""The dashboard: navigation only. Start it with `middleman dashboard`, or `streamlit run dashboards/app.py`."""

from __future__ import annotations


def main() -> None:
    """Show the page that was asked for."""
    import streamlit as st
    from board.pages import links, pages
    from board.sockets import without_delay

    st.set_page_config(page_title="Middleman", page_icon=":material/storefront:", layout="wide")
    without_delay()
    known = pages()
    page = st.navigation(list(known.values()), position="hidden")
    links(page.url_path or "argument", known)
    page.run()


if __name__ == "__main__":
    main()
