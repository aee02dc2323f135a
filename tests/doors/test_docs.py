"""The documents say what the code does: generated parts are fresh, and every name they point to exists."""

from __future__ import annotations

import importlib
import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pytest

from sim.cases import case_names
from sim.cli.app import app
from sim.cli.explaining import entries_for
from sim.common.parameters import Section
from sim.engine.codes import EVENTS, RESULTS
from sim.engine.day import DAY
from sim.kernels import books, goods
from sim.kernels.offers import CHANNELS
from sim.report.text.glossary import HERE, terms, terms_of
from sim.results.figures import FIGURES, SAME_NEED
from sim.rules.assortment import AssortmentChoice
from sim.rules.closing import Closing
from sim.rules.entry import DirectEntry
from sim.rules.pricing import Pricing
from sim.rules.replenishment import Replenishment
from sim.scenario import Scenario, load_scenario
from sim.scenario.explain import parameters
from sim.scenario.regimes import CHANNELS as CHANNEL_NAMES
from sim.scenario.shape import rule_name

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
ODD, WALKTHROUGH = "background/odd.md", "tutorial/walkthrough.md"
PARAMETERS, FIGURE_LIST = "reference/parameters.md", "reference/figures.md"
WRITTEN = (ODD, WALKTHROUGH)
READ = (ODD, PARAMETERS, FIGURE_LIST)
PAGES = sorted(path for path in DOCS.rglob("*.md") if "_build" not in path.parts)
INCLUDED = re.compile(r"^```\{include\} (\S+)$", re.MULTILINE)
CONTENTS = re.compile(r"^```\{toctree\}\n(?::\w+:.*\n)*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")
POINTER = re.compile(r"(sim/[\w/]+\.py)(?::([\w.]+))?")
LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(r"([a-z_]+)(\.[\w\[\]]+)+(=\S+)?")
RULES = (Pricing, Replenishment, AssortmentChoice, Closing, DirectEntry)


def loaded(name: str) -> ModuleType:
    """A program in ``docs/``, which is no package."""
    spec = importlib.util.spec_from_file_location(f"docs_{name}", DOCS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    """``docs/generate.py``."""
    return loaded("generate")


@pytest.fixture(scope="module")
def checker() -> ModuleType:
    """``docs/check_site.py``."""
    return loaded("check_site")


def text_of(*names: str) -> str:
    """All of some documents."""
    return "\n".join((DOCS / name).read_text(encoding="utf-8") for name in names)


def code_in(*names: str) -> list[str]:
    """Everything set as code inside running text."""
    return CODE.findall(text_of(*names))


def rules() -> Iterator[type[Section]]:
    """Every rule there is."""
    for table in RULES:
        union, _ = get_args(table)
        yield from get_args(union)


# -- what is generated -----------------------------------------------------------------------------------------------


def test_generated_parts_are_fresh(generator: ModuleType) -> None:
    old = [path.relative_to(ROOT).as_posix() for path in generator.stale()]
    assert not old, f"{', '.join(old)} no longer say what the code says; run: {generator.COMMAND}"


def test_a_change_of_a_generated_part_is_noticed(generator: ModuleType, tmp_path: Path) -> None:
    for name in {*READ, *generator.WHOLE}:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text_of(name), encoding="utf-8")
    assert not generator.stale(tmp_path)
    spoilt = text_of(ODD).replace("| `customers.travel_cost` | ", "| `customers.travel_cost` | Not ", 1)
    (tmp_path / ODD).write_text(spoilt, encoding="utf-8")
    (tmp_path / FIGURE_LIST).unlink()
    assert {path.relative_to(tmp_path).as_posix() for path in generator.stale(tmp_path)} == {ODD, FIGURE_LIST}


def test_every_parameter_stands_in_a_table(generator: ModuleType) -> None:
    short = set(code_in(ODD))
    long = set(code_in(PARAMETERS))
    for section, found in generator.sections().items():
        for info in found:
            assert info.path in long
            if section and not section.startswith(("firms.", "regimes.")):
                assert info.path in short, f"{info.path} is in no table of odd.md"
    tabled = [name for family in generator.RULE_TABLES for name in generator.rules(family)]
    assert sorted(tabled) == sorted(rule_name(rule) for rule in rules())


