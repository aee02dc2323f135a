"""Names are text: whatever is in them, pages show them letter by letter, with no link, picture or bold out of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.dashboards.test_journeys import PATIENCE, chromium, settled

__all__ = ["chromium"]

HOSTILE = Path(__file__).with_name("names_as_markup.toml")
MARKUP = """() => {
    const made = 'a, strong, em, del, img, kbd, mark, code, .katex, [data-testid=stIconMaterial], span[class*=Colored]';
    const main = document.querySelector('[data-testid=stApp]');
    const found = [...main.querySelectorAll(made)].filter(each => !each.closest('[data-testid=stCode], summary'));
    const drawn = [...main.querySelectorAll('svg a, tspan[style*=italic]')];
    return [...found, ...drawn].map(each => `${each.tagName} ${each.textContent} ${each.getAttribute('href') || ''}`);
}"""
FROM_NAMES = re.compile(
    r"evil|127\.0\.0\.1|o2o|HYPERLINK|<|delete|home|bolt|\bcl\b|\br\b|^(em|i|tspan) w|~~|\bt\b", re.I
)
"""Pieces of the names in which there is markup."""
SEEN_ON = {
    "compare": ("__o2o__", "-2+3 <i>w</i> [l](http://e/)", "<b>E"),
    "data": ("__o2o__", "-2+3 <i>w</i> [l](http://e/)", "<b>E"),
    "map": ('<a href="http://evil.example/">cl</a>', "`B` <br> *t* ~~s~~", '=HYPERLINK("http://evil.example/","x")'),
    "explore": ("__o2o__", "<b>E"),
    "prices": (":material/delete: :red[r] [l](http://evil.example/)", "![x](http://127.0.0.1:9/t.png)"),
}
"""Names that a page shows."""
MORE = {"map": "&customer=2&need=3", "compare": "&why=traditional"}


@pytest.mark.parametrize(
    "text",
    [
        "http://evil.example/x", "see https://evil.example", "www.evil.example", "WWW.evil.example", "me@evil.example",
        ":material/home:", ":material/home", ":smile:", "a :+1: b", ":streamlit:", "-> <- <-> -- >= <= ~=",
        "<b>x</b> **y** __z__ [l](http://e/) ![i](http://e/t.png) $x$ `c` ~~s~~ :red[r] \\ &amp; # 1. + -",
    ],
)  # fmt: skip
def test_a_text_is_escaped_and_still_the_same(text):
    from board.text import JOINER, plain

    shown = plain(text)
    assert re.sub(r"\\(.)", r"\1", shown).replace(JOINER, "") == text
    assert not re.search(r"https?://|www\.|\w@\w|:material/|:[\w+-]+:|(^|\s)(->|<-|<->|--|>=|<=|~=)(\s|$)", shown)
    assert not re.search(r"(?<!\\)[\\`*_{}\[\]()<>#+.!|~$:&@-](?![\\`*_{}\[\]()<>#+.!|~$:&@-])", shown)


def test_what_is_no_markup_is_left_alone():
    from board.text import JOINER, plain

    for text in ("12:30", "a: b", "50 % -- no", "x - y", "a >= b, or a->b", "10 000 EUR"):
        assert (JOINER in plain(text)) == (text in ("50 % -- no", "a >= b, or a->b"))


@pytest.fixture(scope="module")
def sent(address, chromium):
    """The link to the market with such names, uploaded in a browser."""
    page = chromium.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}/data?runs=2")
    page.locator("input[type=file]").set_input_files(HOSTILE)
    page.wait_for_url("**scenario=upload-*")
    link = page.url.partition("?")[2]
    page.close()
    return link


@pytest.mark.parametrize(
    "name", [each if each == "compare" else pytest.param(each, marks=pytest.mark.slow) for each in SEEN_ON]
)
def test_a_page_makes_nothing_of_names(address, chromium, sent, name):
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(PATIENCE)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/{name}?{sent}{MORE.get(name, '')}")
    settled(page)
    page.evaluate("document.querySelectorAll('details:not([open]) > summary').forEach(each => each.click())")
    settled(page)
    words = page.locator("[data-testid=stApp]").inner_text().replace("\u2060", "")
    words += " ".join(page.locator("svg text").all_text_contents())
    assert not [each for each in SEEN_ON[name] if each not in words], "letter by letter"
    made = [each for each in page.evaluate(MARKUP) if not each.startswith("STRONG Who kept")]  # a heading of ours
    assert not [each for each in made if FROM_NAMES.search(each) and "scenario=upload" not in each]
    assert "1337" not in page.title()
    assert not [each for each in asked if "evil" in each or ":9/" in each]
    page.close()


def test_planted_markup_is_found(chromium):
    page = chromium.new_page()
    page.set_content(
        "<div data-testid=stApp><p><a href='http://evil.example/'>x</a> <strong>o2o</strong> <em>t</em> fine</p>"
        "<svg><text><tspan style='font-style:italic'>w</tspan></text></svg></div>"
    )
    assert sum(bool(FROM_NAMES.search(each)) for each in page.evaluate(MARKUP)) == 4
    page.close()
