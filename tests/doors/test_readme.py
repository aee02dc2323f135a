"""The README runs: its commands are understood, its Python works, the output it shows is what comes out."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sim.cli.app import app

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
EXECUTED = re.compile(r"<!-- executed: (?P<command>.*?) -->\n```text\n(?P<output>.*?)```\n<!-- end -->", re.DOTALL)


def shown() -> list[tuple[str, str]]:
    """Return the commands whose output the README shows, with that output."""
    return [(found["command"], found["output"]) for found in EXECUTED.finditer(README)]


@pytest.mark.parametrize(("command", "output"), shown())
def test_output_shown_is_what_the_command_prints(command: str, output: str) -> None:
    result = CliRunner().invoke(app, shlex.split(command))
    assert result.exit_code == 0
    printed = [line.rstrip() for line in result.stdout.splitlines()]
    expected = [line.rstrip() for line in output.splitlines()]
    start = printed.index(expected[0])
    assert printed[start : start + len(expected)] == expected


def test_python_example_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names: dict[str, object] = {}
    exec(compile(quicker(example), "README.md", "exec"), names)
    assert (tmp_path / "my_run" / "manifest.json").is_file()


def quicker(example: str) -> str:
    """Return the example on fewer replications; each takes as long as all that the test means to show."""
    assert "replications=10" in example
    return example.replace("replications=10", "replications=2")


def test_every_command_shown_is_one_that_exists() -> None:
    known = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    used = set(re.findall(r"\./run middleman ([a-z]+)", README))
    assert used
    assert used <= known


def test_pictures_and_links_are_there() -> None:
    targets = re.findall(r"\]\(([^)#:]+)\)", README)
    assert any(target.endswith(".svg") for target in targets)
    assert [target for target in targets if not (ROOT / target).exists()] == []