# -- what has to be mentioned ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("phases", DAY),
        ("rules", [rule_name(rule) for rule in rules()]),
        ("regimes", Scenario().regime_names),
        ("channels", CHANNEL_NAMES[:CHANNELS]),
        ("results", RESULTS[1:]),
        ("events", EVENTS),
        ("kinds of payments", books.KINDS),
        ("kinds of movements", goods.KINDS),
        ("figures", [*FIGURES, *SAME_NEED]),
    ],
)
def test_everything_there_is_is_mentioned(kind: str, names: list[str]) -> None:
    said = set(code_in(*READ))
    plain = text_of(ODD)
    # Rules stand in a block of equations as well as in their table.
    missing = [name for name in names if name not in said and f"\n{name} " not in plain]
    assert not missing, f"{kind} that neither odd.md nor a generated table mentions: {missing}"


@pytest.mark.parametrize("name", WRITTEN)
def test_phases_come_in_the_order_of_the_day(name: str) -> None:
    said = [word for word in code_in(name) if word in DAY]
    assert list(dict.fromkeys(said)) == list(DAY)


# -- what is pointed to ----------------------------------------------------------------------------------------------


def pointers(*names: str) -> list[str]:
    """Every file of the code, and everything in one, that documents name."""
    return sorted({word for word in code_in(*names) if POINTER.fullmatch(word)})


def has(holder: Any, name: str) -> bool:
    """Whether an object has an attribute, or its class declares it as a field."""
    return hasattr(holder, name) or name in getattr(holder, "__annotations__", ())


