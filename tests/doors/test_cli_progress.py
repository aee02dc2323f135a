"""Long commands say on standard error how far they are, also where there is no terminal to draw a bar on."""

from __future__ import annotations

import json
import re

import pytest

from sim.cli import console
from sim.cli.console import clock, pace
from sim.cli.sweeping import progress_text
from sim.runs import running
from sim.runs.progress import Progress, StagedProgress

PARCEL = "delivery.parcel.cost_per_parcel=0..12"
TWO = ("--vary", PARCEL, "--vary", "retailers.rent=0..3")
LEFT_OUT = "The numbers are based on 2 of 3 replications; 1 failed and is left out of every channel."
SHORT = ("village", "--days", "6")
COMMANDS = {
    "compare": ("compare", *SHORT, "-n", "2", "--regimes", "traditional,o2o"),
    "warm-up": ("compare", "village", "--days", "200", "-n", "1", "--regimes", "traditional", "--warm-up", "find"),
    "tiers": ("tiers", "successive_margins", "--days", "3", "--set", "time.warm_up=0"),
    "sweep": ("sweep", *SHORT, "-n", "1", "--vary", "customers.hassle=0,1", "--workers", "1"),
    "frontier": ("frontier", *SHORT, "-n", "1", "--along", PARCEL, "--steps", "3", "--workers", "1"),
    "sensitivity": ("sensitivity", *SHORT, "-n", "1", *TWO, "--points", "2", "--workers", "1"),
    "discover": ("discover", *SHORT, "-n", "1", *TWO, "--points", "8", "--workers", "1"),
    "optimise": ("optimise", *SHORT, "-n", "1", "--vary", "retailers.rent=0..3", "--workers", "1"),
    "worth": ("worth", *SHORT, "-n", "1", "--services", "stock", "--workers", "1"),
    "audit": ("audit", *SHORT, "-n", "2", "--firms", "farm", "--workers", "1"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_long_command_tells_how_far_it_is_and_how_fast(middleman, monkeypatch, command):
    monkeypatch.setattr(console, "EVERY", 0.0)
    answer = middleman(*COMMANDS[command])
    assert answer.code == 0, answer.err
    assert re.search(r"\d+ of (at most |about )?\d+.*, [\d.e+]+ a second, .*\d+:\d+ left", answer.err), answer.err
    assert "a second" not in answer.out


def test_failures_so_far_are_among_it(middleman, monkeypatch):
    def broken(*rest):
        raise ArithmeticError("the books do not balance")

    monkeypatch.setattr(console, "EVERY", 0.0)
    monkeypatch.setattr(running, "live_through", broken)
    answer = middleman("sweep", *SHORT, "-n", "1", "--vary", "customers.hassle=0,1", "--workers", "1")
    assert re.search(r"\d of \d+ runs.* [1-9]\d* failed", answer.err)
    assert "Not run: customers.hassle=0" in answer.out


def test_a_comparison_with_a_failed_replication_says_so_first_and_ends_with_a_code_of_its_own(
    middleman, monkeypatch, tmp_path
):
    lived = running.live_through

    def broken(market, *rest):
        if market.seed_number == 0 and market.regime_name == "o2o":
            raise ArithmeticError("the books do not balance")
        return lived(market, *rest)

    monkeypatch.setattr(console, "EVERY", 0.0)
    monkeypatch.setattr(running, "live_through", broken)
    compare = ("compare", *SHORT, "-n", "3", "--regimes", "traditional,o2o", "--workers", "1")
    answer = middleman(*compare, "--full", "--report", "page.html", "--out", "saved")
    assert answer.code == 3
    told = " ".join(answer.out.split())
    assert told.index(LEFT_OUT) < told.index("consumer_price")
    assert "Not run: seed 0, under o2o: ArithmeticError: the books do not balance" in told
    assert re.search(r"6 of 6, .* left, 1 failed", answer.err)
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "Not run: seed 0, under o2o: ArithmeticError" in page
    assert "replications=3, seed=0" in page
    manifest = json.loads((tmp_path / "saved" / "manifest.json").read_text(encoding="utf-8"))
    assert [each["regime"] for each in manifest["failed"]] == ["o2o"]
    as_json = middleman(*compare, "--json")
    assert as_json.code == 3
    assert json.loads(as_json.out)["failed"][0]["seed"] == 0
    monkeypatch.setattr(running, "live_through", lambda *rest: 1 / 0)
    answer = middleman(*compare)
    assert answer.code == 1
    assert answer.out == ""
    assert "division by zero (under traditional, seed 0) (and all of the first 3 replications failed)" in answer.err


def test_pace_and_time_left_in_words():
    assert pace(0, 10, 0.0) == "0 of 10"
    assert pace(4, 10, 8.0) == "4 of 10, 0.5 a second, 0:12 left"
    assert clock(3725) == "1:02:05"


def test_sweeps_that_follow_one_another_are_counted_together_with_what_may_follow():
    told_to = []
    stages = StagedProgress(told_to.append)
    first = stages.followed_by(30, "at most")
    first(Progress(0, 10, 0, 0))
    first(Progress(10, 10, 4, 1))
    assert progress_text(told_to[-1], 3.0) == (
        "10 of at most 40 runs, 4 of them found in the store, 2 a second, at most 0:15 left, 1 failed"
    )
    last = stages.followed_by(0, "at most")
    last(Progress(2, 10, 0, 1))
    assert told_to[-1] == Progress(12, 20, 4, 2, "at most")
    assert StagedProgress(None).followed_by(3, "about") is None


@pytest.mark.parametrize(("command", "bound"), [("frontier", "at most"), ("optimise", "about")])
def test_time_left_is_told_also_where_what_follows_depends_on_what_is_found(middleman, monkeypatch, command, bound):
    monkeypatch.setattr(console, "EVERY", 0.0)
    answer = middleman(*COMMANDS[command])
    lines = answer.err.splitlines()
    left = [re.search(rf"(\d+) of {bound} (\d+) runs, [\d.e+]+ a second, {bound} [\d:]+ left$", each) for each in lines]
    counts = [(int(each[1]), int(each[2])) for each in left if each]
    assert len(counts) > 5
    assert counts == sorted(counts, key=lambda count: count[0])
    assert all(done <= total for done, total in counts)
    assert counts[-1][0] == counts[-1][1]  # the last step knows that it is the last
