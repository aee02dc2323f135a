"""Brings the catalogues of translations up to date: `python -m tests.teaching.translations`.

New sentences come in without a translation, and a phone shows them in English; sentences that no phone shows any more go.
Translate what is empty in ``phone.po`` and run it again: it also writes ``phone.mo``, which is what the program reads.
"""

from __future__ import annotations

from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from sim.common.translation import DOMAIN, ENGLISH, LANGUAGES, LOCALES
from tests.teaching.sentences import sentences

CODES = tuple(code for code in LANGUAGES if code != ENGLISH)


def catalogue(code: str) -> Catalog:
    """Return the catalogue of a language as it is."""
    with (LOCALES / code / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        return read_po(file, locale=code)


def compiled(found: Catalog) -> bytes:
    """Return a catalogue in the form that the program reads."""
    written = BytesIO()
    write_mo(written, found)
    return written.getvalue()


def refresh(code: str) -> None:
    """Add what is new to a catalogue, take out what is not shown any more, and compile it."""
    found, wanted = catalogue(code), sentences()
    for words in wanted:
        if found.get(words) is None:
            found.add(words, "")
            print(f"{code}: {words}")
    for message in list(found):
        if message.id and message.id not in wanted:
            found.delete(message.id)
    folder = LOCALES / code / "LC_MESSAGES"
    with (folder / f"{DOMAIN}.po").open("wb") as file:
        write_po(file, found, width=100, sort_output=True)
    (folder / f"{DOMAIN}.mo").write_bytes(compiled(found))


if __name__ == "__main__":
    for each in CODES:
        refresh(each)
