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

from sim.common.parameters import Section
from sim.engine.codes import EVENTS, RESULTS
from sim.engine.day import DAY
from sim.kernels import books, goods
from sim.kernels.offers import CHANNELS
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
WRITTEN = ("odd.md", "walkthrough.md")
READ = ("odd.md", "parameters.md", "figures.md")
CODE = re.compile(r"`([^`\n]+)`")
POINTER = re.compile(r"(sim/[\w/]+\.py)(?::([\w.]+))?")
LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(r"([a-z_]+)(\.[\w\[\]]+)+(=\S+)?")
RULES = (Pricing, Replenishment, AssortmentChoice, Closing, DirectEntry)


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    """``docs/generate.py``, which is no package."""
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


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
    for name in READ:
        (tmp_path / name).write_text(text_of(name), encoding="utf-8")
    assert not generator.stale(tmp_path)
    spoilt = text_of("odd.md").replace("| `customers.travel_cost` | ", "| `customers.travel_cost` | Not ", 1)
    (tmp_path / "odd.md").write_text(spoilt, encoding="utf-8")
    (tmp_path / "figures.md").unlink()
    assert {path.name for path in generator.stale(tmp_path)} == {"odd.md", "figures.md"}


def test_every_parameter_stands_in_a_table(generator: ModuleType) -> None:
    short = set(code_in("odd.md"))
    long = set(code_in("parameters.md"))
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
    plain = text_of("odd.md")
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
    assert len(pointers("odd.md")) > 80
    assert len(pointers("walkthrough.md")) > 30


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


@pytest.mark.parametrize("name", [*WRITTEN, "parameters.md", "figures.md"])
def test_links_lead_somewhere(name: str) -> None:
    for target in LINK.findall(text_of(name)):
        if "://" in target:
            continue
        file, _, anchor = target.partition("#")
        path = (DOCS / file) if file else DOCS / name
        assert path.exists(), f"{name} links to {target}"
        if anchor:
            assert anchor in anchors(path), f"{name} links to {target}"


def anchors(path: Path) -> set[str]:
    """The anchors that GitHub gives to headings."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


# -- what is shown ---------------------------------------------------------------------------------------------------


def test_amounts_told_in_the_walkthrough_are_those_of_the_village() -> None:
    text = text_of("walkthrough.md")
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
    shown = [" ".join(part.split()) for part in text_of("walkthrough.md").split("<!-- generated: console ")]
    come_all_the_way, by_parcel = (part.split("<!-- end -->")[0] for part in shown[2:])
    for said in ("inputs", "wholesaler pays farm", "The shelf was empty. It came back the day after."):
        assert said in come_all_the_way
    for said in ("(parcel)", "The shelf was empty.", "platform commission", "parcel carrier last mile"):
        assert said in by_parcel


def test_python_in_documents_runs(capsys: pytest.CaptureFixture[str]) -> None:
    for block in re.findall(r"^```python\n(.*?)^```$", text_of(*WRITTEN), re.DOTALL | re.MULTILINE):
        exec(compile(block, "docs", "exec"), {})
    printed = capsys.readouterr().out
    assert [line.split()[0] for line in printed.splitlines()] == list(DAY)


def test_documents_are_about_this_project_only() -> None:
    """No folder of somebody's machine, no document that is not here, nothing left to be written."""
    documents = [*ROOT.glob("*.md"), *DOCS.rglob("*.md")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in documents)
    assert not re.findall(r"(?<![\w.~])/(?:home|mnt|root|tmp|Users|work)\b", text)
    ours = {path.name for path in documents}
    assert not {name for name in re.findall(r"[\w-]+\.md\b", text) if name not in ours}
    assert not re.findall(r"\b(?:TO-?DO|FIXME|XXX)\b", text)
