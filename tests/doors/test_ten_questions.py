"""Ten questions a student would ask: each has a command, and the command answers."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from sim.cli import main

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "ten_questions.md"
COMMANDS = re.findall(r"`middleman ([^`]+)` \|$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
SAID = {
    "compare": "Of 100 that customers pay",
    "compare --regimes traditional,direct": "cheaper",
    "compare classroom_set_margins --who-keeps": "Both gain from",
    "explain surplus": "Marshall",
}
"""Words of the answer, where they are known beforehand."""


def test_there_are_ten():
    assert len(COMMANDS) == len(set(COMMANDS)) == 10
    assert set(SAID) <= set(COMMANDS)


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_each_is_answered_by_one_command(command, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(shlex.split(command)) == 0
    told = capsys.readouterr().out
    assert len(told.splitlines()) > 3
    assert SAID.get(command, "") in told
