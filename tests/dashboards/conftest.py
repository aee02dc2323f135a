"""A dashboard whose work is done at once, in this process."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import Executor, Future
from pathlib import Path

import pytest
import streamlit as st

from tests.dashboards import browser

DASHBOARDS = Path(__file__).resolve().parents[2] / "dashboards"


class AtOnce(Executor):
    """Workers that have finished when they are asked."""

    def submit(self, work, /, *arguments, **named):
        future = Future()
        try:
            future.set_result(work(*arguments, **named))
        except Exception as error:
            future.set_exception(error)
        return future

    def shutdown(self, wait=True, *, cancel_futures=False, kill_workers=False):
        return


class Never(AtOnce):
    """Workers that have not begun."""

    def submit(self, work, /, *arguments, **named):
        return Future()


@pytest.fixture(autouse=True)
def _own_results(tmp_path, monkeypatch):
    monkeypatch.setenv("MIDDLEMAN_RESULTS", str(tmp_path / "results"))
    monkeypatch.syspath_prepend(str(DASHBOARDS))
    forget_everything()
    yield
    forget_everything()


def forget_everything() -> None:
    """Leave a server that has just been started."""
    from board import link
    from guard import own

    st.cache_resource.clear()
    own.end_all()
    for kept in (link._market_of, link._staged):
        kept.cache_clear()


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """The address of a real dashboard, started once for all tests, as a teacher starts it."""
    with browser.dashboard(tmp_path_factory.mktemp("results")) as url:
        yield url


@pytest.fixture
def forget():
    """What leaves a server that has just been started."""
    return forget_everything


@pytest.fixture
def at_once(monkeypatch):
    monkeypatch.setattr("sim.runs.backends.processes_apart", lambda *given: AtOnce())


@pytest.fixture
def never(monkeypatch):
    monkeypatch.setattr("board.work.MOMENT", 0.0)
    monkeypatch.setattr("sim.runs.backends.processes_apart", lambda *given: Never())


@pytest.fixture
def shown():
    """Show a page with the parameters of a link; ``opened``: the keys of what is opened on it."""
    from streamlit.testing.v1 import AppTest

    assert str(DASHBOARDS) in sys.path

    def show(page: str, opened: Sequence[str] = (), **link: str | list[str]) -> AppTest:
        script = f"from board import {page}\n{page}.page()\n"
        test = AppTest.from_string(script, default_timeout=120)
        for name, value in link.items():
            test.query_params[name] = value
        for key in opened:
            test.session_state[key] = True
        return test.run()

    return show
