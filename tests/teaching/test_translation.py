"""Texts of a student's phone: complete in every language that ships, and filled in like the English ones."""

from __future__ import annotations

from string import Formatter

import pytest

from sim.common.translation import (
    DOMAIN,
    LANGUAGES,
    LOCALES,
    known_language,
    preferred_language,
    translated,
)
from tests.teaching.sentences import in_source, sentences
from tests.teaching.translations import CODES, catalogue, compiled


def names_in(words: str) -> set[str]:
    """Return the names in braces."""
    return {name for _, name, _, _ in Formatter().parse(words) if name is not None}


@pytest.mark.parametrize("code", CODES)
def test_no_sentence_of_a_phone_lacks_a_translation(code: str):
    found = catalogue(code)
    missing = [words for words in sorted(sentences()) if not (found.get(words) and found.get(words).string)]
    assert missing == [], "run `python -m tests.teaching.translations`, and translate what is empty"


@pytest.mark.parametrize("code", CODES)
def test_no_translation_is_of_a_sentence_that_no_phone_shows(code: str):
    assert {message.id for message in catalogue(code) if message.id} <= sentences()


@pytest.mark.parametrize("code", CODES)
def test_a_translation_has_the_same_names_in_braces(code: str):
    for message in catalogue(code):
        if message.id:
            assert names_in(message.string) == names_in(message.id), message.id


@pytest.mark.parametrize("code", CODES)
def test_what_the_program_reads_is_what_was_translated(code: str):
    assert (LOCALES / code / "LC_MESSAGES" / f"{DOMAIN}.mo").read_bytes() == compiled(catalogue(code))
    for message in catalogue(code):
        if message.id:
            assert translated(message.id, code) == message.string


@pytest.mark.parametrize("code", CODES)
def test_sentences_are_not_left_in_english(code: str):
    same = [words for words in sentences() if len(words) > 12 and translated(words, code) == words]
    assert same == []


def test_german_and_chinese_ship():
    assert set(LANGUAGES) == {"en", "de", "zh"}
    assert translated("Join", "de") == "Teilnehmen"
    assert translated("Join", "zh-CN") == "加入"
    assert translated("Join") == "Join"


def test_what_is_not_in_a_catalogue_stays_english():
    assert translated("A sentence of one's own lesson.", "de") == "A sentence of one's own lesson."
    assert translated("", "de") == ""


@pytest.mark.parametrize(
    ("asked", "code"), [("de", "de"), ("de-CH", "de"), ("zh_TW", "zh"), ("fr", "en"), ("", "en"), ("DE", "de")]
)
def test_the_closest_language_is_taken(asked: str, code: str):
    assert known_language(asked) == code


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("de-DE,de;q=0.9,en;q=0.8", "de"),
        ("fr-FR,fr;q=0.9,zh;q=0.5,de;q=0.4", "zh"),
        ("en;q=0.5,de;q=0.9", "de"),
        ("fr", "en"),
        ("", "en"),
        ("de;q=much,zh", "zh"),
        ("x" * 5000, "en"),
    ],
)
def test_a_browsers_wish_is_read(header: str, code: str):
    assert preferred_language(header) == code


def test_sentences_are_found_where_they_are_said(tmp_path):
    page = tmp_path / "page.py"
    page.write_text('said("One.")\nsaid("Two." if late else "Three.", count=3)\nsaid(words)\nRefusal("x", "Four.")\n')
    assert set(in_source(page)) == {"One.", "Two.", "Three.", "Four."}
