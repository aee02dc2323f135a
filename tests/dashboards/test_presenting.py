"""Presenter mode on a projector: what is shown fits the screen, one key goes on, and the page comes back."""

from __future__ import annotations

import pytest

from tests.dashboards.test_journeys import PATIENCE, SMALL, chromium  # noqa: F401 - a fixture

SCREENS = {"1920": (1920, 1080), "1024": (1024, 768)}
FITS = """() => {
  const inside = (each) => { const box = each.getBoundingClientRect(); return box.top >= 0 && box.left >= -1
    && box.right <= window.innerWidth + 1 && box.bottom <= window.innerHeight - 50; };
  const seen = [...document.querySelectorAll("[class*='st-key-'] .js-plotly-plot .main-svg")]
    .filter((each) => getComputedStyle(each).visibility === "visible");
  const [title] = document.querySelectorAll("#deck > div");
  return { charts: seen.length > 0 && seen.every(inside), title: title.scrollHeight <= title.clientHeight + 1,
    buttons: [...document.querySelectorAll(".save-pictures")].every((each) =>
      getComputedStyle(each).display === "none" || getComputedStyle(each).visibility === "hidden") };
}"""
COUNT = "#deck span"


@pytest.fixture(params=[SCREENS["1920"], pytest.param(SCREENS["1024"], marks=pytest.mark.slow)], ids=SCREENS)
def screen(request, chromium):  # noqa: F811
    width, height = request.param
    opened = chromium.new_page(viewport={"width": width, "height": height})
    opened.set_default_timeout(PATIENCE)
    yield opened
    opened.close()


def test_every_chart_of_compare_fits_the_screen_and_one_key_goes_on(address, screen):
    screen.goto(f"{address}/compare?{SMALL}")
    screen.get_by_text("one run").first.wait_for()
    screen.locator("button[data-begins-deck]").click()
    screen.locator(COUNT).wait_for()
    number = int(screen.locator(COUNT).inner_text().split("/")[1])
    assert number >= 2
    for at in range(1, number + 1):
        screen.wait_for_function(f"document.querySelector('{COUNT}').textContent.startsWith('{at} /')")
        screen.wait_for_timeout(700)  # a chart measures its frame, and is drawn again
        assert screen.evaluate(FITS) == {"charts": True, "title": True, "buttons": True}, f"chart {at}"
        screen.keyboard.press("ArrowRight")
    assert screen.locator(COUNT).inner_text() == f"{number} / {number}"
    screen.keyboard.press("ArrowLeft")
    assert screen.locator(COUNT).inner_text() == f"{number - 1} / {number}"
    screen.keyboard.press("Escape")
    assert screen.locator("#deck").count() == 0
    assert screen.locator("h1").first.is_visible()


def test_the_argument_is_a_deck_of_questions_answers_and_reasons(address, screen):
    screen.goto(f"{address}/present")
    screen.locator(COUNT).wait_for()
    screen.wait_for_function(f"document.querySelector('{COUNT}').textContent === '1 / 24'")
    assert screen.get_by_text("What do you pay in the shop?").first.is_visible()
    screen.keyboard.press("PageDown")
    screen.wait_for_timeout(700)
    assert screen.evaluate(FITS)["charts"]
    screen.keyboard.press("PageDown")
    assert screen.get_by_text("Each firm charges a multiple of what it paid").first.is_visible()
    screen.keyboard.press("End")
    assert screen.locator(COUNT).inner_text() == "24 / 24"


def test_a_phone_offers_no_button_to_present(address, chromium):  # noqa: F811
    phone = chromium.new_page(viewport={"width": 390, "height": 844})
    phone.set_default_timeout(PATIENCE)
    phone.goto(f"{address}/compare?{SMALL}")
    phone.get_by_text("one run").first.wait_for()
    assert not phone.locator("button[data-begins-deck]").is_visible()
    phone.close()