@pytest.mark.parametrize("pointer", pointers(*WRITTEN))
def test_what_is_pointed_to_exists(pointer: str) -> None:
    match = POINTER.fullmatch(pointer)
    assert match is not None
    file, inside = match.groups()
    assert (ROOT / file).is_file(), f"there is no {file}"
    if inside is None:
        return
    holder: Any = importlib.import_module(file.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    for step in inside.split("."):
        assert has(holder, step), f"{pointer}: there is no {step}"
        holder = getattr(holder, step, None)


def test_documents_point_to_the_code() -> None:
    assert len(pointers(ODD)) > 80
    assert len(pointers(WALKTHROUGH)) > 30


def test_parameters_named_in_the_text_exist() -> None:
    sections = set(Scenario.model_fields)
    known = {info.path for info in parameters()} | {info.section for info in parameters()}
    known |= {re.sub(r"\s*\([^)]*\)", "", path) for path in known}
    named = {
        word.split("=")[0] for word in code_in(*WRITTEN) if PATH.fullmatch(word) and word.split(".")[0] in sections
    }
    assert len(named) > 100
    assert not named - known


def test_parts_of_this_project_are_named_as_it_does() -> None:
    """Words in code that look like a name of ours are one: a phase, a figure, a kind, a rule, a parameter, ..."""
    parts = {step for info in parameters() for step in re.split(r"[.\[\] ()]+", info.path)}
    known = {*DAY, *RESULTS, *books.KINDS, *goods.KINDS, *CHANNEL_NAMES, *FIGURES, *SAME_NEED, *parts}
    known |= {rule_name(rule) for rule in rules()} | set(Scenario().regime_names)
    known |= set(EVENTS)
    known |= {path.stem for path in (ROOT / "scenarios").glob("*.toml")} | {"same_need", "stock_change"}
    named = {word for word in code_in(*WRITTEN) if re.fullmatch(r"[a-z]+(_[a-z]+)+", word)}
    assert not named - known


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    """Also on GitHub, where nothing is built: to files of this repository, and to headings in them."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for target in LINK.findall(text):
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        path = (page.parent / file).resolve() if file else page
        assert path.is_file(), f"{page} links to {target}"
        assert not anchor or anchor in anchors(path), f"{page} links to {target}"


def test_every_page_is_reached_from_the_first() -> None:
    """Through the lists of pages that the site makes its navigation of; that of the cases is made when it is built."""
    reached, waiting = set(), [DOCS / "index.md"]
    while waiting:
        page = waiting.pop()
        reached.add(page)
        names = [name for block in CONTENTS.findall(page.read_text(encoding="utf-8")) for name in block.split()]
        waiting += [page.parent / f"{name}.md" for name in names]
        if page == DOCS / "cases" / "README.md":
            waiting += [page.parent / f"{name}.md" for name in case_names()]
    assert sorted(reached) == PAGES


def test_what_a_page_includes_exists() -> None:
    included = [(page.parent / name) for page in PAGES for name in INCLUDED.findall(page.read_text(encoding="utf-8"))]
    assert {path.resolve().name for path in included} == {"CONTRIBUTING.md", "CHANGELOG.md"}
    assert all(path.is_file() for path in included)


def anchors(path: Path) -> set[str]:
    """The anchors that GitHub gives to headings."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


# -- terms -----------------------------------------------------------------------------------------------------------


def test_every_term_has_one_meaning_a_source_and_a_use() -> None:
    names = [name.lower() for term in terms() for name in (term.name, *term.also)]
    assert sorted(names) == sorted(set(names))
    references = re.sub(r"\s+", " ", text_of("background/references.md"))
    for term in terms():
        assert re.fullmatch(r"[A-Z].*[a-z0-9.]\.", term.meaning), term.name
        assert not re.search(r"[a-z]{3}\. [A-Z]", term.meaning), f"{term.name}: more than a sentence"
        assert term.used, f"{term.name} is used nowhere"
        if term.source != HERE:
            first, year = re.fullmatch(r"(.+?)(?:,.*| & .*| et al\.)? (\d{4})", term.source).groups()  # type: ignore[union-attr]
            assert re.search(rf"- {re.escape(first)}[^()]*\({year}\)", references), f"no reference: {term.source}"


def test_what_uses_a_term_exists() -> None:
    known = {
        "figure": {*FIGURES, *(f"same_need.{name}" for name in SAME_NEED)},
        "parameter": {info.path for info in parameters()},
        "rule": {rule_name(rule) for rule in rules()},
        "regime": set(Scenario().regime_names),
        "channel": set(CHANNEL_NAMES[:CHANNELS]),
        "command": {command.name for command in app.registered_commands},
    }
    for term in terms():
        for used in term.used:
            kind, name = used.split(" ", 1)
            assert name in known[kind], f"{term.name}: there is no {used}"


def test_every_regime_and_channel_has_a_term() -> None:
    assert all(terms_of("regime", name) for name in Scenario().regime_names)
    assert all(terms_of("channel", name) for name in CHANNEL_NAMES[:CHANNELS])


@pytest.mark.parametrize(
    ("word", "name"),
    [("surplus", "consumer surplus"), ("Full Price", "full price"), ("willingness-to-pay", "reservation price"),
     ("preference_minority", "niche taste"), ("Bullwhip", "bullwhip effect")],
)  # fmt: skip
def test_a_term_is_explained_by_any_of_its_names(word: str, name: str) -> None:
    [term] = [entry for entry in entries_for(word) if entry.kind == "term"]
    assert term.name == name
    assert term.facts["source"]


def test_terms_in_a_definition_become_links(generator: ModuleType) -> None:
    link = "[Commission](../glossary.md#commission)"
    assert link in generator.linked("Commission kept", "figure", "platform_margin")
    assert generator.linked("Mean price", "figure", "full_price").endswith(
        "; see [full price](../glossary.md#full-price)"
    )
    assert generator.linked("Price.", "figure", "full_price").endswith(" See [full price](../glossary.md#full-price).")
    assert generator.linked("Mean price", "figure", "consumer_price") == "Mean price"


# -- the built site --------------------------------------------------------------------------------------------------

SITE = {
    "index.html": '<a href="sub/page.html#here">good</a><a href="https://elsewhere.org">far</a><img src="data:,">',
    "sub/page.html": '<h1 id="here"></h1><a href="../index.html">back</a><link rel="stylesheet" href="../look.css">',
    "look.css": 'p { background: url("dot.png") }',
}


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("index.html", '<a href="sub/none.html">', "index.html: sub/none.html leads nowhere"),
        ("index.html", '<a href="sub/page.html#there">', "index.html: sub/page.html#there leads nowhere"),
        ("sub/page.html", '<img src="dot.png">', "sub/page.html: dot.png leads nowhere"),
        (
            "sub/page.html",
            '<script src="https://cdn.org/x.js"></script>',
            "sub/page.html: https://cdn.org/x.js is loaded from another server",
        ),
        (
            "index.html",
            '<link rel="stylesheet" href="//fonts.org/a.css">',
            "index.html: //fonts.org/a.css is loaded from another server",
        ),
        ("look.css", "@font-face { src: url(https://fonts.org/a) }", "look.css: loads something from another server"),
        ("look.css", '@import "//fonts.org/a.css";', "look.css: loads something from another server"),
    ],
)
def test_a_site_with_a_dead_link_or_a_foreign_file_is_refused(
    checker: ModuleType, tmp_path: Path, file: str, text: str, said: str
) -> None:
    for name, content in SITE.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    assert list(checker.wrong(tmp_path)) == []
    checker.read.cache_clear()
    (tmp_path / file).write_text(SITE[file] + text, encoding="utf-8")
    assert list(checker.wrong(tmp_path)) == [said]


