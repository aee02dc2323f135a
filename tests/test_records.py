"""Records kept on disk: the same run to the last bit with few of its records in memory, and books no less checked."""

from __future__ import annotations

import errno
import gc
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.cli.errors import explained
from sim.common import table
from sim.common.table import DiskError, empty_columns, empty_table, is_on_disk, release_pages, reserve
from sim.engine.codes import BOUGHT, WAITING
from sim.engine.day import fulfilment, shipping
from sim.engine.ledger import BooksError
from sim.market import Market
from sim.results.figures import flatten
from sim.results.outcome import Outcome
from sim.scenario import load_scenario
from tests.small_markets import OWN, SMALL, with_parcels

SCARCE: dict[str, Any] = {
    "geography": {"towns": [{"name": "Brook", "customers": 60, "radius": 2.0}]},
    "customers": {**SMALL["customers"], "worth": {"distribution": "uniform", "low": 4.0, "high": 20.0}, "scale": 1.0},
    "products": {
        "items": [{**item, "return_unseen": 0.5, "return_inspected": 0.3} for item in SMALL["products"]["items"]]
    },
    "returns": {"days": 2},
    "learning": {"own_rate": 0.2},
    "suppliers": {**SMALL["suppliers"], "replenishment": {"rule": "base_stock", "level": 12}, "capacity": 25},
    "retailers": {**SMALL["retailers"], "closing": {"rule": "losses", "review_days": 7, "notice_days": 2}},
    "records": {"choices": True},
    "regimes": {"story": with_parcels(OWN)},
}
"""More wanted than the maker makes: parcels wait, half of them come back, and the shops give up in the end."""


def scarce(keep: str, **changes: Any) -> Market:
    """Return the market of ``SCARCE``."""
    return Market(load_scenario({**SMALL, **SCARCE}, {"records.keep": keep, **changes}), "story", 3)


def told(outcome: Outcome) -> dict[str, bytes]:
    """Return every column of every table as bytes."""
    return {
        f"{table}.{name}": bytes(column.dtype.str, "ascii") + column.tobytes()
        for table, columns in outcome.columns.items()
        for name, column in columns.items()
    }


def few_in_memory(monkeypatch: pytest.MonkeyPatch, rows: int) -> list[int]:
    """Have records let go of after every few rows. Returns a list to which every pause of the depots is added."""
    pauses: list[int] = []
    serve = shipping.serve_orders

    def serve_orders(*arguments: Any) -> int:
        line = int(serve(*arguments))
        pauses.extend([line] * (line >= 0))
        return line

    monkeypatch.setattr(table, "CHUNK", rows)
    monkeypatch.setattr(shipping, "serve_orders", serve_orders)
    return pauses


@pytest.mark.parametrize("regime", ["traditional", "direct", "o2o", "hybrid"])
def test_the_village_leaves_the_same_columns_and_figures_from_disk(regime, monkeypatch):
    memory = Market("village", regime, 1).run()
    few_in_memory(monkeypatch, 2)
    disk = Market(load_scenario("village", {"records.keep": "disk"}), regime, 1).run()
    assert told(disk) == told(memory)
    assert repr(flatten(disk.figures)) == repr(flatten(memory.figures))


def test_waiting_returns_and_closures_come_out_alike_with_few_records_in_memory(monkeypatch):
    memory = scarce("memory").run()
    needs = memory.columns["needs"]
    assert needs["returned"].any()
    assert (needs["result"] == WAITING).any()
    assert (needs["days"][needs["result"] == BOUGHT] > needs["quoted_days"][needs["result"] == BOUGHT]).any()
    assert {"choices", "events"} <= set(memory.columns)
    pauses = few_in_memory(monkeypatch, 7)
    disk = scarce("disk").run()
    assert len(pauses) > 20
    assert told(disk) == told(memory)
    assert repr(flatten(disk.figures)) == repr(flatten(memory.figures))


def test_depots_may_pause_after_every_order(monkeypatch):
    short = {"time.days": 6, "records.choices": False}
    memory = scarce("memory", **short).run()
    pauses = few_in_memory(monkeypatch, 1)
    disk = scarce("disk", **short).run()
    assert len(pauses) > 50
    assert told(disk) == told(memory)


