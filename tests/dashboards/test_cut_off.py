"""Nothing is sent anywhere: every request of every page goes to the server, and the server asks nobody."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from benchmarks.student import Student
from tests.dashboards import browser
from tests.dashboards.test_journeys import LOOKED_AT, PATIENCE, chromium, settled

__all__ = ["chromium"]

WITHOUT_NETWORK = Path(__file__).with_name("cut_off")


def watched(chromium, address):
    """Return a page that can reach the server only, and a list of all that went elsewhere, failed, or was refused."""
    page = chromium.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(PATIENCE)
    seen = []

    def pass_on(route):
        if route.request.url.startswith(address):
            route.continue_()
        else:
            seen.append(route.request.url)
            route.abort()

    page.route("**/*", pass_on)
    page.on("response", lambda got: seen.append(f"{got.status} {got.url}") if got.status >= 400 else None)
    page.on("console", lambda said: seen.append(f"console: {said.text}") if said.type == "error" else None)
    return page, seen


@pytest.mark.parametrize(
    "name", [each if each == "compare" else pytest.param(each, marks=pytest.mark.slow) for each in LOOKED_AT]
)
def test_a_page_asks_its_server_only_and_finds_all_it_asks_for(address, chromium, name):
    page, seen = watched(chromium, address)
    page.goto(f"{address}/{LOOKED_AT[name]}")
    settled(page)
    assert page.locator("link[rel='shortcut icon']").get_attribute("href").startswith("data:image/svg+xml")
    assert page.title() == "Middleman"
    assert seen == []
    page.close()


def test_a_planted_request_is_seen_and_goes_nowhere(address, chromium):
    page, seen = watched(chromium, address)
    page.goto(f"{address}/argument?step=chain")
    page.get_by_role("button", name="Show me").wait_for()
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"http://192.0.2.1/t.png\">')")
    page.wait_for_timeout(300)
    assert any("192.0.2.1" in each for each in seen)
    page.close()


def environment(written: Path) -> dict[str, str]:
    """What makes a Python write down whom it asks."""
    paths = os.pathsep.join([str(WITHOUT_NETWORK), str(browser.CHECKOUT)])
    return {"PYTHONPATH": paths, "CUT_OFF": str(written)}


def test_a_planted_connection_is_written_down(tmp_path):
    asks = "import socket\ntry: socket.create_connection(('192.0.2.1', 80), 1)\nexcept OSError: pass"
    there = {**os.environ, **environment(tmp_path / "asked")}
    subprocess.run([sys.executable, "-c", asks], env=there, check=True)
    assert "192.0.2.1" in (tmp_path / "asked").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--address", "0.0.0.0")])
def test_the_server_asks_nobody(tmp_path, options):
    async def visit(address):
        for path, link in (
            ("argument", "step=chain&guess=9000"), ("compare", "scenario=village&runs=2&why=traditional"),
            ("map", "scenario=village&customer=2&need=3"), ("prices", "scenario=village"), ("data", ""),
        ):  # fmt: skip
            student = Student(address)
            await student.open(path, link)
            await student.until(lambda seen: seen.finished and not seen.count("progress"), 240)
            assert not student.trouble
            await student.close()

    asked = tmp_path / "asked"
    with (
        browser.dashboard(tmp_path / "results", options=options, **environment(asked)) as address,
        ThreadPoolExecutor(1) as apart,  # a browser of other tests has a loop of its own in this thread
    ):
        apart.submit(asyncio.run, visit(address)).result()
    assert not asked.exists() or not asked.read_text()
