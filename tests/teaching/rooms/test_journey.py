"""A teacher and five students in a browser go through a whole lesson, with everything that goes wrong in a class."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from sim.teaching.rooms.fold import replayed
from sim.teaching.rooms.store import EventStore
from tests.dashboards import browser
from tests.teaching.rooms.server import ClassServer

PATIENCE = 120_000
"""Milliseconds: on a machine with other things to do."""


@pytest.fixture
def server(tmp_path) -> Iterator[ClassServer]:
    found = ClassServer(tmp_path)
    yield found
    found.end()


@pytest.fixture
def chromium() -> Iterator[Browser]:
    path = browser.browser()
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield found
        found.close()


class People:
    """A teacher and students, each with a browser of their own."""

    def __init__(self, chromium: Browser, server: ClassServer):
        self.chromium, self.server = chromium, server
        self.trouble: list[str] = []
        self.teacher = self._page(1440, 900)
        self.teacher.goto(server.link)

    def _page(self, width: int, height: int) -> Page:
        page = self.chromium.new_context(viewport={"width": width, "height": height}).new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        return page

    def joins(self, name: str) -> Page:
        """Return the page of a new student's phone."""
        page = self._page(390, 844)
        page.goto(f"{self.server.address}/join?room={self.server.code}")
        page.get_by_label("Your name").fill(name)
        page.get_by_role("button", name="Join").click()
        return page

    def goes_on(self, label: str) -> None:
        self.teacher.get_by_role("button", name=label).click()


def seen(where: Page | Locator, words: str) -> None:
    """Wait until words are on a page."""
    expect(where.get_by_text(words).first).to_be_visible(timeout=PATIENCE)


def guesses(page: Page, guess: int) -> None:
    """Move the slider to a guess by keyboard, and send it."""
    slider = page.get_by_role("slider")
    steps = guess - int(slider.input_value())
    slider.focus()
    for _ in range(abs(steps)):
        slider.press("ArrowRight" if steps > 0 else "ArrowLeft")
    expect(slider).to_have_value(str(guess))
    page.wait_for_url(re.compile(f"guess0={guess}"))
    page.get_by_role("button", name="Send").click()
    seen(page, f"Sent: {guess}")


@pytest.mark.slow
def test_a_class_goes_through_a_lesson(server, chromium):
    people = People(chromium, server)
    assert server.link.rpartition("/")[2] not in people.teacher.url
    ann, ben, cal, dan = (people.joins(name) for name in ("Ann", "<b>Ben</b>", "Ann", "Dan"))
    for page in (ann, ben, cal, dan):
        seen(page, "You're in")
    seen(people.teacher, "4 joined")
    for name in ("Ann 2", "<b>Ben</b>"):
        expect(people.teacher.get_by_text(name, exact=True)).to_be_visible()
    people.goes_on("Start")
    eve = _guess(people, ann, ben, cal, dan)
    _server_dies(people, ann)
    _reveal(people, ann, ben, cal, eve)
    _vote(people, ann, ben, cal, eve)
    _say_goodbye(people, ann)
    assert people.trouble == []
    _compare_with_the_log(server)


def _guess(people: People, ann: Page, ben: Page, cal: Page, dan: Page) -> Page:
    """Everybody guesses; one reloads the page, one drops out, one comes late and is returned."""
    guesses(ann, 53)
    ben.get_by_role("slider").focus()
    ben.get_by_role("slider").press("ArrowLeft")
    ben.wait_for_url(re.compile("guess0=49"))
    ben.reload()  # it is still Ben's, with the guess that was not sent
    expect(ben.get_by_role("slider")).to_have_value("49", timeout=PATIENCE)
    ben.get_by_role("button", name="Send").click()
    seen(ben, "Sent: 49")
    eve = people.joins("Eve")
    seen(eve, "how much stays in between")
    guesses(eve, 60)
    guesses(cal, 48)
    dan.context.close()
    seen(people.teacher, "4 of 5 answered")
    return eve


def _server_dies(people: People, ann: Page) -> None:
    """The server is killed and started again; phones find back by themselves."""
    people.server.kill()
    people.server.resume()
    people.teacher.goto(people.server.link)
    seen(people.teacher, "4 of 5 answered")
    seen(ann, "Sent: 53")
    guesses(ann, 54)


def _reveal(people: People, *phones: Page) -> None:
    people.goes_on("Close")
    seen(people.teacher, "Half of the class guesses")
    for page in phones:
        seen(page, "Your guess:")
    people.goes_on("Show the answer")
    for page in phones:
        seen(page, "The simulation says")
    assert phones[0].evaluate("document.activeElement.id") == "room-now"
    seen(people.teacher, "95 % interval")


def _vote(people: People, ann: Page, ben: Page, cal: Page, eve: Page) -> None:
    people.goes_on("Next: Who gains")
    for page, choice in ((ann, "The customer"), (ben, "The maker"), (cal, "The maker")):
        page.get_by_role("button", name=choice).click()
        seen(page, "Sent:")
    people.goes_on("Close the vote")
    seen(ann, "Talk with your neighbours")
    people.goes_on("Vote again")
    for page in (ann, ben, cal, eve):
        page.get_by_role("button", name="The customer").click()
        seen(page, "Sent: B")
    people.goes_on("Show both votes")
    seen(ben, "Competition passes the saving on")


def _say_goodbye(people: People, ann: Page) -> None:
    people.goes_on("Next: Before you go")
    ann.get_by_text("The maker's").click()
    ann.get_by_role("button", name="Send").click()
    seen(ann, "You can change it")
    people.goes_on("Close")
    people.goes_on("End the lesson")
    seen(ann, "That was the lesson")
    ann.get_by_role("button", name="Delete my name").click()
    seen(ann, "Your name is deleted")


def _compare_with_the_log(server: ClassServer) -> None:
    store = EventStore(server.folder / "rooms")
    state = replayed(store.read(server.code))
    store.close()
    assert state.predictions == {0: {1: 54.0, 2: 49.0, 3: 48.0, 5: 60.0}}
    assert state.votes == {(1, "first"): {1: 1, 2: 0, 3: 0}, (1, "second"): {1: 1, 2: 1, 3: 1, 5: 1}}
    assert state.tickets == {2: {1: ("1",)}}
    assert [each.name for each in state.students.values()] == ["", "<b>Ben</b>", "Ann 2", "Dan", "Eve"]
