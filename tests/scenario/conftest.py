"""Loading what is wrong, and reading the report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from sim.scenario import Problem, ScenarioError, load_scenario

ProblemsOf: TypeAlias = Callable[..., tuple[Problem, ...]]
OnlyProblem: TypeAlias = Callable[..., Problem]


def _problems_of(*arguments: Any) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(*arguments)
    return caught.value.problems


@pytest.fixture
def problems_of() -> ProblemsOf:
    """Return the problems of a scenario that must not load."""
    return _problems_of


@pytest.fixture
def only_problem() -> OnlyProblem:
    """Return the one problem of a scenario; more than one, or none, fails."""

    def only(*arguments: Any) -> Problem:
        problems = _problems_of(*arguments)
        assert len(problems) == 1, "\n".join(map(str, problems))
        return problems[0]

    return only


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that writes a file into the current folder."""
    monkeypatch.chdir(tmp_path)

    def write_file(name: str, content: str | bytes) -> Path:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file
