"""The command line: every command answers, every bad input is explained, and JSON is JSON and nothing else."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sim.experiments
import sim.experiments.comparison
import sim.kernels.numerics.compiler
import sim.results.archive
from sim.cli.console import COMPILING, say
from sim.cli.explaining import entries_for
from sim.results.figures import FIGURES, SAME_NEED
from sim.rules.pricing import Markup
from sim.scenario import scenario_names
from sim.scenario.explain import parameters

CHECKOUT = Path(__file__).resolve().parents[2]
Run = Callable[..., Any]

COMMANDS = (
    *("list", "new", "check", "explain", "run", "compare", "trace"),
    *("sweep", "results", "tiers", "theory"),
)
CIRCLE = {"one.toml": 'extends = "two.toml"\n', "two.toml": 'extends = "one.toml"\n'}
WRONG = """
extends = "village"
nonsense = 3
[customers]
need_rate = -1
travel_cost = nan
[retailers]
rent = "much"
"""


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(CHECKOUT), **more}


def started(*arguments: str, cwd: Path, **more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "sim.cli", *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=cwd, env=environment(**more), stdout=pipe, stderr=pipe, text=True)


# -- every command answers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",)])
def test_without_a_command_it_shows_what_there_is(middleman: Run, arguments: tuple[str, ...]) -> None:
    answer = middleman(*arguments)
    assert answer.code == 0
    for command in COMMANDS:
        assert f" {command} " in answer.out


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(middleman: Run, command: str) -> None:
    answer = middleman(command, "--help")
    assert answer.code == 0
    assert "Usage: middleman" in answer.out
    assert not re.search(r" \.\s", answer.out)  # a bracket taken for markup leaves a hole


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys; from sim.cli import main; main(['--help']); "
        "print({'numba', 'numpy', 'pandas', 'mesa', 'pydantic', 'scipy'} & set(sys.modules), file=sys.stderr)"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=True)
    assert done.stderr == "set()\n"


def test_version(middleman: Run) -> None:
    assert middleman("--version").out.startswith("middleman 0")


def test_list_names_every_scenario_and_regime(middleman: Run) -> None:
    answer = middleman("list")
    for name in (*scenario_names(), "traditional", "direct", "o2o", "hybrid", "planner"):
        assert f"\n  {name} " in answer.out
    listed = middleman("list", "--json").content
    assert {one["name"] for one in listed["scenarios"]} == set(scenario_names())
    assert listed["scenarios"][0]["customers"] > 0
    assert list(listed["regimes"]) == ["traditional", "direct", "o2o", "hybrid", "planner"]


def test_run_as_json_is_what_it_should_be(middleman: Run) -> None:
    told = middleman("run", "village", "--regime", "o2o", "--seed", "3", "--json").content
    assert list(told) == ["scenario", "regime", "seed", "days", "customers", "figures"]
    assert [told[key] for key in ("scenario", "regime", "seed", "days", "customers")] == ["village", "o2o", 3, 12, 3]
    assert set(told["figures"]) == set(FIGURES)
    assert isinstance(told["figures"]["delivery_days"], dict)


def test_compare_as_json_is_what_it_should_be(middleman: Run) -> None:
    command = ("compare", "village", "--regimes", "traditional, o2o", "--replications", "2", "--json", "--workers", "2")
    told = middleman(*command).content
    tables = ["regimes", "differences", "variance_ratios", "settling"]
    assert list(told) == ["scenario", "seed", "replications", "pricing", "failed", *tables]
    assert list(told["regimes"]) == ["traditional", "o2o"]
    assert list(told["differences"]) == ["o2o"]
    price = told["regimes"]["o2o"]["figures"]["consumer_price"]
    assert set(price) == {"mean", "low", "high"}
    assert "same_need.gained" in told["differences"]["o2o"]


def test_the_parable_comes_out_to_the_cent(middleman: Run) -> None:
    told = middleman("compare", "parable", "--replications", "1", "--json").content
    price = {
        regime: {
            name: table["figures"][name]["mean"] for name in ("consumer_price", "wholesale_price", "supplier_price")
        }
        for regime, table in told["regimes"].items()
    }
    assert price["traditional"] == {"consumer_price": 20000.0, "wholesale_price": 10000.0, "supplier_price": 5000.0}
    assert price["o2o"] == {"consumer_price": 8000.0, "wholesale_price": None, "supplier_price": 8000.0}
    change = {name: one["mean"] for name, one in told["differences"]["o2o"].items()}
    assert (change["consumer_price"], change["supplier_price"]) == (-12000.0, 3000.0)
    assert change["intermediary_margin_money"] + change["retailer_margin_money"] == -15000.0
    assert told["regimes"]["o2o"]["figures"]["consumer_price"]["low"] is None


def test_the_parable_is_told_in_words(middleman: Run) -> None:
    text = " ".join(middleman("compare", "parable", "-n", "2").out.split())
    assert "With O2O, customers pay 12 000.00 EUR less per unit than in the store chain; suppliers receive" in text
    assert "the firms in between (intermediaries and retailers) lose 15 000.00 of margin per unit" in text
    assert "20 000.00" in text


def test_run_prints_one_regime(middleman: Run) -> None:
    answer = middleman("run", "village")
    assert answer.code == 0
    assert "In the store chain, customers pay" in answer.out
    assert "compared with" not in answer.out


def test_options_reach_the_market(middleman: Run) -> None:
    usual = middleman("run", "village", "--json").content
    other = middleman(
        "run", "village", "--json", "--days", "6", "--set", "retailers.rent=5", "--set", "money.currency=CHF"
    ).content
    assert (usual["days"], other["days"]) == (12, 6)
    assert other["figures"]["price_waterfall_money"]["rent"] == 6 * 2 * 5
    assert "money in CHF" in " ".join(middleman("run", "village", "--set", "money.currency=CHF").out.split())
    assert middleman("run", "village", "--json", "--seed", "1").out != middleman("run", "village", "--json").out


# -- bad input -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("compare", "parabel"), ('"parabel"', 'did you mean "parable"?')),
        (("run", "nothere.toml"), ("nothere.toml", "no such file", "built-in scenario")),
        (("run", "village", "--regime", "o3o"), ("--regime", '"o3o"', "traditional, direct", "did you mean o2o?")),
        (("trace", "village", "-r", "x"), ("--regime", '"x"', "choose one of these")),
        (("compare", "village", "--regimes", "o2o,a,b"), ("2 problems", '"a"', '"b"')),
        (("compare", "village", "--regimes", ","), ("--regimes", "commas", "traditional,o2o")),
        (("compare", "village", "--replications", "0"), ("--replications", '"0"', "from 1 up")),
        (("compare", "village", "--replications", "ten"), ("--replications", '"ten"', "whole number")),
        (("compare", "village", "--workers", "0"), ("--workers", '"0"', "from 1 up")),
        (("run", "village", "--seed", "-1"), ("--seed", '"-1"', "from 0 up")),
        (("run", "village", "--seed", "1" * 30), ("--seed", f"from 0 to {2**63 - 1}")),
        (("run", "village", "--days", "0.5"), ("--days", '"0.5"', "from 1 up")),
        (("run", "classroom", "--days", "20"), ("time.", "warm_up")),
        (("run", "village", "--days", "99999999"), ("time.days", "99999999", "36500")),
        (("run", "village", "--set", "rent"), ("override", '"rent"', "path=value")),
        (("run", "village", "--set", "customers.travel=1"), ("customers.travel", "did you mean customers.travel_cost")),
        (("run", "village", "--set", "customers.scale=-1"), ("customers.scale", "-1", "raise it")),
        (("run", "village", "--set", "time.days=7", "--set", "time.days=8"), ("time.days", "set twice", "one --set")),
        (("trace", "village", "--need", "5000"), ("--need", "5000", "numbered 0 to")),
        (("trace", "village", "--need", "-2"), ("--need", '"-2"', "from 0 up")),
        (("explain", "travel_cst"), ("travel_cst", "did you mean travel_cost")),
        (("explain", "qqqqqq"), ("qqqqqq", "`middleman explain` lists")),
        (("new", "village"), ("village", "choose another")),
        (("new", "a/b"), ('"a/b"', "letters, digits")),
        (("new", "mine", "--from", "nowhere"), ('"nowhere"', "built-in scenarios")),
        (("check",), ("FILE", "middleman check --help")),
        (("runn",), ("runn", "run", "middleman --help")),
        (("run", "village", "--nonsense"), ("--nonsense", "middleman run --help")),
    ],
)
def test_bad_input_is_refused_with_what_to_do(
    middleman: Run, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    answer = middleman(*arguments)
    assert answer.code == 2
    assert answer.out == ""
    for word in words:
        assert word in answer.err
    assert "Traceback" not in answer.err
    known_only_after_a_run = "5000" in arguments
    assert known_only_after_a_run or "Compiling" not in answer.err


FILES: dict[str, tuple[bytes | None, tuple[str, ...]]] = {
    "wrong.toml": (WRONG.encode(), ("wrong.toml", "nonsense", "need_rate", "-1", "travel_cost", "rent", '"much"')),
    "empty.toml": (b"", ("empty.toml", "empty")),
    "binary.toml": (b"\x00\x01\x02", ("binary.toml", "binary")),
    "latin.toml": ('name = "caf\xe9"'.encode("latin-1"), ("latin.toml", "UTF-8")),
    "huge.toml": (b"# " + b"x" * 20_000_000, ("huge.toml", "20.0 MB")),
    "broken.toml": (b"name = ", ("broken.toml", "TOML")),
    "folder.toml": (None, ("folder.toml", "folder")),
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("command", ["check", "run", "compare", "trace"])
def test_a_bad_file_is_refused_by_every_command(middleman: Run, command: str, name: str) -> None:
    content, words = FILES[name]
    if content is None:
        Path(name).mkdir()
    else:
        Path(name).write_bytes(content)
    answer = middleman(command, name)
    assert (answer.code, answer.out) == (2, "")
    for word in words:
        assert word in answer.err
    assert "Traceback" not in answer.err


def test_all_problems_come_in_one_report(middleman: Run) -> None:
    Path("wrong.toml").write_text(WRONG)
    answer = middleman("check", "wrong.toml", "--set", "time.days=0", "--set", "nothing")
    problems = [line for line in answer.err.splitlines() if line.startswith("- ")]
    assert len(problems) == 6
    assert answer.err.startswith("6 problems:")
    assert all(";" in problem for problem in problems)


def test_files_that_extend_each_other_in_a_circle(middleman: Run) -> None:
    for name, content in CIRCLE.items():
        Path(name).write_text(content)
    answer = middleman("check", "one.toml")
    assert answer.code == 2
    assert "one.toml -> two.toml -> one.toml" in answer.err


# -- new and check ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("base", scenario_names())
def test_a_new_scenario_is_fine_at_once_and_with_every_offer_taken_up(middleman: Run, base: str) -> None:
    assert middleman("new", "mine", "--from", base).code == 0
    assert middleman("check", "mine.toml", "--strict").code == 0
    text = Path("mine.toml").read_text()
    taken, offers = re.subn(r'(?m)^# (?=["a-z_.]+ = )', "", text)
    assert offers > 10
    Path("mine.toml").write_text(taken)
    answer = middleman("check", "mine.toml")
    assert answer.code == 0, answer.err
    assert base in text


def test_new_never_overwrites(middleman: Run) -> None:
    Path("mine.toml").write_text("precious")
    answer = middleman("new", "mine")
    assert answer.code == 2
    assert "mine.toml already exists" in answer.err
    assert Path("mine.toml").read_text() == "precious"


def test_a_new_scenario_runs(middleman: Run) -> None:
    middleman("new", "mine", "--from", "village")
    assert middleman("run", "mine.toml", "--json").content["scenario"] == "mine"


def test_check_says_what_there_is(middleman: Run) -> None:
    answer = middleman("check", "village")
    assert answer.code == 0
    assert "3 customers, 1 town, 2 stores, 2 products" in answer.out
    assert middleman("check", "village", "--json").content["customers"] == 3


def test_strict_demands_a_source_for_every_number(middleman: Run) -> None:
    Path("mine.toml").write_text('extends = "village"\n[retailers]\nrent = 3.0\n')
    assert middleman("check", "mine.toml").code == 0
    answer = middleman("check", "mine.toml", "--strict")
    assert answer.code == 2
    assert answer.err.startswith("mine.toml, retailers.rent: 3.0 has no source; add")
    with Path("mine.toml").open("a") as file:
        file.write('[sources]\n"retailers.rent" = "assumption: a round number"\n')
    assert middleman("check", "mine.toml", "--strict").code == 0


# -- explain ---------------------------------------------------------------------------------------------------------


def test_every_figure_parameter_regime_and_rule_can_be_explained() -> None:
    for name in (*FIGURES, *(f"same_need.{name}" for name in SAME_NEED)):
        assert any(entry.kind == "figure" and entry.facts["unit"] for entry in entries_for(name)), name
    for info in parameters():
        [entry] = [entry for entry in entries_for(info.path) if entry.kind == "parameter" and entry.name == info.path]
        assert entry.meaning == info.meaning
        assert entry.facts["allowed"] == info.allowed
    for name in ("traditional", "direct", "o2o", "hybrid", "planner"):
        assert any(entry.kind == "regime" for entry in entries_for(name))
    assert entries_for("markup")[0].meaning == Markup.__doc__
    assert len([entry for entry in entries_for("fixed") if entry.kind == "rule"]) == 2


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("customers.travel_cost", ("currency per km, there and back", "one way", "0.5", "What customers want")),
        ("delivery_days.p95", ("delivery_days (figure)", "days")),
        ("same_need.surplus_by_town.Brook", ("same_need.surplus_by_town (figure)",)),
        ("retailers.pricing", ("rule = one of",)),
        ("factor", ("retailers.pricing (markup).factor", "suppliers.pricing (markup).factor")),
        ("too_dear", ("no offer was worth its price",)),
        ("village", ("Three customers",)),
        ("figures", ("consumer_price", "Mean price")),
        ("words", ("endless_aisle", "Ordered inside a store")),
        ("", ("Figures", "Regimes", "Rules", "customers", "undercut")),
    ],
)
def test_explain_tells_what_it_is(middleman: Run, name: str, words: tuple[str, ...]) -> None:
    answer = middleman("explain", *([name] if name else []))
    assert answer.code == 0
    for word in words:
        assert word in answer.out
    assert isinstance(middleman("explain", *([name] if name else []), "--json").content, list)


# -- saving, being interrupted, failing ------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["run", "compare"])
def test_results_are_saved_where_there_is_room_for_them(middleman: Run, command: str) -> None:
    options = ["-n", "1"] if command == "compare" else []
    first = middleman(command, "village", *options, "--out", "deep/results", "--json")
    assert (first.code, first.err.splitlines()[-1]) == (0, "Saved to deep/results.")
    assert json.loads(first.out)
    assert Path("deep/results/manifest.json").is_file()
    again = middleman(command, "village", *options, "--out", "deep/results")
    assert again.code == 2
    assert "--overwrite" in again.err
    assert middleman(command, "village", *options, "--out", "deep/results", "--overwrite").code == 0
    Path("deep/results/mine.txt").write_text("precious")
    assert middleman(command, "village", *options, "--out", "deep/results", "--overwrite").code == 2
    assert Path("deep/results/mine.txt").read_text() == "precious"


@pytest.mark.parametrize("folder", ["file", "file/below", "/proc/below"])
def test_a_folder_that_cannot_be_written_is_refused_before_the_run(
    middleman: Run, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    if folder.startswith("/proc") and not Path("/proc").is_dir():
        pytest.skip("there is no /proc here")
    Path("file").write_text("")
    monkeypatch.setattr(sim.experiments, "run", lambda *_: pytest.fail("it ran first"))
    answer = middleman("run", "village", "--out", folder)
    assert answer.code == 2
    assert Path(folder).name in answer.err


def interrupt(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(("command", "module"), [("run", sim.results.archive), ("compare", sim.experiments.comparison)])
def test_interrupted_while_saving_nothing_is_left(
    middleman: Run, monkeypatch: pytest.MonkeyPatch, command: str, module: Any
) -> None:
    monkeypatch.setattr(module, "write_json", interrupt)  # the last file of the folder
    options = ["-n", "1"] if command == "compare" else []
    answer = middleman(command, "village", *options, "--out", "results/here")
    assert (answer.code, answer.err.splitlines()[-1]) == (130, "Interrupted; no incomplete folder was left behind.")
    assert list(Path().iterdir()) == []


def test_the_exit_code_of_an_interrupted_command_does_not_depend_on_where_it_was(tmp_path: Path) -> None:
    """Python kills itself at the end where text given to exec was interrupted; our code is the same everywhere."""
    script = """
