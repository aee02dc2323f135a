"""Decide in a real browser: from a messy Excel file to the slide, on a screen and on a phone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from benchmarks.odd_markets import Kind, believed, history, truth
from sim.scenario.writing import scenario_to_toml
from tests.dashboards.test_journeys import PATIENCE, chromium

__all__ = ["chromium"]


@pytest.fixture
def files(tmp_path):
    """A market, and its weeks as an office keeps them: a title, prices as texts with a currency, a note at the end."""
    from openpyxl import Workbook

    market = truth(1, products=4, people=0.15)
    weeks = history(market, Kind(weeks=10, promoted=0.25), 1, world_seed=3)
    (tmp_path / "mine.toml").write_text(scenario_to_toml(believed(market)), encoding="utf-8")
    book = Workbook()
    sheet = book.active
    for row in (["Sales report, branch North"], [], ["Woche", "SKU", "Preis", "Stück"]):
        sheet.append(row)
    for row in weeks.itertuples():
        sheet.append([str(row.week), row.sku, f"{row.price:.2f} EUR", str(row.units)])
    for row in ([], ["Note: from the till"]):
        sheet.append(row)
    book.save(tmp_path / "weeks.xlsx")
    return [tmp_path / "mine.toml", tmp_path / "weeks.xlsx"]


@pytest.mark.slow
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_a_strategist_goes_from_a_messy_workbook_to_the_slide(address, chromium, files, width, height):
    page = chromium.new_page(viewport={"width": width, "height": height})
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}/decide")
    page.locator("input[type=file]").set_input_files(files)
    page.get_by_text("taken for a note, and left out").wait_for()
    assert not page.get_by_text("3. What could you do?").count(), "nothing goes on before the tables are confirmed"
    page.get_by_role("button", name="Use this market").click()
    page.get_by_text("Does this look like your business? ").wait_for()
    page.get_by_role("button", name="Weigh the routes").click()
    slide = page.frame_locator("iframe")
    headline = slide.locator("h1").inner_text()
    assert slide.get_by_role("button", name="Print or save as PDF").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert slide.locator("body").evaluate("body => body.scrollWidth <= innerWidth")
    with page.expect_download() as saved:
        slide.get_by_role("button", name="as PNG").click()
    assert Path(saved.value.path()).read_bytes().startswith(b"\x89PNG")
    with page.expect_download() as saved:
        page.get_by_role("button", name="JSON", exact=True).click()
    assert json.loads(Path(saved.value.path()).read_text())["headline"] == headline
    with page.expect_download() as saved:
        page.get_by_role("button", name="Excel").click()
    assert Path(saved.value.path()).read_bytes().startswith(b"PK")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Slide (HTML)").click()
    page.goto("about:blank")
    page.set_content(Path(saved.value.path()).read_text(encoding="utf-8"))
    assert page.locator("h1").inner_text() == headline
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1, "one page"
    page.close()