def test_an_outcome_on_disk_outlives_its_market_and_is_saved_as_any_other(tmp_path):
    market = scarce("disk")
    disk = market.run()
    assert is_on_disk(disk.columns["needs"]["price"])
    del market
    gc.collect()
    memory = scarce("memory").run()
    saved = {of: outcome.save(tmp_path / of) for of, outcome in (("memory", memory), ("disk", disk))}
    for name in memory.columns:
        parquet = f"{name}.parquet"
        assert (saved["disk"] / parquet).read_bytes() == (saved["memory"] / parquet).read_bytes()
    assert told(Outcome.load(saved["disk"])) == told(memory)


def test_a_cent_or_a_unit_out_of_place_still_ends_the_run(monkeypatch):
    few_in_memory(monkeypatch, 3)
    market = scarce("disk")
    market.step()
    market.ledger.books.balances[0] += 1
    with pytest.raises(BooksError, match=r"day 1: account 'households' moved by 1 cents more than was transferred"):
        market.step()
    market = scarce("disk")
    market.step()
    market.stock.goods.units[0, 0] += 1
    with pytest.raises(BooksError, match=r"day 1: 'apple' at 'maker depot': 1 units moved without a line"):
        market.step()


def test_a_line_changed_in_the_middle_of_a_day_is_found_before_it_leaves_memory(monkeypatch):
    few_in_memory(monkeypatch, 3)
    market, hand_over = scarce("disk"), fulfilment.hand_over

    def pocket_a_cent(*arguments: Any) -> None:
        hand_over(*arguments)
        books = market.ledger.books
        books.journal[int(books.used[0]) - 1]["cents"] += 1

    monkeypatch.setattr(fulfilment, "hand_over", pocket_a_cent)
    with pytest.raises(BooksError, match="day 0: account 'households' moved by"):
        market.step()


# -- tables in files -----------------------------------------------------------------------------------------------


def mapped_megabytes() -> float:
    """Return how much of files this process has in memory."""
    return int(Path("/proc/self/statm").read_text().split()[2]) * os.sysconf("SC_PAGE_SIZE") / table.BYTES_IN_MB


def test_a_table_on_disk_grows_in_place_and_takes_no_memory_when_let_go_of():
    table = empty_table(5, np.int64, on_disk=True)
    table[:] = range(5)
    before = mapped_megabytes()
    longer = reserve(table, 4_000_000)
    longer[5:] = np.arange(5, len(longer))
    assert mapped_megabytes() - before > 20.0
    release_pages(longer)
    assert mapped_megabytes() - before < 10.0
    assert np.array_equal(longer, np.arange(len(longer)))
    table[2] = -1
    assert longer[2] == -1
    assert len(reserve(longer, len(longer) + 1)) >= 1.25 * len(longer) - 1
    assert reserve(longer, 10) is longer


def test_columns_on_disk_are_apart_and_may_be_empty():
    kinds = {"a": np.int8, "b": np.float64, "c": np.bool_}
    for rows in (0, 1, 1000):
        columns = empty_columns(rows, kinds, on_disk=True)
        for number, column in enumerate(columns.values()):
            column[:] = number
        assert [column.tolist() for column in columns.values()] == [[0] * rows, [1.0] * rows, [True] * rows]
        assert all(is_on_disk(column) and column.flags.aligned for column in columns.values())


def test_a_disk_without_room_says_where_how_much_and_what_to_do(monkeypatch, tmp_path, capsys):
    def full(*arguments: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(table.tempfile, "tempdir", None)
    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(DiskError) as raised:
        scarce("disk")
    assert explained(raised.value) == 2
    said = capsys.readouterr().err
    for part in (f"in {tmp_path}", "MB", "No space left on device", "TMPDIR"):
        assert part in said
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setenv("TMPDIR", str(tmp_path / "nowhere"))
    monkeypatch.setattr(table.tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(DiskError, match="nowhere, which are not to be had"):
        empty_table(1, np.int64, on_disk=True)
