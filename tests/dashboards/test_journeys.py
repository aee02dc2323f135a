"""Journeys through the dashboard in a real browser, the whole of it started as a teacher starts it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dashboards import browser

PATIENCE = 120_000
"""Milliseconds a page may take on a machine that does other things as well."""


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=browser.browser(), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(chromium):
    opened = chromium.new_page(viewport={"width": 390, "height": 844})
    opened.set_default_timeout(PATIENCE)
    yield opened
    opened.close()


@pytest.mark.slow
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
    page.goto(f"{address}/compare?scenario=village&runs=3")
    page.get_by_text("Mean of 3 runs").wait_for()
    assert page.locator("h1").inner_text().startswith("Direct selling is")
    page.get_by_text("Download and reproduce").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="CSV").click()
    assert Path(saved.value.path()).read_text().startswith("table,regime,figure,mean,low,high,n")


SMALL = "scenario=village&runs=1&set=time.days%3D4&set=time.warm_up%3D0&set=time.cool_down%3D0"


@pytest.mark.slow
def test_a_strategist_sweeps_sees_the_frontier_and_goes_back(address, page):
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{address}/explore?{SMALL}")
    page.get_by_role("heading", name="Along ").wait_for()
    page.get_by_text("Where does the better channel change?").click()
    page.get_by_role("heading", name="Direct is better than traditional").wait_for()
    assert "ask=frontier" in page.url
    page.go_back()
    page.get_by_role("heading", name="Along ").wait_for()
    assert "ask=frontier" not in page.url


@pytest.mark.slow
def test_a_teacher_walks_through_the_argument_and_reveals(address, page):
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{address}/argument")
    for number in range(1, 9):
        page.get_by_text(f"Step {number} of 9").wait_for()
        page.get_by_role("button", name="Show me").click()
        page.get_by_text("The market's answer").wait_for()
        page.locator(".js-plotly-plot").wait_for()
        page.get_by_role("button", name="→").click()
    page.get_by_text("Step 9 of 9").wait_for()
    page.locator(".js-plotly-plot").nth(1).wait_for()
    assert page.get_by_text("you ").count() == 8
    assert page.get_by_role("button", name="→").count() == 0
    page.go_back()
    page.get_by_text("Step 8 of 9").wait_for()
    page.get_by_text("The market's answer").wait_for()


@pytest.mark.slow
def test_a_reader_stops_long_work_keeps_what_is_there_and_goes_on(address, page):
    page.goto(f"{address}/compare?scenario=classroom&runs=50&seed=11")
    page.get_by_text("one run, no intervals yet").wait_for()
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("Stopped. The page shows the results so far.").wait_for()
    assert page.locator(".js-plotly-plot").count() > 0
    assert page.get_by_role("button", name="Stop").count() == 0
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Stop").wait_for()
    page.get_by_role("button", name="Stop").click()
    page.get_by_text("Stopped. The page shows the results so far.").wait_for()


@pytest.mark.slow
def test_a_knob_stays_moved_from_page_to_page(address, page):
    page.goto(f"{address}/compare?{SMALL}&set=customers.travel_cost%3D1.5")
    page.get_by_text("one run, so no intervals").wait_for()
    for name, there in (("Map", "one run, seed 0"), ("The argument", "Step 1 of 9"), ("Compare", "so no intervals")):
        page.get_by_role("link", name=name, exact=True).click()
        page.get_by_text(there).first.wait_for()
        assert ("customers.travel_cost" in page.url) == (name != "The argument")


@pytest.mark.slow
def test_two_tabs_show_views_of_their_own(address, page, chromium):
    page.goto(f"{address}/compare?{SMALL}")
    page.get_by_text("one run, so no intervals").wait_for()
    other = chromium.new_page()
    other.goto(f"{address}/compare?{SMALL}&seed=7")
    other.get_by_text("one run, so no intervals").wait_for(timeout=PATIENCE)
    first = page.locator("table").first.inner_text()
    assert first != other.locator("table").first.inner_text()
    page.reload()
    page.get_by_text("one run, so no intervals").wait_for()
    assert page.locator("table").first.inner_text() == first
    other.close()


def test_a_page_is_walked_through_by_keyboard(address, page):
    page.goto(f"{address}/argument?step=chain")
    page.get_by_role("button", name="Show me").wait_for()
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.wait_for_function("document.activeElement.innerText.includes('Show me')")
    page.keyboard.press("Enter")
    page.get_by_text("The market's answer").wait_for()
    assert "guess=8000" not in page.url


def test_a_hostile_link_is_refused_in_a_browser(address, page):
    page.goto(f"{address}/compare?scenario=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    page.get_by_role("heading", name="This link cannot be shown").wait_for()
    assert page.locator("img[src=x]").count() == 0


PATHS = [
    "compare",
    *(pytest.param(path, marks=pytest.mark.slow) for path in ("", "argument", "map", "explore", "prices", "data")),
]


@pytest.mark.parametrize("path", PATHS)
def test_every_page_has_an_address_of_its_own(address, page, path):
    page.goto(f"{address}/{path}?scenario=village&runs=1")
    page.get_by_role("heading", level=1).first.wait_for()
    assert page.get_by_text("Page not found").count() == 0


LOOKS = Path(__file__).with_name("looks.js").read_text()
LOOKED_AT = {
    "argument": "argument?step=offer&guess=12000",
    "compare": "compare?scenario=village&runs=2&why=traditional",
    "map": "map?scenario=village&customer=2&need=3",
    "explore": f"explore?{SMALL}",
    "prices": "prices?scenario=village",
    "data": "data",
    "refused": "compare?scenario=nothing",
}
"""A link to every page, by its name."""


def settled(page):
    """Wait until nothing is under way on a page."""
    page.get_by_role("heading", level=1).first.wait_for()
    quiet = 0
    while quiet < 3:
        page.wait_for_timeout(300)
        busy = page.locator("[data-testid=stProgress], [data-testid=stSkeleton], [data-testid=stSpinner]").count()
        quiet = 0 if busy else quiet + 1


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("name", LOOKED_AT)
def test_every_page_can_be_read_and_nothing_hangs_over_its_edge(address, chromium, name, width, scheme):
    page = chromium.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}/{LOOKED_AT[name]}")
    settled(page)
    dark = page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
    assert (sum(map(int, dark.removeprefix("rgb(").rstrip(")").split(","))) < 200) == (scheme == "dark")
    main = "document.querySelector('[data-testid=stMain]')"
    assert page.evaluate(f"{main}.scrollWidth - {main}.clientWidth") <= 0
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    seen = page.evaluate(LOOKS)
    assert seen["looked"] > 5
    assert seen["found"] == []
    page.close()


def test_what_cannot_be_read_is_found(chromium):
    page = chromium.new_page()
    page.set_content(
        "<body style='background:#fff'><p style='color:#999'>pale</p><p style='color:#777;font-size:24px'>large</p>"
        "<div style='background:#123'><p style='color:#234'>dark on dark</p><p style='color:#fff'>fine</p></div>"
        "<p style='opacity:.4'>faded</p><svg><text y='20' fill='#aaa'>drawn</text></svg></body>"
    )
    seen = page.evaluate(LOOKS)
    assert sorted(each.partition(": ")[2] for each in seen["found"]) == ["dark on dark", "drawn", "faded", "pale"]
    assert seen["looked"] == 6
    page.close()


MARK_CONTROLS = """() => {
    const controls = document.querySelectorAll('button, input, summary, a[href], [role=slider]');
    [...controls].forEach((each, number) => {
        const shown = each.getBoundingClientRect().width > 1 && getComputedStyle(each).visibility === 'visible';
        const folded = each.tagName !== 'SUMMARY' && each.closest('details:not([open])');
        if (shown && !folded && !each.disabled && each.tabIndex >= 0) each.dataset.wanted = number;
    });
}"""


@pytest.mark.slow
def test_every_control_is_reached_by_keyboard(address, page):
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{address}/compare?{SMALL}")
    page.get_by_text("one run, so no intervals").wait_for()
    settled(page)
    page.evaluate(MARK_CONTROLS)
    wanted = set(page.evaluate("[...document.querySelectorAll('[data-wanted]')].map(each => each.dataset.wanted)"))
    reached = set()
    for _ in range(3 * len(wanted)):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.dataset.wanted || ''"))
    assert len(wanted) > 15
    # Of a group one is reached by Tab, the others by the arrow keys.
    groups = "[role=radiogroup] [data-wanted], [role=toolbar] [data-wanted]"
    grouped = set(page.evaluate(f"[...document.querySelectorAll('{groups}')].map(each => each.dataset.wanted)"))
    assert wanted - reached <= grouped
    assert not grouped or grouped & reached


@pytest.mark.slow
def test_a_lost_connection_is_told_and_the_page_works_again(page, tmp_path):
    port = browser.free_port()
    with browser.dashboard(tmp_path, port) as address:
        page.goto(f"{address}/argument?step=chain")
        page.get_by_role("button", name="Show me").wait_for()
    page.get_by_text("Connection error").or_(page.get_by_text("Connecting")).first.wait_for()
    assert page.get_by_role("heading", level=1).inner_text(), "what was there stays"
    with browser.dashboard(tmp_path, port):
        page.locator("[data-testid=stApp][data-test-connection-state=CONNECTED]").wait_for()
        answer = page.get_by_text("20 000 EUR", exact=True)
        for _ in range(12):  # a click before the page is whole again is lost, as its reader sees
            if page.get_by_role("button", name="Show me").count():
                page.get_by_role("button", name="Show me").click()
            page.wait_for_timeout(4000)
            if answer.count():
                break
        answer.wait_for()


def test_without_a_browser_tests_fail_where_they_must_be_whole(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="no browser"):
        browser.browser()
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="no browser"):
        browser.browser()


@pytest.mark.slow
def test_a_strategist_sends_a_market_mends_it_compares_and_takes_a_report(address, page, tmp_path):
    from sim.scenario import load_scenario, scenario_to_toml

    good = scenario_to_toml(load_scenario("village", {"name": "mine", "title": "<b>Mine</b>"}))
    (tmp_path / "bad.toml").write_text(good.replace("slots = 2", "slots = -2", 1))
    (tmp_path / "mine.toml").write_text(good)
    (tmp_path / "large.toml").write_bytes(b"# \n" * 20_000_000)
    page.goto(f"{address}/data?runs=3")
    chosen = page.locator("input[type=file]")
    chosen.set_input_files(tmp_path / "large.toml")
    page.get_by_text("must be 1.0MB or smaller").wait_for()
    chosen.set_input_files(tmp_path / "bad.toml")
    page.get_by_text("-2 is not allowed").wait_for()
    assert "line " in page.locator("[data-testid=stCode]").first.inner_text()
    page.goto(f"{address}/data?runs=3")
    page.locator("input[type=file]").set_input_files(tmp_path / "mine.toml")
    page.get_by_text("Mean of 3 runs").wait_for()
    assert page.locator("h1").inner_text().startswith("Direct selling is")
    assert "scenario=upload-" in page.url
    page.get_by_text("Prepare a report").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Report").click()
    report = Path(saved.value.path()).read_text()
    assert saved.value.suggested_filename == "mine-0.html"
    assert "&lt;b&gt;Mine&lt;/b&gt;" in report
    assert "<b>Mine" not in report
    with page.expect_download() as saved:
        page.get_by_role("button", name="Excel").click()
    assert Path(saved.value.path()).read_bytes().startswith(b"PK")
    page.get_by_test_id("stMain").get_by_role("link", name="Compare").click()
    page.wait_for_url("**/compare?scenario=upload-*")  # the page before says how many runs, too
    page.get_by_text("Mean of 3 runs").wait_for()


@pytest.mark.slow
def test_a_student_plays_the_days_and_follows_a_purchase(address, page):
    page.goto(f"{address}/map?scenario=village")
    day = page.locator(".slider-label").first
    day.wait_for()
    assert day.text_content() == "a mean day"
    page.locator(".updatemenu-button", has_text="Play").click()
    page.wait_for_function("document.querySelector('.slider-label').textContent == 'day 11'")
    page.locator(".js-plotly-plot .trace path.point").last.click(force=True)
    page.wait_for_url("**customer=*")
    assert day.text_content() == "day 11", "following somebody leaves the map where it is"
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    wanted = page.get_by_role("combobox", name="Need")
    wanted.focus()
    wanted.press("ArrowDown")
    page.get_by_role("option").first.wait_for()
    wanted.press("ArrowDown")
    wanted.press("Enter")
    page.get_by_text("Who kept what of this unit").wait_for()
    assert "need=" in page.url
