"""Middleman against its peers on the same market, in turns, one thread: who does how many customers' days a second."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks.environments import NoEnvironmentError, interpreter_for
from benchmarks.markets import RECORDS, arrays_of, market_in, scenario_for, world_for
from benchmarks.rows import Row, row
from benchmarks.twin.beside import Beside, beside

CHECKOUT = Path(__file__).resolve().parents[1]
PART = "Against peers (benchmarks/market.toml)"
ONE_THREAD = dict.fromkeys(("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
DAYS = 20
"""Days that all live through: the first, when firms set all their prices and shelves, counts no more than it should."""
FAR_APART = 5.0
"""Standard errors between two shares that cannot be the same: by chance once in a hundred thousand rows."""


@dataclass(frozen=True)
class Peer:
    """A peer: the module that holds it, what it is written in, and what it must be beaten by; whether its picks are
    Middleman's."""

    module: str
    package: str
    title: str
    must: float
    aim: float
    identical: bool = False


MESA = Peer("mesa", "mesa", "Mesa, customers as agents", 100, 250)
AGENTPY = Peer("agentpy", "agentpy", "AgentPy", 100, 250)
FRAMES = Peer("mesa_frames_joined", "mesa_frames", "mesa-frames, joins of frames", 75, 200)
MANY_FRAMES = replace(FRAMES, must=40, aim=90)
COLUMNS = Peer("mesa_frames", "mesa_frames", "mesa-frames, columns and numpy", 8, 18)
"""Frames where they cost nothing and numpy where it counts: judged as numpy is."""
NUMPY = Peer("numpy", "numpy", "numpy, whole population", 8, 18, identical=True)


@dataclass
class Worker:
    """A process that lives through days when told to, and what it has answered."""

    name: str
    process: subprocess.Popen[str]
    answers: list[dict[str, Any]] = field(default_factory=list)

    def live(self, days: int, seed: int) -> dict[str, Any]:
        """Have it live through some days and return its answer. Raises RuntimeError where it has none."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{days} {seed}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the peer {self.name} ended without an answer")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def worker(module: str, package: str, file: Path) -> Iterator[Worker]:
    """Start a peer in a process of its own, one thread, and end it."""
    command = [interpreter_for(package), "-m", "benchmarks.peers.worker", module, str(file)]
    environment = {**os.environ, **ONE_THREAD, "PYTHONPATH": str(CHECKOUT)}
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment, cwd=CHECKOUT
    )
    try:
        yield Worker(module, process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        process.wait()


def measure(customers: int, peers: Sequence[Peer], rounds: int) -> list[Row]:
    """Measure peers and Middleman in turns, and return a row for each."""
    rows: list[Row] = []
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        file = folder / "market.npz"
        arrays_of(market_in(world_for(customers))).save(file)
        ours = stack.enter_context(worker("middleman", "sim", file))
        theirs: dict[Peer, Worker] = {}
        for peer in peers:
            try:
                theirs[peer] = stack.enter_context(worker(peer.module, peer.package, file))
            except NoEnvironmentError as reason:
                rows.append(Row(PART, peer.title, "x", None, must=peer.must, note=f"could not be installed: {reason}"))
        run_rounds(ours, theirs, rounds)
        rows += [against(peer, customers, ours.answers, each.answers) for peer, each in theirs.items()]
    return rows


def run_rounds(ours: Worker, theirs: dict[Peer, Worker], rounds: int) -> None:
    """Have everybody live the same days, one after another, round by round; the first round is for warming up."""
    for turn in range(rounds + 1):
        for living in (ours, *theirs.values()):
            print(f"round {turn}: {living.name}", file=sys.stderr, flush=True)
            answer = living.live(DAYS if turn else 1, turn)
            if turn:
                living.answers.append(answer)


def against(peer: Peer, customers: int, ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> Row:
    """Return the row of one peer: how many times as fast Middleman is, round by round."""
    ratios = [other["cpu"] / own["cpu"] for own, other in zip(ours, theirs, strict=True)]
    speeds = [median(customers * DAYS / answer["cpu"] / 1e6 for answer in each) for each in (ours, theirs)]
    memory = max(answer["megabytes"] for answer in theirs)
    note = (
        f"{speeds[0]:.2f} against {speeds[1]:.2f} million customer-days a second of CPU; {memory:,.0f} MB; "
        f"{RECORDS} ({agreement(peer)})"
    )
    return row(
        PART, f"{peer.title}, {customers:,} customers", "x", ratios, must=peer.must, aim=peer.aim, note=note,
        wrong=different(peer, ours, theirs),
    )  # fmt: skip


def agreement(peer: Peer) -> str:
    """Return in what a peer's purchases are Middleman's."""
    return "every purchase, shelf and payment identical" if peer.identical else "shares identical within sampling error"


def different(peer: Peer, ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> str:
    """Return in what a peer does not make the same purchases, or nothing."""
    if peer.identical:
        differ = {answer["digest"] for answer in theirs} != {ours[0]["digest"]}
        return "purchases, stocks or money are not Middleman's" if differ else ""
    mine = np.array(ours[0]["counts"])
    other = np.sum([answer["counts"] for answer in theirs], axis=0)
    apart = standard_errors_apart(mine, other, len(theirs))
    return "" if apart < FAR_APART else f"shares of purchases are {apart:.1f} standard errors from Middleman's"


def standard_errors_apart(mine: np.ndarray, other: np.ndarray, runs: int) -> float:
    """Return by how many standard errors two counts of purchases differ, at most, shares and their total alike.

    ``mine`` is of one run, ``other`` of several. Needs come independently, so counts are Poisson or steadier.
    """
    mine, other = (np.append(each, each.sum()) for each in (mine, other))
    variance = mine + other / runs**2
    apart = np.abs(mine - other / runs) / np.sqrt(np.maximum(variance, 1))
    return float(apart.max())


def against_the_twin(customers: int, markets: int) -> Row:
    """Return the row of the C twin, day by day beside the kernel."""
    world = world_for(customers)
    found: Beside
    seconds: list[tuple[float, float]] = []
    wrong = ""
    for number in range(markets + 1):
        market = market_in(world)
        with beside() as found:
            for _ in range(scenario_for(customers).time.days):
                market.step()
        wrong = wrong or "; ".join(found.differences[:3])
        if number:  # the first one is for warming up
            seconds += zip(found.kernel, found.twin, strict=True)
    kernel, twin = (median(each) for each in zip(*seconds, strict=True))
    note = (
        f"kernel {kernel * 1e3:.2f} ms, C {twin * 1e3:.2f} ms of CPU a day; "
        "every need's record, reservation and count of demand identical"
    )
    return row(
        PART, f"C twin of the shopping kernel, {customers:,} customers", "x",
        [other / own for own, other in seconds], must=0.7, aim=0.95, note=note, wrong=wrong,
    )  # fmt: skip


def rows(*, long: bool = False, customers: int = 100_000, many: int = 1_000_000, rounds: int = 5) -> list[Row]:
    """Return the rows of all peers."""
    found = [against_the_twin(customers, 2)]
    found += measure(customers, (NUMPY, MESA, AGENTPY, COLUMNS, FRAMES), rounds)
    return found + measure(many, (MANY_FRAMES,), 5 if long else 3)
