"""Takes pictures of every page of the dashboard, wide and on a phone: `python docs/screenshots.py`.

Starts the dashboard, reads from its navigation which pages there are, and writes ``pictures/dashboard/PAGE-WIDTH.png``.
Needs playwright and a Chromium on the path (`pip install 'middleman[test]'`).
"""

from __future__ import annotations

import io
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urljoin, urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHECKOUT = Path(__file__).resolve().parents[1]
FOLDER = CHECKOUT / "docs" / "pictures" / "dashboard"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
WIDTHS = {1440: 1000, 390: 844}
"""Widths of the window and the heights that go with them, in pixels."""
SHOWN: dict[str, dict[str, str]] = {"argument": {"step": "offer", "guess": "12000"}}
"""What the link of a page says beside its address, where the usual view is not the one to show."""
FIRST = "argument"
"""What the page at the bare address is called."""
PATIENCE = 600.0
"""Seconds a page may take: its figures may have to be computed."""


def browser() -> str:
    """Return the path of a Chromium."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        sys.exit(f"no browser: install one of {', '.join(BROWSERS)}")
    return found


@contextmanager
def dashboard() -> Iterator[str]:
    """Start a dashboard, yield its address, and end it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "sim.cli", "dashboard", "--port", str(port)]
    server = subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(f"http://localhost:{port}/_stcore/health", server)
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    sys.exit(f"the dashboard does not answer at {url}")


def pages(page: Page, address: str) -> dict[str, str]:
    """Return the pages of the navigation by name, with their addresses."""
    page.goto(address)
    links = page.locator(".st-key-pages a")
    links.first.wait_for(timeout=1000 * PATIENCE)
    found = [urlsplit(urljoin(f"{address}/", str(link.get_attribute("href")))).path for link in links.all()]
    return {path.strip("/") or FIRST: f"{address}{path}" for path in found}


def picture(page: Page, url: str, width: int) -> bytes:
    """Return what a window of a width shows of a page, once everything on it is there."""
    page.set_viewport_size({"width": width, "height": WIDTHS[width]})
    page.goto(url)
    page.locator("h1").first.wait_for(timeout=1000 * PATIENCE)
    quiet, end = 0, time.monotonic() + PATIENCE
    while quiet < 6 and time.monotonic() < end:
        page.wait_for_timeout(500)
        busy = page.locator("[data-testid=stProgress], [data-testid=stSkeleton], [data-testid=stSpinner]").count()
        quiet = 0 if busy else quiet + 1
    return small(page.screenshot())


def small(content: bytes) -> bytes:
    """Return a picture as small as it gets without losing a colour: a party is known by its own."""
    from PIL import Image

    file = io.BytesIO()
    with Image.open(io.BytesIO(content)) as full:
        full.convert("RGB").save(file, "PNG", optimize=True)
    return file.getvalue()


def main() -> None:
    """Take every picture again, and delete those of pages that no longer exist."""
    from playwright.sync_api import sync_playwright

    chromium = browser()
    taken: dict[str, bytes] = {}
    with dashboard() as address, sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = opened.new_page(viewport={"width": 1440, "height": 1000}, color_scheme="light")
        for name, url in pages(page, address).items():
            asked = f"{url}?{urlencode(SHOWN[name])}" if name in SHOWN else url
            for width in WIDTHS:
                taken[f"{name}-{width}.png"] = picture(page, asked, width)
                print(f"{name}-{width}.png: {len(taken[f'{name}-{width}.png']) / 1000:.0f} kB", file=sys.stderr)
        opened.close()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    for file, content in taken.items():
        (FOLDER / file).write_bytes(content)


if __name__ == "__main__":
    main()
