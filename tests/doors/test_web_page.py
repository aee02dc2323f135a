"""The report as a web page: whole, by itself, safe to open, and enough to make it again."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

import sim
from sim.common import files

CLOSED = {"meta", "br"}


class Seen(HTMLParser):
    """What is in a page: elements with their attributes, and the text of each kind."""

    def __init__(self, page: str):
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in CLOSED:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)

    def named(self, tag: str) -> Iterator[dict[str, str | None]]:
        return (attributes for name, attributes in self.elements if name == tag)


@pytest.fixture
def page(middleman, tmp_path):
    answer = middleman(
        "compare", "village", "--replications", "2", "--regimes", "traditional,o2o", "--report", "v.html"
    )
    assert answer.code == 0, answer.err
    assert "The report is in v.html." in answer.err
    return (tmp_path / "v.html").read_text("utf-8")


def test_a_page_is_well_formed_and_needs_nothing_from_elsewhere(page):
    seen = Seen(page)
    assert seen.open == []
    for tag, attributes in seen.elements:
        assert not attributes.keys() & {"src", "srcset", "onclick", "onload"}, tag
        assert str(attributes.get("href", "#")).startswith("#"), tag
    assert not list(seen.named("link"))
    policy = next(each["content"] for each in seen.named("meta") if each.get("http-equiv"))
    assert str(policy).startswith("default-src 'none';")
    assert page.count("* plotly.js v") == 1
    assert any("width=device-width" in str(each.get("content")) for each in seen.named("meta"))


def test_a_page_holds_sentences_charts_tables_and_the_waterfall(page, middleman):
    seen = Seen(page)
    headings = [unescape(text) for text in seen.texts["h3"]]
    assert any("100 that customers pay" in text for text in headings)
    for title in ("Prices per unit", "Delivery times", "Where 100 that customers paid go"):
        assert title in headings
    plots = [each for each in seen.named("div") if each.get("class") == "plot"]
    assert len(plots) >= 4
    assert all(str(each["aria-label"]).endswith(".") for each in plots)
    assert page.count('type="application/json"') == len(plots)
    printed = middleman("compare", "village", "--full", "-n", "2", "--regimes", "traditional,o2o", columns=200)
    paragraphs = [" ".join(text.replace("\u00a0", " ").split()) for text in seen.texts["p"]]
    prices, first = printed.out.split("\n\n")[1:3]
    for line in prices.splitlines()[1:]:  # how prices come about
        assert " ".join(line.split()) in " ".join(paragraphs)
    assert any(" ".join(first.split(";")[0].split()) in text for text in paragraphs)


def test_a_page_says_how_to_make_it_again_and_that_is_so(page, middleman, tmp_path, monkeypatch):
    command, lines, scenario = Seen(page).texts["pre"]
    assert shlex.split(command)[:3] == ["middleman", "compare", "village"]
    again = middleman(*shlex.split(command)[1:], "--overwrite")
    assert again.code == 0
    assert (tmp_path / "v.html").read_text("utf-8").replace(" --overwrite", "") == page
    tomllib.loads(scenario)
    (tmp_path / "village.toml").write_text(scenario, "utf-8")
    names: dict[str, object] = {}
    exec(lines, names)
    found = names["comparison"]
    wanted = sim.compare("village", ["traditional", "o2o"], replications=2)
    assert isinstance(found, sim.Comparison)
    assert found.to_dict() == wanted.to_dict()


def test_a_single_run_has_a_page_without_intervals(middleman, tmp_path):
    assert middleman("run", "village", "--regime", "o2o", "--seed", "3", "--report", "v.htm").code == 0
    page = (tmp_path / "v.htm").read_text("utf-8")
    seen = Seen(page)
    assert not any("±" in cell for cell in seen.texts["td"])
    assert "outcome = sim.run('village.toml', regime='o2o', seed=3)" in seen.texts["pre"][1]


EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>&amp;\"'"


def test_no_text_of_a_scenario_is_markup(middleman, tmp_path):
    source = Path(__file__).parents[2] / "scenarios" / "village.toml"
    quoted = EVIL.replace("\\", "\\\\").replace('"', '\\"')
    text = re.sub(r'^title = ".*"$', f'title = "{quoted}"', source.read_text("utf-8"), count=1, flags=re.MULTILINE)
    text = text.replace('"Brook"', '"<b>Brook"').replace('"wholesaler"', '"<i>x</i>"')
    assert "<b>Brook" in text
    (tmp_path / "evil.toml").write_text(text, "utf-8")
    answer = middleman("compare", "evil.toml", "--replications", "2", "--report", "e.html")
    assert answer.code == 0, answer.err
    page = (tmp_path / "e.html").read_text("utf-8")
    seen = Seen(page)
    assert seen.open == []
    assert not {"img", "b", "i"} & {tag for tag, _ in seen.elements}
    assert EVIL in seen.texts["h1"][0] or EVIL in "".join(seen.texts["h1"])
    scripts = [each for each in seen.named("script") if not each.get("type")]
    assert len(scripts) == 2
    for block in re.findall(r'<script type="application/json".*?>(.*?)</script>', page, re.DOTALL):
        assert "<" not in block


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("out.txt", "a file name ending in .html or .htm"),
        ("taken.html", "it exists already"),
        ("folder.html", "it is a folder"),
        ("nowhere/out.html", "its folder does not exist"),
    ],
)
def test_a_page_that_cannot_be_written_is_refused_before_anything_runs(name, said, middleman, tmp_path, monkeypatch):
    (tmp_path / "taken.html").write_text("mine", "utf-8")
    (tmp_path / "folder.html").mkdir()
    monkeypatch.setattr(sim.experiments, "compare", lambda *_, **__: pytest.fail("it ran"), raising=False)
    answer = middleman("compare", "village", "--report", name)
    assert answer.code == 2
    assert said in answer.err
    assert (tmp_path / "taken.html").read_text("utf-8") == "mine"


def test_a_page_appears_whole_or_not_at_all(tmp_path, monkeypatch):
    place = tmp_path / "page.html"
    place.write_text("old", "utf-8")
    monkeypatch.setattr(files.os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "no space left")))
    with pytest.raises(OSError, match="no space"):
        files.write_text(place, "new")
    assert [(path.name, path.read_text("utf-8")) for path in tmp_path.iterdir()] == [("page.html", "old")]


@pytest.mark.parametrize(
    ("printing", "command"),
    [
        ("sim.cli.report._print_screen", ("run", "village")),
        ("sim.cli.report.print_report", ("compare", "village", "-n", "1", "--full")),
        (
            "sim.cli.answers._print",
            ("sweep", "village", "--full", "--vary", "customers.hassle=0.5,1.0", "-n", "1", "--workers", "1"),
        ),
    ],
)
def test_a_report_is_written_where_nobody_reads_the_answer_to_its_end(
    printing, command, middleman, tmp_path, monkeypatch
):
    def unread(*told):
        raise BrokenPipeError

    monkeypatch.setattr(printing, unread)
    answer = middleman(*command, "--report", "page.html")
    assert (answer.code, "The report is in page.html." in answer.err) == (0, True)
    assert (tmp_path / "page.html").read_text("utf-8").rstrip().endswith("</html>")
