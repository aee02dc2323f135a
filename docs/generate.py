"""Writes the parts of the documents that repeat what the code says: parameters, figures, commands, terms, output.

    python docs/generate.py            rewrite them
    python docs/generate.py --check    only say which ones are out of date

A generated part stands between ``<!-- generated: NAME ARGUMENTS -->`` and ``<!-- end -->``; ``PARTS`` lists the
names. Whatever stands outside is written by hand and left alone.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import shlex
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import typer

import sim
from sim import cli
from sim.cli.app import app
from sim.common.number_format import listed
from sim.report.text.glossary import CHANNELS, HERE, REASONS, Term, terms_of, themes
from sim.results.figures import FIGURES, SAME_NEED, FigureInfo
from sim.results.frames import CODED
from sim.scenario import Scenario, load_scenario, scenario_names
from sim.scenario.explain import ParameterInfo, parameters
from sim.scenario.pricing_conduct import pricing_of
from sim.scenario.regimes import PLANNER
from sim.scenario.shape import allowed, rule_name
from sim.validation.registry import CHECKS, THEMES

DOCS = Path(__file__).resolve().parent
COMMAND = "python docs/generate.py"
OPEN, CLOSE = r"<!-- generated: (.+?) -->", "<!-- end -->"
PART = re.compile(rf"{OPEN}\n.*?{CLOSE}", re.DOTALL)
WIDTH = "96"
"""Columns that commands are given to print in."""

RULE_TABLES = ("pricing", "replenishment", "assortment", "closing", "entry")
RULE_PATH = re.compile(r"(?P<where>.+?)\.(direct_)?(?P<family>\w+) \((?P<rule>\w+)\)$")

Rows = Iterable[Sequence[str]]


def table(head: Sequence[str], rows: Rows) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *([text.replace("|", "\\|") for text in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def code(text: str) -> str:
    """Return text set as code."""
    return f"`{text}`"


# -- terms -----------------------------------------------------------------------------------------------------------

FIGURE_PAGE, PARAMETER_PAGE, COMMAND_PAGE = "figures.md", "parameters.md", "command_line.md"
PAGES: dict[str, str] = {
    "figure": f"reference/{FIGURE_PAGE}",
    "parameter": f"reference/{PARAMETER_PAGE}",
    "rule": f"reference/{PARAMETER_PAGE}",
    "regime": "background/odd.md#regimes",
    "channel": "#how-goods-reach-the-customer",
}
"""Where what a term is used by is described, seen from the glossary."""


def anchor(heading: str) -> str:
    """Return the anchor that GitHub and MyST give to a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def linked(meaning: str, kind: str, name: str) -> str:
    """Return what a reference page says of a name, with links to the terms it uses."""
    unsaid = []
    for term in terms_of(kind, name):
        link = f"](../glossary.md#{anchor(term.name)})"
        said = re.search(rf"(?<![\w`\[-]){re.escape(term.name)}(?![\w`\]-])", meaning, re.IGNORECASE)
        if said:
            meaning = f"{meaning[: said.start()]}[{said[0]}{link}{meaning[said.end() :]}"
        else:
            unsaid.append(f"[{term.name}{link}")
    if unsaid:
        meaning += f" See {listed(unsaid)}." if meaning.endswith(".") else f"; see {listed(unsaid)}"
    return meaning


def use(used: str) -> str:
    """Return where a term is used, with a link to it."""
    kind, name = used.split(" ", 1)
    page = f"reference/{COMMAND_PAGE}#{anchor(f'middleman {name}')}" if kind == "command" else PAGES[kind]
    return f"{kind} [{code(name)}]({page})"


def entry(term: Term) -> str:
    """Return a term with all there is to say of it."""
    source = term.source if term.source == HERE else f"[{term.source}](background/references.md)"
    facts = [f"Source: {source}.", f"Used by: {', '.join(map(use, term.used))}."]
    if term.also:
        facts.insert(0, f"Also called: {', '.join(term.also)}.")
    return f"### {term.name[0].upper()}{term.name[1:]}\n\n{term.meaning}\n\n{' '.join(facts)}"


def glossary_document() -> str:
    """Return ``glossary.md``: every term."""
    said = [
        f"<!-- Written by `{COMMAND}` from sim/report/text/glossary.toml; change it there. -->",
        "# Glossary",
        "The words of this model and of the fields it borrows from. Each has one meaning here, the author and year it "
        "is taken from, and the places where the program uses it. `middleman explain TERM` says the same on the "
        "command line.",
    ]
    for theme, group in themes().items():
        said += [f"## {theme}", *map(entry, group)]
    for title, words in (("How goods reach the customer", CHANNELS), ("How a need ends", REASONS)):
        said += [f"## {title}", table(("word", "meaning"), [(code(word), meaning) for word, meaning in words.items()])]
    return "\n\n".join(said) + "\n"


