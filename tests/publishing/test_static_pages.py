"""Published pages in a real browser with the network off: they work, keep to themselves, and say what a run says."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

import sim
from sim.cli import main
from sim.publishing import publish
from sim.publishing.grid import ParameterGrid
from sim.publishing.packing import packed, unpacked
from sim.report.text.sentences import comparison_sentences
from sim.report.titles import titled
from sim.runs.design import factor
from sim.runs.options import RunOptions
from sim.scenario import ScenarioError, load_scenario
from tests.dashboards import browser

REGIMES = ("traditional", "direct", "o2o")
PARCELS, TRAVEL = (1.0, 6.0), (0.2, 1.0)
WAIT = 60_000
OWN = ("file:", "data:", "blob:", "about:")
"""Addresses of what a page holds itself."""


@pytest.fixture(scope="module")
def market():
    return load_scenario("village")


@pytest.fixture(scope="module")
def page_of_market(market, tmp_path_factory):
    factors = (
        factor("delivery.parcel.cost_per_parcel", PARCELS, market),
        factor("customers.travel_cost", TRAVEL, market),
    )
    grid = ParameterGrid(market, REGIMES, factors)
    page, _ = publish.market_page(grid, RunOptions(replications=3, workers=1), "village")
    folder = tmp_path_factory.mktemp("published") / "market"
    return publish.write_page(page, folder, {})


@pytest.fixture(scope="module")
def page_of_argument(tmp_path_factory):
    return publish.write_page(publish.argument_page(), tmp_path_factory.mktemp("published") / "argument", {})


@pytest.fixture(scope="module")
def chromium():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=browser.browser(), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def offline(chromium):
    """Open pages on a phone without a network; whatever they ask for beside themselves, or complain of, is an error."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, offline=True)
    wrong = []

    def opened(file, after=""):
        page = context.new_page()
        page.set_default_timeout(WAIT)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.on(
            "request",
            lambda asked: (
                wrong.append(asked.url) if not asked.url.startswith(("file:", "data:", "blob:", "about:")) else None
            ),
        )
        page.goto(f"file://{file}{after}")
        page.locator("body[data-ready]").wait_for()
        return page

    yield opened
    context.close()
    assert wrong == []


def data_in(file):
    found = re.search(r'id="packed" type="text/plain">([^<]+)<', file.read_text())
    return unpacked(found[1])


def test_what_is_packed_is_unpacked_and_packed_the_same():
    data = {"a": [1.5, "x\u202f<b>", None], "b": {"c": True}}
    assert unpacked(packed(data)) == data
    assert packed(data) == packed(data)


def test_pages_have_plotly_once_are_small_enough_and_name_no_server(page_of_market, page_of_argument):
    for file in (page_of_market, page_of_argument):
        text = file.read_text()
        assert len(text.encode()) <= publish.LARGEST
        assert text.count("plotly.js v") == 1
        assert "default-src 'none'" in text
        own = re.sub(r"<script>/\*\*?\s*\* plotly.*?</script>", "", text, flags=re.DOTALL)
        assert not re.search(r"""(src|href)=["']?https?:""", own)
        manifest = json.loads((file.parent / "manifest.json").read_text())
        assert manifest["kind"] == publish.KIND


def test_every_number_is_what_a_comparison_says(page_of_market, market):
    data = data_in(page_of_market)
    number = 0
    for parcel in PARCELS:
        for travel in TRAVEL:
            changes = {"delivery.parcel.cost_per_parcel": parcel, "customers.travel_cost": travel}
            found = sim.compare(market, REGIMES, replications=3, overrides=changes)
            named = titled(found, market)
            point = data["points"][number]
            assert point["said"] == comparison_sentences(named, "EUR")[:2]
            rows = {row[0]: row[1:] for row in point["table"]["rows"]}
            for regime in named.regimes:
                price = named.figures[regime]["consumer_price"].mean
                assert rows[regime][0].split(" ")[0] == f"{price:.2f}"
                waterfall = {
                    trace["name"]: trace["x"][list(named.regimes).index(regime)]
                    for trace in point["waterfall"]["figure"]["data"]
                }
                assert sum(waterfall.values()) == pytest.approx(100, abs=0.02)
            gains = point["gains"][0]["figure"]["data"]
            drawn = [x for trace in gains for x in trace["x"]]
            change = named.differences["direct"]["consumer_surplus"].mean
            assert any(x == pytest.approx(change, rel=1e-6) for x in drawn)
            assert (
                f"--set delivery.parcel.cost_per_parcel={parcel} --set customers.travel_cost={travel}"
                in (point["command"])
            )
            number += 1
    assert number == len(data["points"]) == 4


