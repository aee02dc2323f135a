"""Texts in other languages: what a student's phone shows, looked up by the English sentence (gettext).

A sentence that is not in a catalogue stays English. Names in braces are filled in after the look-up, so that a
translation may put them elsewhere.
"""

from __future__ import annotations

import gettext
from functools import lru_cache
from pathlib import Path

LOCALES = Path(__file__).with_name("locale")
"""One folder for each language, as gettext expects them."""
DOMAIN = "phone"
ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "de": "Deutsch", "zh": "中文"}
"""Languages by their codes, under their own names."""


def translated(words: str, language: str = ENGLISH) -> str:
    """Return a sentence in a language; the sentence itself where there is no translation.

    Args:
        words: in English, names in braces.
        language: a code; what follows a hyphen or an underscore does not matter: ``de-CH`` is ``de``.
    """
    code = known_language(language)
    return words if code == ENGLISH or not words else _catalogue(code).gettext(words)


def known_language(language: str) -> str:
    """Return the code of the closest language there is, English where there is none."""
    code = language.replace("_", "-").split("-")[0].strip().lower()
    return code if code in LANGUAGES else ENGLISH


def preferred_language(accepted: str) -> str:
    """Return the first language of an ``Accept-Language`` header that there is, English where there is none."""
    weighted = []
    for place, part in enumerate(accepted[:500].split(",")):
        code, _, weight = part.partition(";q=")
        try:
            weighted.append((-float(weight or 1), place, code.split("-")[0].strip().lower()))
        except ValueError:
            continue
    return next((code for _, _, code in sorted(weighted) if code in LANGUAGES), ENGLISH)


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(code: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, LOCALES, [code], fallback=True)