# -- commands --------------------------------------------------------------------------------------------------------


def commands() -> dict[str, Any]:
    """Return the commands of ``middleman`` by name, as typer has them."""
    group: Any = typer.main.get_command(app)
    return dict(group.commands)


def command_section(name: str, command: Any) -> str:
    """Return what a command does, and its arguments and options."""
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    options = [each for each in command.params if each.param_type_name == "option"]
    given = [
        each.metavar if each.required or each.metavar.startswith("[") else f"[{each.metavar}]" for each in arguments
    ]
    rows = [(code(each.metavar.strip("[]")), each.help or "", default_of(each)) for each in arguments]
    for each in options:
        written = ", ".join(each.opts) + ("" if each.is_flag else f" {each.metavar}")
        rows.append(
            (code(written), (each.help or "") + (" Repeatable." if is_repeatable(each) else ""), default_of(each))
        )
    return "\n\n".join(
        [
            f"## middleman {name}",
            linked(command.help, "command", name),
            f"```text\n{' '.join(['middleman', name, *given, '[OPTIONS]'])}\n```",
            table(("argument or option", "meaning", "default"), rows),
        ]
    )


def is_repeatable(option: Any) -> bool:
    """Whether an option may be given more than once and its help does not say so."""
    return bool(option.multiple) and "Repeatable" not in (option.help or "")


def default_of(parameter: Any) -> str:
    """Return the default of an argument or option; empty where there is none."""
    if parameter.required:
        return "must be given"
    return "" if parameter.default in (None, False, ()) else code(str(parameter.default))


def commands_document() -> str:
    """Return ``command_line.md``: every command."""
    said = [
        f"<!-- Written by `{COMMAND}` from the commands in sim/cli; change them there. -->",
        "# Command line",
        "`middleman COMMAND --help` says the same in the terminal. Exit codes: 0, all that was asked for was run; 1, "
        "a mistake of the program, or a check that does not hold; 2, what was asked for cannot be used; 3, an answer, "
        "with some runs failed; 130, Ctrl-C.",
    ]
    return "\n\n".join([*said, *(command_section(*each) for each in commands().items())]) + "\n"


# -- scenarios and checks --------------------------------------------------------------------------------------------


def scenarios() -> str:
    """Return the shipped scenarios: what each asks."""
    loaded = map(load_scenario, scenario_names())
    rows = [(code(each.name), each.title, each.question) for each in loaded]
    return table(("scenario", "market", "question"), rows)


def set_or_found() -> str:
    """Return how prices come about in each shipped scenario, regime by regime."""
    rows: list[tuple[str, str, str]] = []
    for scenario in map(load_scenario, scenario_names()):
        groups: dict[str, list[str]] = {}
        for regime in scenario.compare:
            groups.setdefault(pricing_of(scenario, regime), []).append(scenario.regime_title(regime))
        rows += [(code(scenario.name), ", ".join(names), pricing) for pricing, names in groups.items()]
    return table(("scenario", "channel", "how prices come about"), rows)


def claims() -> str:
    """Return what is claimed about the market, theme by theme, and by whom."""
    said = []
    for theme, title in THEMES.items():
        rows = [(code(each.name), each.claim, each.source) for each in CHECKS.values() if each.theme == theme]
        said += [f"### {title}", f"`middleman theory {theme}`", table(("check", "claim", "source"), rows)]
    return "\n\n".join(said)


# -- parameters ------------------------------------------------------------------------------------------------------


def sections() -> dict[str, list[ParameterInfo]]:
    """Return the parameters by the table they stand in, in the order of the schema; rules are left out."""
    found: dict[str, list[ParameterInfo]] = {}
    for info in parameters():
        if "(" not in info.path:
            found.setdefault(info.section, []).append(info)
    return found


def rules(family: str) -> dict[str, list[ParameterInfo]]:
    """Return the parameters of each rule of a family, once, wherever it may be chosen; of some there are none."""
    found: dict[str, dict[str, ParameterInfo]] = {rule: {} for rule in meanings(family)}
    for info in parameters():
        match = RULE_PATH.match(info.section)
        if match and match["family"] == family:
            found.setdefault(match["rule"], {}).setdefault(info.path.rsplit(".", 1)[-1], info)
    return {rule: list(by_name.values()) for rule, by_name in found.items()}


