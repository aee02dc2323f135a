"""What is run for each visitor: navigation only. ``app.py`` is the server."""

from __future__ import annotations


def main() -> None:
    """Show the page that was asked for."""
    import streamlit as st
    from board.pages import OF_A_CLASS, links, pages
    from guard.front import icon

    st.set_page_config(page_title="Middleman", page_icon=icon(), layout="wide")
    known = pages()
    page = st.navigation(list(known.values()), position="hidden")
    if page.url_path not in OF_A_CLASS:  # a phone has no use for the other pages, nor has a wall
        links(page.url_path or "argument", known)
    page.run()


if __name__ == "__main__":
    main()