# -- what is shown ---------------------------------------------------------------------------------------------------


def test_amounts_told_in_the_walkthrough_are_those_of_the_village() -> None:
    text = text_of(WALKTHROUGH)
    generated = "".join(re.findall(r"<!-- generated: .*?<!-- end -->", text, re.DOTALL))
    source = generated + (ROOT / "scenarios" / "village.toml").read_text(encoding="utf-8")
    told = re.sub(r"<!-- generated: .*?<!-- end -->", "", text, flags=re.DOTALL)
    for left, result in re.findall(r"^ *[a-z, ]+(20\.00.*?)= +([\d.]+)$", told, re.MULTILINE):
        terms = [float(term) for term in re.findall(r"\d+\.\d\d", left)]
        assert f"{terms[0] - sum(terms[1:]):.2f}" == result
    worked_out = set(re.findall(r"= +(\d+\.\d\d)$", told, re.MULTILINE))
    assert len(worked_out) >= 8
    for amount in set(re.findall(r"(?<![\d.])\d+\.\d\d(?!\d)", told)) - worked_out:
        assert amount in source, f"{amount} is neither in village.toml nor in what the program prints"


def test_what_the_walkthrough_says_of_the_village_is_so() -> None:
    village = load_scenario("village")
    assert {village.suppliers.lead_time, village.tiers[0].lead_time, village.retailers.lead_time} == {2}
    assert village.customers.scale == 0
    assert village.tiers[0].replenishment.level == 1
    shown = [" ".join(part.split()) for part in text_of(WALKTHROUGH).split("<!-- generated: console ")]
    come_all_the_way, by_parcel = (part.split("<!-- end -->")[0] for part in shown[2:])
    for said in ("inputs", "wholesaler pays farm", "It was sold out. It came back the next day."):
        assert said in come_all_the_way
    for said in ("(parcel)", "It was sold out.", "platform commission", "parcel carrier last mile"):
        assert said in by_parcel


def test_python_in_documents_runs(capsys: pytest.CaptureFixture[str]) -> None:
    for block in re.findall(r"^```python\n(.*?)^```$", text_of(*WRITTEN), re.DOTALL | re.MULTILINE):
        exec(compile(block, "docs", "exec"), {})
    printed = capsys.readouterr().out
    assert [line.split()[0] for line in printed.splitlines()] == list(DAY)


def test_documents_are_about_this_project_only() -> None:
    """No folder of somebody's machine, no document that is not here, nothing left to be written."""
    documents = [*ROOT.glob("*.md"), *PAGES]
    text = "\n".join(path.read_text(encoding="utf-8") for path in documents)
    assert not re.findall(r"(?<![\w.~])/(?:home|mnt|root|tmp|Users|work)\b", text)
    ours = {path.name for path in documents}
    today = text.replace((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), "")  # names pages as they were called
    assert not {name for name in re.findall(r"[\w-]+\.md\b", today) if name not in ours}
    assert not re.findall(r"\b(?:TO[ -]?D[O]|FIX[ -]?M[E]|X{3})\b", text)