def meanings(family: str) -> dict[str, str]:
    """Return what each rule of a family does, in the order in which rules are offered."""
    places = chosen_at(family)
    choices = [info.shape.sections for info in parameters() if info.path in places]
    return {rule_name(section): (section.__doc__ or "").split("\n")[0] for offered in choices for section in offered}


def default_with_unit(info: ParameterInfo) -> str:
    """Return the default, with its unit where it is a number."""
    number = isinstance(info.default, (int, float)) and not isinstance(info.default, bool)
    return f"{info.default_text} {info.unit}" if number and info.unit else info.default_text


def parameters_of(*names: str) -> str:
    """Return a short table of the parameters that stand in these tables of a scenario."""
    found = sections()
    rows = [(code(info.path), info.meaning, default_with_unit(info)) for name in names for info in found[name]]
    return table(("parameter", "meaning", "default"), rows)


def rules_of(family: str) -> str:
    """Return a short table of the rules of a family and their parameters."""
    rows: list[Sequence[str]] = []
    does = meanings(family)
    for rule, found in rules(family).items():
        for info in found:
            rows.append((code(rule), code(info.path.rsplit(".", 1)[-1]), info.meaning, default_with_unit(info)))
        if not found:
            rows.append((code(rule), "none", does[rule], ""))
    return table(("rule", "parameter", "meaning", "default"), rows)


def full_row(info: ParameterInfo, name: str) -> tuple[str, ...]:
    """Return everything there is to say of a parameter."""
    meaning = linked(info.meaning, "parameter", info.path)
    return code(name), meaning, info.unit, info.default_text, allowed(info.shape)


def parameters_document() -> str:
    """Return ``parameters.md``: every parameter of a scenario."""
    head = ("parameter", "meaning", "unit", "default", "allowed")
    said = [
        f"<!-- Written by `{COMMAND}` from the schema in sim/scenario; change it there. -->",
        "# Every parameter",
        "A scenario is a TOML file. What it leaves out has the default given here. `middleman explain NAME` says the "
        "same on the command line, `middleman check FILE` finds what is wrong with a file. In names, `[]` stands for "
        "one of a list, `NAME` for a name of your own. How each parameter works is told in "
        "[the model](../background/odd.md); terms lead to [the glossary](../glossary.md).",
    ]
    for section, found in sections().items():
        title = code(section) if section else "At the top of the file"
        said += [f"## {title}", found[0].section_meaning, table(head, [full_row(info, info.path) for info in found])]
    said += ["## Rules", 'A rule is a table of its own, `pricing = { rule = "markup", factor = 2.0 }`.']
    for family in RULE_TABLES:
        said.append(f"### {family.capitalize()}")
        said.append(f"Chosen at {', '.join(code(path) for path in chosen_at(family))}.")
        does = meanings(family)
        for rule, found in rules(family).items():
            rows = [full_row(info, info.path.rsplit(".", 1)[-1]) for info in found]
            said += [
                f"#### `{rule}`",
                linked(does[rule], "rule", rule),
                table(head, rows) if rows else "It has no parameters.",
            ]
    return "\n\n".join(said) + "\n"


def chosen_at(family: str) -> list[str]:
    """Return the parameters at which a rule of this family is chosen."""
    paths = {match[0].rsplit(" (", 1)[0] for info in parameters() if (match := RULE_PATH.match(info.section))}
    return [info.path for info in parameters() if info.path in paths and info.path.endswith(family)]


# -- figures and regimes ---------------------------------------------------------------------------------------------


def figure_rows(figures: Iterable[FigureInfo], before: str = "") -> list[tuple[str, ...]]:
    """Return one row per figure; ``before`` is what its full name begins with."""
    return [
        (
            code(info.name),
            linked(info.meaning, "figure", before + info.name),
            info.unit,
            info.by or "one number",
            info.better or "depends for whom",
        )
        for info in figures
    ]


def figures_document() -> str:
    """Return ``figures.md``: every figure by name."""
    head = ("figure", "definition", "unit", "a number for each", "better when")
    said = [
        f"<!-- Written by `{COMMAND}` from the descriptions in sim/results/figures; change them there. -->",
        "# Every figure",
        "Figures are computed from what a finished run has left, over the days that count: those after the first "
        "`time.warm_up` and before the last `time.cool_down`. What is said of needs and purchases counts the needs"
        " that arise on these days, whenever they end; margins, profits and `customers_paid` count the payments "
        "and movements of these days, whenever the need arose: a refund counts on the day it is paid. What is "
        "undefined is null, never 0. Tables flatten to dotted names: `delivery_days.p95`. Money is in units of "
        "currency, shares are fractions of 1, times are in days. How they are computed is written beside them in "
        "`sim/results/figures/`. Terms lead to [the glossary](../glossary.md).",
        "## Of one run",
        table(head, figure_rows(FIGURES.values())),
        "## Of the same need under two regimes",
        "In a comparison these are called `same_need.NAME`: the second regime less the first.",
        table(head, figure_rows(SAME_NEED.values(), "same_need.")),
    ]
    return "\n\n".join(said) + "\n"


