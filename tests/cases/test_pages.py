"""Every case has a page with all it has to say, and the page says what the case finds."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from sim.cases import Case, CaseCheck, CaseFinding, CasePlan, CaseResult, case_names, case_of
from sim.cases.page import rendered
from sim.cases.wording import PLACE
from sim.scenario import load_scenario
from sim.scenario.sourcing import unsourced

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "docs" / "cases"

SECTIONS = (
    "Question",
    "Set-up",
    "Result",
    "What it must show",
    "What would change the answer",
    "Where the argument stops",
    "Sources",
)


@pytest.fixture(scope="module")
def writer() -> ModuleType:
    """``docs/cases.py``, which is no package."""
    spec = importlib.util.spec_from_file_location("docs_cases", ROOT / "docs" / "cases.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(params=case_names())
def case(request: pytest.FixtureRequest) -> Case:
    return case_of(request.param)


def page_of(case: Case) -> str:
    return (PAGES / f"{case.name}.md").read_text(encoding="utf-8")


def test_the_page_has_all_sections_in_order_and_no_empty_place(case: Case) -> None:
    page = page_of(case)
    assert re.findall(r"^## (.+)$", page, re.MULTILINE) == list(SECTIONS)
    assert page.startswith(f"# {case.title}\n")
    assert " ".join(case.question.split()) in " ".join(page.split())
    assert not PLACE.search(page)


def test_nothing_on_the_page_failed(case: Case) -> None:
    page = page_of(case)
    assert "**Holds:**" in page
    assert "**Does not hold:**" not in page


def test_the_picture_is_there_and_stands_on_the_page(case: Case) -> None:
    picture = (PAGES / "pictures" / f"{case.name}.svg").read_text(encoding="utf-8")
    assert picture.startswith("<svg ")
    assert 'viewBox="0 0 390 ' in picture
    assert f"](pictures/{case.name}.svg)" in page_of(case)


def test_its_scenarios_are_shipped_and_every_number_in_them_has_a_source(case: Case) -> None:
    assert case.scenarios
    for name in case.scenarios:
        assert load_scenario(name).name == name
        assert unsourced(name) == []


def test_the_list_leads_to_every_page(writer: ModuleType) -> None:
    assert (PAGES / writer.LIST).read_text(encoding="utf-8") == writer.contents()
    for name in case_names():
        assert f"({name}.md)" in writer.contents()


def test_the_page_says_what_was_found_and_the_picture_shows_it(case: Case, writer: ModuleType) -> None:
    found = writer.read(case.name)[writer.WHOLE]
    assert [check.claim for check in case.checks(found) if not check.holds] == []
    for file, said in writer.drawn(case, found, CasePlan()).items():
        assert (PAGES / file).read_text(encoding="utf-8") == said, f"run: python docs/cases.py {case.name}"


LONG = {"disruption", "empty_shelf", "parable_answer"}
"""Cases of which one replication takes seconds: the slow tests run them, the fast ones a thin run."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name in LONG else name for name in case_names()]
)
def test_the_first_replication_finds_again_what_it_found(name: str, writer: ModuleType) -> None:
    """One of the twenty, run afresh: a change of the market that moves any figure of the case shows here."""
    once, kept = case_of(name).measure(CasePlan(replications=1, workers=1)), writer.read(name)[writer.FIRST]
    assert list(once) == list(kept)
    moved = {each: (one, kept[each]) for each, one in once.items() if not same(one, kept[each])}
    assert not moved, f"run: python docs/cases.py {name}"


def same(one: CaseFinding, other: CaseFinding) -> bool:
    """Tell whether two findings are the same number: regressions and means may differ in the last digits."""
    return one.unit == other.unit and one.mean == pytest.approx(other.mean, rel=1e-9, abs=1e-9)


def test_a_finding_that_moved_a_little_is_noticed() -> None:
    assert same(CaseFinding(1.0, None, None), CaseFinding(1.0, None, None))
    assert not same(CaseFinding(1.0, None, None), CaseFinding(1.000001, None, None))


@pytest.mark.slow
def test_all_replications_find_again_what_they_found(case: Case, writer: ModuleType) -> None:
    found, kept = case.measure(CasePlan(workers=2)), writer.read(case.name)[writer.WHOLE]
    assert [name for name, one in found.items() if not same(one, kept[name])] == []
    for file, said in writer.drawn(case, found, CasePlan()).items():
        assert (PAGES / file).read_text(encoding="utf-8") == said


# -- the frame -------------------------------------------------------------------------------------------------------


def told(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A page made of a text and one finding."""
    monkeypatch.setattr("sim.cases.page.TEXTS", tmp_path)
    (tmp_path / "made_up.md").write_text(text, encoding="utf-8")
    findings = {"found": CaseFinding(0.0834, 0.0812, 0.0856, "share")}
    case = Case(
        "made_up", "Made up", "Why?", ("village",), lambda plan: findings, lambda found: [], lambda found: "", ""
    )
    return rendered(CaseResult(case, CasePlan(replications=3), findings, [CaseCheck("It is so", False, "Found: no")]))


def test_places_are_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "{found}; {found:mean}; {found:number}; {found:interval}; {runs}; {command}\n{checks}\n"
    assert told(text, tmp_path, monkeypatch) == (
        "# Made up\n\n8.3 % (8.1 to 8.6); 8.3 %; 8.3; 8.1 to 8.6; 3 paired replications; "
        "middleman case made_up --replications 3\n- **Does not hold:** It is so. Found: no.\n"
    )


@pytest.mark.parametrize("place", ["{lost}", "{found:loud}"])
def test_a_place_for_nothing_is_an_error(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KeyError, match="no finding"):
        told(place, tmp_path, monkeypatch)


def test_findings_are_judged_by_their_whole_interval() -> None:
    found = CaseFinding(2.0, 1.5, 2.5)
    assert found.above(1.4)
    assert not found.above(1.6)
    assert found.below(2.6)
    assert not found.below(2.4)
    assert found.within(1.5, 2.5)
    assert not found.within(1.6, 2.5)
    assert not found.within(1.5, 2.4)
    assert CaseFinding(2.0, None, None).above(1.9)


def test_a_figure_defined_nowhere_is_an_error() -> None:
    with pytest.raises(ValueError, match="no replication"):
        CaseFinding.over([None, None])