import sys, sim.cli, sim.cli.app
def answer(arguments):
    exec("raise KeyboardInterrupt")
sim.cli.app.answer = answer
sys.exit(sim.cli.main(["worth", "village", "--store", "kept"]))
"""
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 130
    assert done.stderr == (
        "Interrupted; no incomplete folder was left behind. "
        "Finished runs are in the --store: repeat the command to continue.\n"
    )


ON_ITS_WAY = """
import sys, sim.cli
from sim.market import Market
step, steps = Market.step, []
def counted(market):
    steps.append(market.day)
    if len(steps) == 100:  # whatever is compiled or loaded at first is there
        Market.step = step
        print("on its way", file=sys.stderr, flush=True)
    step(market)
Market.step = counted
sys.exit(sim.cli.main(["compare", "village", "-n", "5000", "--out", "results", "--workers", "1"]))
"""


def test_ctrl_c_ends_a_comparison_with_one_line(tmp_path: Path) -> None:
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", ON_ITS_WAY]
    process = subprocess.Popen(command, cwd=tmp_path, env=environment(), stdout=pipe, stderr=pipe, text=True)
    assert process.stderr is not None
    assert "on its way\n" in iter(process.stderr.readline, "")
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err == "Interrupted; no incomplete folder was left behind.\n"
    assert list(tmp_path.iterdir()) == []


def test_a_mistake_of_the_program_is_one_line(middleman: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError("one\ntwo")

    monkeypatch.setattr(sim.experiments, "run", fail)
    answer = middleman("run", "village", "--json")
    assert (answer.code, answer.out) == (1, "")
    [line] = answer.err.splitlines()
    assert line.startswith("Internal error: ZeroDivisionError: one two.")
    assert "MIDDLEMAN_DEBUG=1" in line
    monkeypatch.setenv("MIDDLEMAN_DEBUG", "1")
    assert "Traceback" in middleman("run", "village").err


def test_out_of_memory_says_what_to_do(middleman: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise MemoryError

    monkeypatch.setattr(sim.experiments, "run", fail)
    answer = middleman("run", "village")
    assert (answer.code, answer.err) == (1, "Out of memory: try fewer customers, days or workers.\n")


def test_the_first_run_says_that_it_compiles(middleman: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sim.kernels.numerics.compiler, "compiled_before", lambda: False)
    answer = middleman("run", "village", "--json")
    assert answer.content
    assert answer.err == f"{COMPILING}\n"


def test_progress_is_shown_on_a_terminal_and_never_on_standard_output(
    middleman: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    answer = middleman("compare", "village", "-n", "1", "--json")
    assert answer.content
    assert answer.err


@pytest.mark.parametrize("arguments", [("list",), ("explain", "figures"), ("run", "village")])
def test_a_reader_who_has_seen_enough_is_no_mistake(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    process = started(*arguments, cwd=tmp_path, PYTHONUNBUFFERED="1")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    complaints = process.stderr.read().replace(f"{COMPILING}\n", "")
    process.stderr.close()
    assert (process.wait(timeout=60), complaints) == (0, "")


def test_a_terminal_that_knows_ascii_only_gets_an_answer(tmp_path: Path) -> None:
    process = started("compare", "village", "-n", "2", cwd=tmp_path, PYTHONIOENCODING="ascii")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "Prices per unit" in out


@pytest.mark.parametrize("columns", [0, 1, 25])
def test_a_terminal_with_hardly_any_room_gets_an_answer(middleman: Run, columns: int) -> None:
    answer = middleman("compare", "village", "-n", "1", columns=columns)
    assert answer.code == 0
    assert "retailers" in answer.out


@pytest.mark.parametrize("place", ["~nobody_of_that_name/x", "loop"])
def test_a_folder_that_leads_nowhere_is_refused(middleman: Run, tmp_path: Path, place: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    answer = middleman("run", "village", "--out", place)
    assert answer.code == 2
    assert place in answer.err
    assert "name another folder" in answer.err or "choose another" in answer.err


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_disk_that_is_full_is_no_mistake_of_ours(unbuffered: str) -> None:
    with open("/dev/full", "w") as full:
        command, at_once = [sys.executable, "-m", "sim.cli", "list"], environment(PYTHONUNBUFFERED=unbuffered)
        done = subprocess.run(command, env=at_once, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert "no space is left" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_without_standard_output_it_says_so() -> None:
    command = f"exec {sys.executable} -m sim.cli list >&-"
    done = subprocess.run(["sh", "-c", command], env=environment(), stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert "standard output is closed" in done.stderr


# -- names that steer terminals, places that do not exist, standard error nobody reads ---------------------------------


def test_no_name_of_a_folder_steers_the_terminal(middleman: Run) -> None:
    answer = middleman("results", "\x1b[31mred\u202e")
    assert answer.code == 2
    assert "?[31mred? holds no sweep" in answer.err
    assert "\x1b" not in answer.err
    Path("a.csv").write_text("money.currency\n\x1b[31m\n", encoding="utf-8")
    answer = middleman("sweep", "village", "--design", "a.csv", "--days", "3", "-n", "1", "--workers", "1")
    assert "\x1b" not in answer.out + answer.err


@pytest.mark.parametrize("place", ["~nobody-of-that-name/x", "loop/x"])
@pytest.mark.parametrize(
    "command",
    [
        ("run", "village", "--out"),
        ("worth", "village", "--store"),
        ("sweep", "--resume", "--store"),
        ("results",),
        ("run", "village", "--report"),
    ],
)
def test_a_place_that_cannot_be_is_bad_input(middleman: Run, command: tuple[str, ...], place: str) -> None:
    Path("loop").symlink_to("loop")
    answer = middleman(*command, f"{place}.html" if command[-1] == "--report" else place)
    assert answer.code == 2
    assert "there is no such place" in answer.err
    assert answer.out == ""


class FullDisk(io.StringIO):
    """A file that takes nothing in."""

    def write(self, text: str) -> int:
        raise OSError(errno.ENOSPC, f"No space left for {text}")


def test_where_nobody_reads_standard_error_a_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a full disk, or closed: what would be said there is no reason to stop, and never lands among the answers."""
    monkeypatch.setattr(sys, "stderr", FullDisk())
    say("not heard")
    monkeypatch.undo()
    for arguments, code in (("list --json", 0), ("list --nonsense", 2)):
        done = subprocess.run(
            f"{sys.executable} -m sim.cli {arguments} 2>&-", shell=True, cwd=tmp_path, env=environment(),
            stdout=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == code
        assert done.stdout == "" if code else json.loads(done.stdout)
