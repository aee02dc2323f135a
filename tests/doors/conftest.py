"""Running the command line inside the test, in an empty folder of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sim.cli import main


@dataclass(frozen=True)
class Answer:
    """What a command left: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def content(self) -> Any:
        """Standard output as JSON; fails where it is anything else."""
        assert self.code == 0, self.err
        return json.loads(self.out)


@pytest.fixture
def middleman(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Answer]:
    """Return a function that runs a command, 80 columns wide unless said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MIDDLEMAN_DEBUG", raising=False)

    def run(*arguments: str, columns: int = 80) -> Answer:
        monkeypatch.setenv("COLUMNS", str(columns))
        capsys.readouterr()
        code = main(arguments)
        printed = capsys.readouterr()
        return Answer(code, printed.out, printed.err)

    return run