def regimes() -> str:
    """Return the shipped regimes as a table, one column each."""
    usual = Scenario()
    names = [name for name in usual.regime_names if name != PLANNER]
    shipped = {name: usual.regime(name) for name in names}
    rows = [
        (code(field), *(shown(getattr(regime, field)) for regime in shipped.values()))
        for field in type(usual.regime(names[0])).model_fields
        if field != "meaning"
    ]
    return table(("", *map(code, names)), rows)


def shown(value: object) -> str:
    """Return a setting of a regime as people read it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(code(str(entry)) for entry in value) or "none"
    return str(value)


# -- what the program prints -----------------------------------------------------------------------------------------


def console(*command: str) -> str:
    """Return a command of ``middleman`` with what it prints."""
    printed = io.StringIO()
    with environment(COLUMNS=WIDTH, NO_COLOR="1"), contextlib.redirect_stdout(printed):
        exit_code = cli.main(command[1:])
    if exit_code:
        raise RuntimeError(f"{shlex.join(command)} ended with {exit_code}")
    lines = [line.rstrip() for line in printed.getvalue().strip("\n").splitlines()]
    return "\n".join(["```text", f"$ {shlex.join(command)}", *lines, "```"])


@contextlib.contextmanager
def environment(**variables: str) -> Iterator[None]:
    """Set variables of the environment for a while."""
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def ledger(scenario: str, regime: str, day: str) -> str:
    """Return the ledger of one day of a run with seed 0."""
    outcome = sim.run(scenario, regime=regime, seed=0)
    lines, names = outcome.columns["ledger"], outcome.labels
    rows = []
    for line in range(len(lines["day"])):
        if lines["day"][line] == int(day):
            payer, payee = (names[CODED[side]][lines[side][line]] for side in ("payer", "payee"))
            need = str(lines["need"][line]) if lines["need"][line] >= 0 else ""
            kind = names["ledger_kinds"][lines["kind"][line]]
            rows.append((need, code(kind), payer, payee, f"{lines['cents'][line] / 100:.2f}"))
    return table(("need", "kind", "from", "to", "amount"), rows)


# -- putting it together ---------------------------------------------------------------------------------------------

PARTS: dict[str, Callable[..., str]] = {
    "parameters": parameters_of,
    "rules": rules_of,
    "regimes": regimes,
    "console": console,
    "ledger": ledger,
    "scenarios": scenarios,
    "set_or_found": set_or_found,
    "claims": claims,
}
"""What may stand after ``generated:``, with its arguments."""

WHOLE: dict[str, Callable[[], str]] = {
    "glossary.md": glossary_document,
    f"reference/{FIGURE_PAGE}": figures_document,
    f"reference/{PARAMETER_PAGE}": parameters_document,
    f"reference/{COMMAND_PAGE}": commands_document,
}
"""Documents that are generated from end to end."""
BUILT = "_build"


def renewed(text: str) -> str:
    """Return a document with its generated parts written again."""

    def part(match: re.Match[str]) -> str:
        name, *arguments = shlex.split(match[1])
        return f"<!-- generated: {match[1]} -->\n\n{PARTS[name](*arguments)}\n\n{CLOSE}"

    return PART.sub(part, text)


def documents(folder: Path = DOCS) -> dict[Path, str]:
    """Return what every document should say, by file."""
    found = {folder / name: write() for name, write in WHOLE.items()}
    for path in sorted(folder.rglob("*.md")):
        if path not in found and BUILT not in path.relative_to(folder).parts:
            found[path] = renewed(path.read_text(encoding="utf-8"))
    return found


def stale(folder: Path = DOCS) -> dict[Path, str]:
    """Return the documents that do not say what they should, with what they should say."""
    return {
        path: text
        for path, text in documents(folder).items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Rewrite what is out of date, or only name it. Returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 if anything is out of date")
    check = parser.parse_args(arguments).check
    old = stale()
    for path, text in old.items():
        print(f"{'out of date' if check else 'written'}: {path.relative_to(DOCS.parent)}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return int(check and bool(old))


if __name__ == "__main__":
    sys.exit(main())
