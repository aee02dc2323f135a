"""A run that fails is left out, and said; what is left is answered. Where all fail, the first error is raised."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sim.cli import main
from sim.experiments.double_margins import TierAdded, tiers
from sim.experiments.measure_each import measure_each
from sim.market import Market
from sim.runs.seeds import replication_seeds
from sim.runs.warm_up import find_warm_up

SHORT = {"time.days": 30, "time.warm_up": 5}
SEEDS = replication_seeds(0, 3)
Fail = Callable[..., None]


@pytest.fixture
def fail(monkeypatch: pytest.MonkeyPatch) -> Fail:
    """Return a function that has all runs with these seeds fail on their third day, or with this error."""
    step = Market.step

    def fails(*seeds: int, error: type[Exception] = ZeroDivisionError) -> None:
        def failing(market: Market) -> None:
            if market.state.seed in seeds and market.state.day == 2:
                raise error(f"made to fail, seed {market.state.seed}")
            step(market)

        monkeypatch.setattr(Market, "step", failing)

    return fails


def added(replications: int) -> TierAdded:
    return tiers("successive_margins", replications=replications, **SHORT)


def test_a_pair_of_which_a_run_fails_is_left_out(fail: Fail) -> None:
    whole = added(2)
    fail(SEEDS[0])
    found = added(2)
    assert (found.without, found.with_it) == (whole.without[1:], whole.with_it[1:])
    [failed] = found.failed
    assert (failed.seed, failed.regime) == (SEEDS[0], "traditional")
    assert found.to_dict()["replications"] == 1
    assert found.to_dict()["failed"] == [failed.to_dict()]


def test_where_no_pair_is_whole_the_first_error_is_raised(fail: Fail) -> None:
    fail(*SEEDS)
    with pytest.raises(ZeroDivisionError, match=f"made to fail, seed {SEEDS[0]}") as raised:
        added(3)
    assert raised.value.__notes__ == [f"under traditional, seed {SEEDS[0]}"]
    fail(SEEDS[0], error=MemoryError)
    with pytest.raises(MemoryError):
        added(2)


def test_tiers_says_what_failed_and_ends_as_incomplete(fail: Fail, capsys: pytest.CaptureFixture[str]) -> None:
    fail(SEEDS[1])
    assert main(["tiers", "-n", "2", "--days", "30", "--set", "time.warm_up=5"]) == 3
    printed = capsys.readouterr()
    assert f"Not run: seed {SEEDS[1]}, under traditional: ZeroDivisionError" in " ".join(printed.out.split())
    assert "Traceback" not in printed.out + printed.err


def test_a_pilot_run_that_fails_is_left_out(fail: Fail) -> None:
    asked = {"scenario": "classroom_set_margins", "regimes": ["traditional"], "days": 60}
    small = {"geography.customers": 300, "geography.town_count": 2, "products.count": 6, "time.warm_up": 0}
    whole = find_warm_up(**asked, overrides=small)  # type: ignore[arg-type]
    fail(SEEDS[0])
    assert whole is None or whole >= 0
    find_warm_up(**asked, overrides=small)  # type: ignore[arg-type]
    fail(*replication_seeds(0, 5))
    with pytest.raises(ZeroDivisionError, match=f"seed {SEEDS[0]}"):
        find_warm_up(**asked, overrides=small)  # type: ignore[arg-type]


def test_what_cannot_be_measured_is_said_with_regime_and_seed(fail: Fail) -> None:
    fail(SEEDS[1])
    with pytest.raises(ZeroDivisionError) as raised:
        measure_each("village", ["direct", "o2o"], lambda found: {}, replications=3)
    assert raised.value.__notes__ == [f"under direct, seed {SEEDS[1]}"]
