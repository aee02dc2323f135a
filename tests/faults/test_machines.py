"""State machines: any order of what may happen to the store, to the service and to uploads (MacIver, "Hypothesis")."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sim.runs.backends import Backend
from sim.runs.job_service import MOST_KEPT, PATIENCE, JobService
from sim.runs.store import RunKey, RunStore
from sim.runs.uploads import Uploads
from sim.scenario import load_scenario
from tests.faults.disk import Disk, Fault, Killed
from tests.faults.service_story import Word
from tests.faults.stories import figures_of
from tests.faults.walk import left_over

SHORT = settings(max_examples=12, stateful_step_count=25, deadline=None, print_blob=True)
KEYS = [RunKey("b" * 64, "direct", seed) for seed in range(4)]
WHICH = st.integers(0, len(KEYS) - 1)


class StoreMachine(RuleBasedStateMachine):
    """Two writers fill one store; parts are damaged, writers are killed."""

    def __init__(self):
        super().__init__()
        self.root = Path(tempfile.mkdtemp()).resolve()
        self.stores = [RunStore(self.root / "store"), RunStore(self.root / "store")]
        self.acknowledged: set[int] = set()

    @rule(writer=st.integers(0, 1), which=WHICH)
    def put(self, writer, which):
        self.stores[writer].put(KEYS[which], figures_of(which))
        self.acknowledged.add(which)

    @rule(which=WHICH, place=st.integers(0, 10**6), how=st.sampled_from(["flip", "cut", "empty", "delete", "other"]))
    def damage(self, which, place, how):
        path = self.stores[0].path_of(KEYS[which])
        if not path.exists():
            return
        content = path.read_bytes()
        place %= max(1, len(content))
        flipped = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :] if content else b"?"
        other = self.stores[0].path_of(KEYS[(which + 1) % len(KEYS)])
        path.unlink()
        if how != "delete":
            new = {"flip": flipped, "cut": content[:place], "empty": b""}
            path.write_bytes(new.get(how, other.read_bytes() if other.exists() else b"PAR1"))
        self.acknowledged.discard(which)

    @rule(which=WHICH, at=st.integers(0, 20), kind=st.sampled_from(["kill", "power", "content", "fail", "full"]))
    def put_with_a_fault(self, which, at, kind):
        disk = Disk(self.root, Fault(kind, at))
        with disk.between():
            try:
                RunStore(self.root / "store").put(KEYS[which], figures_of(which))
                self.acknowledged.add(which)
            except (ValueError, Killed):
                pass
        with suppress(OSError):
            disk.unsynced.close()

    @rule()
    def reopen_later(self):
        then = time.time() - 3600
        for path in self.root.rglob("*"):
            os.utime(path, (then, then), follow_symlinks=False)
        self.stores = [RunStore(self.root / "store") for _ in range(2)]
        self.stores[0].remove_orphans()
        assert left_over(self.root) == []

    @invariant()
    def what_is_there_is_right(self):
        for which, key in enumerate(KEYS):
            found = self.stores[which % 2].get(key)
            assert found in (None, figures_of(which)), "a wrong run"
            assert found is not None or which not in self.acknowledged, "a run is lost"

    def teardown(self):
        shutil.rmtree(self.root, ignore_errors=True)


class Hands(Executor):
    """Workers that do a job when they are told to, and die when they are told to."""

    def __init__(self):
        self.given = []
        self.broken = False

    def submit(self, work, *given):
        if self.broken:
            raise BrokenProcessPool("they died")
        future = Future()
        self.given.append((future, work, given))
        return future

    def finish(self, number):
        if self.given:
            future, work, given = self.given.pop(number % len(self.given))
            future.set_result(work(*given))

    def finish_light(self):
        light = [number for number, (_, _, (job, _)) in enumerate(self.given) if job.key.islower()]
        if light:
            self.finish(light[0])

    def die(self):
        self.broken, lost, self.given = True, self.given, []
        for future, _, _ in lost:
            future.set_exception(BrokenProcessPool("they died"))

    def shutdown(self, wait=True, cancel_futures=False):
        for future, _, _ in self.given:
            future.cancel()


class Replaced(Backend):
    """Starts new ones where they died."""

    def __init__(self, capacity):
        self.capacity = capacity
        self.now = None

    def start(self):
        self.now = Hands()
        return self.now

    def is_a_death(self, error):
        return isinstance(error, BrokenProcessPool)


CLIENTS = st.sampled_from(["ann", "bob", "cem"])
JOBS = st.lists(st.sampled_from("abcdEF"), min_size=1, max_size=4, unique=True)


class ServiceMachine(RuleBasedStateMachine):
    """Clients ask, leave and fall silent; workers for any job and for light jobs finish, die, and are replaced."""

    @initialize(capacity=st.integers(1, 3), light=st.booleans())
    def begin(self, capacity, light):
        self.now = 0.0
        self.backends = [Replaced(capacity), *([Replaced(1)] if light else [])]
        self.service = JobService(*self.backends, clock=lambda: self.now)
        self.wants: dict[str, tuple[list[str], float]] = {}

    @rule(client=CLIENTS, names=JOBS)
    def ask(self, client, names):
        found = self.service.ask(client, [Word(name) for name in names])
        self.wants[client] = (names, self.now)
        assert len(found.results) == len(names)
        assert all(each in (None, name.upper()) for name, each in zip(names, found.results, strict=True))
        assert found.complete or found.failure or found.place >= 0

    @rule(client=CLIENTS)
    def leave(self, client):
        self.service.leave(client)
        self.wants.pop(client, None)

    @rule(number=st.integers(0, 5), which=st.integers(0, 1))
    def finish(self, number, which):
        self.backends[which % len(self.backends)].now.finish(number)

    @rule(which=st.integers(0, 1))
    def die(self, which):
        others = [each.now.given[:] for each in self.backends if each is not self.backends[which % len(self.backends)]]
        self.backends[which % len(self.backends)].now.die()
        still = [each.now.given[:] for each in self.backends if each is not self.backends[which % len(self.backends)]]
        assert all(now[: len(then)] == then for then, now in zip(others, still, strict=True)), "others lost their work"

    @rule(names=JOBS)
    def again(self, names):
        self.service.again([Word(name) for name in names])

    @rule(seconds=st.sampled_from([1.0, 6.0, 31.0, PATIENCE + 1]))
    def wait(self, seconds):
        self.now += seconds

    @precondition(lambda self: self.wants)
    @rule(heavy=st.booleans())
    def wait_for_everything(self, heavy):
        """Those who go on asking are served in the end; those with light jobs although heavy ones never end."""
        client, (names, _) = next(iter(self.wants.items()))
        if not heavy and len(self.backends) > 1:
            self.service.ask(client, [Word(name) for name in names])  # what took longer than expected is heavy by now
            names = [name for name in names if not self.service._entries[name].heavy]
        for _ in range(60):
            found = self.service.ask(client, [Word(name) for name in names])
            if found.complete:
                break
            if found.failure:
                self.service.again([Word(name) for name in names])
            for backend in self.backends:
                backend.now.finish_light() if not heavy and len(self.backends) > 1 else backend.now.finish(0)
        assert found.complete, "a client waits for ever"
        self.wants[client] = (names, self.now)

    @invariant()
    def nothing_is_too_much(self):
        if not hasattr(self, "service"):
            return
        for backend in self.backends:
            assert len(backend.now.given) <= backend.capacity, "more jobs than workers"
        running = sum(len(backend.now.given) for backend in self.backends)
        assert self.service.count("running") == running, "a job is running that no worker has"
        assert self.service.count("done") + self.service.count("failed") <= MOST_KEPT
        if len(self.backends) > 1:
            given = [job for _, _, (job, _) in self.backends[1].now.given]
            assert not any(job.key.isupper() for job in given), "a heavy job has the worker for light ones"

    def teardown(self):
        if hasattr(self, "service"):
            folder = self.service._stops
            self.service.close()
            assert not folder.exists(), "a folder is left over"


VARIANTS = [load_scenario("village", {"customers.hassle": hassle}) for hassle in (0.5, 1.0, 1.5, 2.0)]


class UploadsMachine(RuleBasedStateMachine):
    """Scenarios are sent, looked for, and forgotten by age and number."""

    def __init__(self):
        super().__init__()
        self.now = 0.0
        self.uploads = Uploads(most=2, longest=100.0, clock=lambda: self.now)
        self.asked: dict[str, tuple[int, float]] = {}

    def _note(self, name, which):
        self.asked.pop(name, None)
        self.asked[name] = (which, self.now)

    @rule(which=st.integers(0, 3))
    def keep(self, which):
        self._note(self.uploads.keep(VARIANTS[which]), which)

    @rule(seconds=st.sampled_from([1.0, 60.0, 101.0]))
    def wait(self, seconds):
        self.now += seconds

    @precondition(lambda self: self.asked)
    @rule(data=st.data())
    def find(self, data):
        name = data.draw(st.sampled_from(list(self.asked)))
        which, then = self.asked[name]
        newest = list(self.asked)[-2:]
        found = self.uploads.find(name)
        if name in newest and self.now - then <= 100.0:
            assert found == VARIANTS[which], "one of the newest is lost"
        else:
            assert found is None, "more is kept, or for longer, than is said"
        if found is None:
            del self.asked[name]
        else:
            self._note(name, which)

    @invariant()
    def there_are_no_more_than_may_be(self):
        assert len(self.uploads) <= 2


TestStore = StoreMachine.TestCase
TestStore.settings = SHORT
TestService = ServiceMachine.TestCase
TestService.settings = settings(SHORT, max_examples=40, stateful_step_count=40)
TestUploads = UploadsMachine.TestCase
TestUploads.settings = settings(SHORT, max_examples=30)
