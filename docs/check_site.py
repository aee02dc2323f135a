"""Checks the built site: every link inside leads somewhere, and no page loads anything from another server.

python docs/check_site.py [FOLDER]      docs/_build/html unless given; ends with 1 where something is wrong
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

SITE = Path(__file__).parent / "_build" / "html"
LOADS = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "embed": "src",
}
"""What a browser loads by itself, by element; of ``link`` all but those that only name another page."""
NAMES_ONLY = {"next", "prev", "index", "search", "canonical", "author", "copyright", "genindex"}
STYLE_LOADS = re.compile(r"""(?:url\(\s*["']?|@import\s+["'])(https?:)?//""")


class Page(HTMLParser):
    """What a page links to, what it loads, and the places in it that others may link to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.places: set[str] = set()
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.places |= {given[name] for name in ("id", "name") if given.get(name)}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "link" and not set(given.get("rel", "").split()) & NAMES_ONLY:
            self.loads.append(given.get("href", ""))
        elif tag in LOADS and given.get(LOADS[tag]):
            self.loads.append(given[LOADS[tag]])


@cache
def read(path: Path) -> Page:
    """Return a page, read once."""
    return Page(path)


def is_elsewhere(target: str) -> bool:
    """Whether an address is on another server, or no address of a page at all."""
    return bool(urlsplit(target).scheme or urlsplit(target).netloc)


def leads_nowhere(target: str, page: Path) -> bool:
    """Whether a link of a page names a file, or a place in one, that is not there."""
    parts = urlsplit(target)
    path = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if not path.is_file():
        return True
    return bool(parts.fragment) and path.suffix == ".html" and unquote(parts.fragment) not in read(path).places


def wrong(site: Path) -> Iterator[str]:
    """Yield what is wrong with a site, a line each."""
    for path in sorted(site.rglob("*.html")):
        page, name = read(path), path.relative_to(site)
        for target in sorted({*page.links, *page.loads}):
            if not is_elsewhere(target) and target != "#" and leads_nowhere(target, path):
                yield f"{name}: {target} leads nowhere"
        for target in sorted(set(page.loads)):
            if is_elsewhere(target) and not target.startswith("data:"):
                yield f"{name}: {target} is loaded from another server"
    for path in sorted(site.rglob("*.css")):
        if STYLE_LOADS.search(path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(site)}: loads something from another server"


def main(arguments: Sequence[str]) -> int:
    """Print what is wrong with the site in a folder. Returns the exit code."""
    site = Path(arguments[0]) if arguments else SITE
    if not (site / "index.html").is_file():
        print(f"{site} holds no site; build it with ./run docs")
        return 1
    found = list(wrong(site))
    print("\n".join(found) if found else f"{len(list(site.rglob('*.html')))} pages: every link inside leads somewhere")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
