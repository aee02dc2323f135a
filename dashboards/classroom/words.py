"""Texts of the phone, in the language of the browser."""

from __future__ import annotations

from html import escape

import streamlit as st
from board.text import unbroken

from sim.common.translation import preferred_language, translated


def said(words: str, **values: object) -> str:
    """Return a text in the visitor's language, with its values filled in.

    Args:
        words: in English, which is the key of the translations; values are names in braces.
        values: by name.
    """
    found = translated(words, language())
    return found.format(**values) if values else found


def language() -> str:
    """Return the visitor's language, as far as there is a translation."""
    return preferred_language(st.context.headers.get("Accept-Language") or st.context.locale or "")


def literal(words: object) -> str:
    """Return a text for HTML: whatever somebody wrote stays text."""
    return escape(unbroken(" ".join(str(words).split())))


def paragraphs(words: str) -> str:
    """Return a text of several paragraphs for HTML."""
    return "".join(f"<p>{literal(each)}</p>" for each in words.split("\n\n") if each.strip())