def test_the_purchase_is_the_one_that_its_command_traces(page_of_market, capsys):
    shown = data_in(page_of_market)["purchase"]
    words = shlex.split(shown["command"])
    assert words[:3] == ["middleman", "trace", "village"]
    assert main([*words[1:], "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    rows = {row[0]: row[1] for row in shown["rows"]}
    assert rows["price paid"].split(" ")[0] == f"{told['purchase']['price']:.2f}"
    assert rows["bought"] == f"{told['purchase']['product']} from {told['purchase']['seller']}"
    assert f"Need {told['need']}: customer {told['customer']['number']} " in shown["who"]


def test_a_reader_guesses_moves_sliders_and_passes_the_link_on(page_of_market, offline):
    page = offline(page_of_market)
    assert page.locator(".js-plotly-plot").count() == 0, "nothing is given away before the guess"
    page.get_by_role("button", name="Show me").click()
    page.locator("#answer .js-plotly-plot").nth(3).wait_for()
    data = data_in(page_of_market)
    assert page.locator("h1").inner_text() == data["points"][data["start"]]["finding"]
    sliders = page.locator(".sliders input")
    sliders.nth(0).fill("1")
    sliders.nth(1).fill("0")
    assert page.locator("h1").inner_text() == data["points"][2]["finding"]
    assert page.locator("pre").first.inner_text() == data["points"][2]["command"]
    again = offline(page_of_market, "#" + page.url.split("#")[1])
    assert again.locator("h1").inner_text() == data["points"][2]["finding"]
    assert again.get_by_text("You guessed").count() == 1
    page.go_back()
    page.get_by_role("button", name="Show me").wait_for()


def test_a_page_fits_a_phone_and_the_sliders_stay_in_sight(page_of_market, page_of_argument, offline):
    page = offline(page_of_market)
    page.get_by_role("button", name="Show me").click()
    page.locator("#answer .js-plotly-plot").nth(3).wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.evaluate("document.querySelectorAll('.js-plotly-plot')[1].scrollIntoView({block: 'start'})")
    box = page.locator(".sliders").bounding_box()
    assert 0 <= box["y"] < 844
    for step in ("chain", "verdict"):
        assert offline(page_of_argument, f"#step={step}").evaluate("document.documentElement.scrollWidth") <= 390


def test_the_purchase_is_played_along_the_map(page_of_market, offline):
    page = offline(page_of_market)
    page.get_by_role("button", name="Show me").click()
    chart = page.locator("#purchase .js-plotly-plot")
    chart.wait_for()
    dots = "(p) => p.data.filter((t) => t.mode === 'markers' && t.name !== 'the customer').map((t) => t.x[0])"
    before = chart.evaluate(dots)
    chart.evaluate("(p) => Plotly.animate(p, ['0'], {mode: 'immediate', frame: {duration: 0, redraw: true}})")
    page.wait_for_timeout(300)
    assert chart.evaluate(dots) != before
    assert page.locator("table.worlds td").first.get_attribute("data-world") == "store chain"


def test_a_page_works_in_the_frame_of_a_course_site(page_of_argument, chromium, tmp_path):
    frame = tmp_path / "course.html"
    frame.write_text(
        f'<iframe src="file://{page_of_argument}" width="700" height="800" sandbox="allow-scripts"></iframe>'
    )
    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.goto(f"file://{frame}")
    inside = page.frame_locator("iframe")
    inside.get_by_role("button", name="Show me").click(timeout=WAIT)
    inside.locator(".js-plotly-plot").wait_for(timeout=WAIT)
    context.close()


def test_a_reader_goes_through_the_argument_and_back_brings_back_step_and_guess(page_of_argument, offline):
    page = offline(page_of_argument)
    for number in range(1, 9):
        assert page.locator("#where").inner_text() == f"Step {number} of 9"
        page.get_by_role("button", name="Show me").click()
        page.locator(".js-plotly-plot svg.main-svg").first.wait_for()
        page.locator("button.next").click()
    assert page.locator("#where").inner_text() == "Step 9 of 9"
    assert page.get_by_text(re.compile("you ")).count() >= 8
    page.get_by_label("Cutting out the middleman helped customers when").fill("<b>cheap</b> parcels")
    assert "helped customers when <b>cheap</b> parcels and hurt" in page.locator(".card").inner_text()
    page.go_back()
    assert page.locator("#where").inner_text() == "Step 8 of 9"
    page.get_by_text("You guessed").wait_for()
    page.locator("button.back").click()
    assert page.locator("#where").inner_text() == "Step 7 of 9"
    page.get_by_text("You guessed").wait_for()


OVERPRINTED = """() => {
  const isSeen = (each) => each.getBoundingClientRect().width > 0 && getComputedStyle(each).visibility !== 'hidden';
  const texts = [...document.querySelectorAll('.js-plotly-plot text')].filter(
    (each) => each.textContent.trim() && isSeen(each));
  const boxes = texts.map((each) => [each.textContent, each.getBoundingClientRect()]);
  const found = [];
  boxes.forEach(([one, a], at) => boxes.slice(at + 1).forEach(([other, b]) => {
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 1 && high > 2) found.push(`${one} / ${other}`);
  }));
  for (const [text, a] of boxes) if (a.left < -1 || a.right > window.innerWidth + 1) found.push(`cut off: ${text}`);
  return found;
}"""


@pytest.mark.parametrize("width", [390, pytest.param(1440, marks=pytest.mark.slow)])
def test_labels_never_overprint_wherever_the_guess_is(page_of_argument, offline, width):
    page = offline(page_of_argument)
    page.set_viewport_size({"width": width, "height": 900})
    looked = 0
    for step in data_in(page_of_argument)["steps"]:
        low, high, answer = step["low"], step["high"], step["answer"]
        near = low + round((answer - low) / step["by"]) * step["by"]
        for guess in dict.fromkeys((low, near, (low + high) / 2, high)):
            page.evaluate(f"location.hash = 'step={step['name']}&guesses={step['name']}:{guess}'")
            page.locator(".js-plotly-plot svg.main-svg").first.wait_for()
            page.wait_for_timeout(120)
            assert page.locator("h1").inner_text().replace("\u202f", " ") == step["title"]
            assert page.evaluate(OVERPRINTED) == [], (step["name"], guess)
            looked += 1
    assert looked >= 28
    page.evaluate("location.hash = 'step=verdict&guesses=chain:8000,hands:40,offer:12000,leaving:20'")
    page.locator(".js-plotly-plot svg.main-svg").nth(3).wait_for()
    page.wait_for_timeout(200)
    assert page.evaluate(OVERPRINTED) == []


def test_a_guess_is_drawn_where_it_was_made(page_of_argument, offline):
    page = offline(page_of_argument, "#step=hands&guesses=hands:40")
    plot = page.locator(".js-plotly-plot")
    plot.locator("svg.main-svg").first.wait_for()
    line = plot.evaluate("(p) => p.layout.shapes[p.layout.shapes.length - 1]")
    assert (line["x0"], line["x1"]) == (40, 40)
    place = plot.evaluate(
        "(p) => { const a = p._fullLayout.xaxis; return (a.d2p(40) - a.d2p(0)) / (a.d2p(100) - a.d2p(0)); }"
    )
    assert place == pytest.approx(0.4)


def test_the_page_scores_guesses_as_the_package_does(page_of_argument, offline):
    from sim.publishing.argument import STEPS
    from sim.publishing.kept_answers import kept_comparison

    page = offline(page_of_argument)
    steps = data_in(page_of_argument)["steps"]
    for step, given in zip(STEPS, steps, strict=True):
        answer = step.answer([kept_comparison(view) for view in step.views]).mean
        for guess in (step.low, step.start, step.high):
            told = page.evaluate("([asked, guess]) => Middleman.closerThan(asked, guess)", [given, guess])
            assert told == step.closer_than(guess, answer), (step.name, guess)


@pytest.mark.parametrize("kind", ["SVG", "PNG"])
def test_a_chart_is_saved_with_its_finding_and_its_source(page_of_argument, offline, kind):
    page = offline(page_of_argument, "#step=hands&guesses=hands:40")
    button = page.get_by_role("button", name=f"Save this chart as {kind}")
    button.wait_for()
    with page.expect_download() as saved:
        button.click()
    content = Path(saved.value.path()).read_bytes()
    if kind == "PNG":
        assert content.startswith(b"\x89PNG")
        return
    text = " ".join(re.findall(r">([^<>]+)<", content.decode()))
    for said in ("the wholesaler and the shop keep 75", "Middleman 0", "wholesaler", "your guess"):
        assert said in text


def test_too_many_positions_are_refused_before_a_run(market):
    from sim.publishing.grid import checked_grid

    many = (factor("customers.travel_cost", [number / 100 for number in range(1, 250)], market),)
    with pytest.raises(ScenarioError, match="at most 200 points"):
        checked_grid(ParameterGrid(market, REGIMES, many))


def test_a_page_that_is_too_large_is_refused(market, monkeypatch):
    monkeypatch.setattr(publish, "LARGEST", 1_000_000)
    short = load_scenario(market, {"time.days": 4, "time.warm_up": 0, "time.cool_down": 0})
    with pytest.raises(ScenarioError, match="a page may have 1 MB"):
        publish.market_page(ParameterGrid(short, REGIMES[:2], ()), RunOptions(replications=1, workers=1), "village")
