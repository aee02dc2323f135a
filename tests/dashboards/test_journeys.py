"""Journeys through the dashboard in a real browser, the whole of it started as a teacher starts it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PATIENCE = 120_000


def browser_there() -> str | None:
    """Return the path of a browser; where tests must be whole, its absence is a failure."""
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    try:
        import playwright.sync_api
    except ImportError:
        found = None
    else:
        del playwright
    assert found or os.environ.get("CI") != "true", "CI needs Chromium and playwright"
    return found


CHROMIUM = browser_there()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    environment["MIDDLEMAN_RESULTS"] = str(tmp_path_factory.mktemp("results"))
    command = [sys.executable, "-m", "sim.cli", "dashboard", "--port", str(port)]
    server = subprocess.Popen(
        command, env=environment, cwd=CHECKOUT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    try:
        _wait_for(f"http://localhost:{port}/_stcore/health")
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(url: str) -> None:
    for _ in range(240):
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"{url} does not answer")


@pytest.fixture
def page():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = browser.new_page(viewport={"width": 390, "height": 844})
        opened.set_default_timeout(PATIENCE)
        yield opened
        browser.close()


if CHROMIUM:

    def test_a_student_guesses_sees_the_answer_and_passes_the_link_on(address, page):
        page.goto(f"{address}/argument?step=chain")
        page.get_by_role("button", name="Show me").click()
        page.get_by_text("20 000 EUR", exact=True).wait_for()
        assert "guess=8000" in page.url
        link = page.url
        page.get_by_role("button", name="Guess again").click()
        page.get_by_role("button", name="Show me").wait_for()
        page.goto(link)
        page.get_by_text("20 000 EUR", exact=True).wait_for()
        page.locator(".js-plotly-plot").wait_for()

    def test_a_student_compares_and_downloads(address, page):
        page.goto(f"{address}/?scenario=village&runs=3")
        page.get_by_text("Mean of 3 runs").wait_for()
        assert page.locator("h1").inner_text().startswith("Under direct customers pay")
        page.get_by_text("Download, and make it again").click()
        with page.expect_download() as saved:
            page.get_by_role("button", name="CSV").click()
        assert Path(saved.value.path()).read_text().startswith("table,regime,figure,mean,low,high,n")

    def test_a_hostile_link_is_refused_in_a_browser(address, page):
        page.goto(f"{address}/?scenario=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
        page.get_by_role("heading", name="This link cannot be shown").wait_for()
        assert page.locator("img[src=x]").count() == 0
