"""Long commands say on standard error how far they are, also where there is no terminal to draw a bar on."""

from __future__ import annotations

import re

import pytest

from sim.cli import console
from sim.cli.console import clock, pace
from sim.cli.sweeping import Steps
from sim.experiments import trials
from sim.experiments.sweeping import Standing

PARCEL = "delivery.parcel.cost_per_parcel=0..12"
TWO = ("--vary", PARCEL, "--vary", "retailers.rent=0..3")
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
}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_long_command_tells_how_far_it_is_and_how_fast(middleman, monkeypatch, command):
    monkeypatch.setattr(console, "EVERY", 0.0)
    answer = middleman(*COMMANDS[command])
    assert answer.code == 0, answer.err
    assert re.search(r"\d+ of \d+.*, [\d.e+]+ a second", answer.err), answer.err
    assert "a second" not in answer.out


def test_failures_so_far_are_among_it(middleman, monkeypatch):
    def broken(*rest):
        raise ArithmeticError("the books do not balance")

    monkeypatch.setattr(console, "EVERY", 0.0)
    monkeypatch.setattr(trials, "live_through", broken)
    answer = middleman("sweep", *SHORT, "-n", "1", "--vary", "customers.hassle=0,1", "--workers", "1")
    assert re.search(r"\d of \d+ runs.* [1-9]\d* failed", answer.err)
    assert "Not run: customers.hassle=0" in answer.out


def test_pace_and_time_left_in_words():
    assert pace(0, 10, 0.0) == "0 of 10"
    assert pace(4, 10, 8.0) == "4 of 10, 0.5 a second, 0:12 left"
    assert clock(3725) == "1:02:05"


def test_small_sweeps_that_follow_one_another_are_counted_together():
    steps = Steps()
    assert steps.told(Standing(0, 10, 0, 0), 0.0) == "0 runs made, 0 of 10 in this step"
    assert steps.told(Standing(10, 10, 4, 1), 3.0) == "6 runs made, 10 of 10 in this step, 2 a second, 1 failed"
    assert steps.told(Standing(0, 10, 0, 0), 3.0) == "6 runs made, 0 of 10 in this step, 2 a second, 1 failed"
    assert steps.told(Standing(2, 10, 0, 1), 4.0) == "8 runs made, 2 of 10 in this step, 2 a second, 2 failed"
