"""The service: everybody's first task before anybody's second, nothing done twice, nothing done for nobody."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
import time
import weakref
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from threading import Event

import pytest

from sim.common.stopping import StoppedError
from sim.experiments import compare
from sim.experiments.jobs import comparison_of, look_at, replications_of
from sim.runs.backends import Backend, Processes, workers_of_service
from sim.runs.dispatcher import MOST_DEATHS
from sim.runs.job_service import ABSENT, LOST, NO_MEMORY, OVERDUE, PATIENCE, TOO_MANY, TOO_MANY_OF_ONE, JobService
from sim.runs.jobs import Unfinished, Watch, attempted
from sim.scenario import load_scenario


@dataclass(frozen=True)
class Named:
    """A task that returns its name; one called ``wrong`` fails."""

    key: str

    @property
    def turn(self):
        return self.key.partition(".")[0]

    def kept(self):
        return None

    def do(self, watch):
        if self.key == "wrong":
            raise ZeroDivisionError("by hand")
        if watch.stopped():
            raise StoppedError
        return self.key.upper()


class ByHand:
    """Workers that do a task when they are told to."""

    def __init__(self):
        self.given = []

    def submit(self, work, task=None, stop=None):
        future = Future()
        self.given.append((work, task, stop, future))
        return future

    def prepare(self):
        first, _, _, future = self.given.pop(0)
        future.set_result(first())

    def finish(self, dying=False):
        work, task, stop, future = self.given.pop(0)
        if dying:
            future.set_exception(BrokenProcessPool("killed"))
            return task.key
        try:
            future.set_result(work(task, stop))
        except Exception as error:
            future.set_exception(error)
        return task.key

    def shutdown(self, wait=True):
        return


class Given(Backend):
    """Workers that are there already; others in their place when they broke."""

    def __init__(self, *pools, capacity=1):
        self.capacity = capacity
        self._pools = list(pools)

    def start(self):
        return self._pools.pop(0) if len(self._pools) > 1 else self._pools[0]

    def is_a_death(self, error):
        return isinstance(error, BrokenProcessPool)


@pytest.fixture
def workers():
    return ByHand()


@pytest.fixture
def clock():
    return [0.0]


@pytest.fixture
def service(workers, clock):
    return JobService(Given(workers), clock=lambda: clock[0])


def tasks(*names):
    return [Named(name) for name in names]


def test_everybodys_first_task_comes_before_anybodys_second(service, workers):
    service.ask("ann", tasks("a1", "a2", "a3"))
    service.ask("bob", tasks("b1", "b2"))
    service.ask("cem", tasks("c1"))
    assert [workers.finish() for _ in range(6)] == ["a1", "b1", "c1", "a2", "b2", "a3"]
    assert service.ask("ann", tasks("a1", "a2", "a3")).results == ("A1", "A2", "A3")


def test_parts_of_a_whole_are_done_one_right_after_the_other(service, workers):
    service.ask("ann", tasks("a.1", "a.2", "a2"))
    service.ask("bob", tasks("b"))
    assert [workers.finish() for _ in range(4)] == ["a.1", "a.2", "b", "a2"]


def test_those_who_wait_are_told_how_many_are_before_them(service, workers):
    service.ask("ann", tasks("a1"))
    assert service.ask("ann", tasks("a1")).place == 0
    assert service.ask("bob", tasks("b1")).place == 1
    assert service.ask("cem", tasks("c1")).place == 2
    workers.finish()
    assert service.ask("cem", tasks("c1")).place == 1
    assert service.ask("bob", tasks("b1")).place == 0


def test_what_two_want_is_done_once_and_is_there_for_a_third(service, workers):
    service.ask("ann", tasks("same"))
    service.ask("bob", tasks("same"))
    assert len(workers.given) == 1
    workers.finish()
    assert workers.given == []
    assert service.ask("cem", tasks("same")).complete
    assert workers.given == []


def test_who_asks_for_something_else_takes_the_queued_back_and_stops_the_running(service, workers):
    service.ask("ann", tasks("old1", "old2"))
    service.ask("ann", tasks("new"))
    assert workers.finish() == "old1"  # was running: it is told to stop
    assert [task.key for _, task, _, _ in workers.given] == ["new"]
    workers.finish()
    assert service.count("waiting") == 0
    assert service.ask("ann", tasks("new")).results == ("NEW",)


def test_a_stopped_task_that_somebody_wants_again_is_done_again(service, workers):
    class Stopping(Named):
        def do(self, watch):
            if watch.stopped():
                raise StoppedError
            return "whole"

    task = Stopping("task")
    service.ask("ann", [task])
    service.leave("ann")
    workers.finish()
    assert service.count("running") == service.count("waiting") == 0
    service.ask("ann", [task])
    workers.finish()
    assert service.ask("ann", [task]).results == ("whole",)


def in_work(workers):
    return [task.key for _, task, _, _ in workers.given]


def told_to_leave(workers):
    return [task.key for _, task, watch, _ in workers.given if watch.stopped()]


def test_first_figures_do_not_wait_for_a_run_that_is_nobody_s_first(workers):
    service = JobService(Given(workers, capacity=2))
    ann, bob = tasks("preview", "full.1", "full.2"), tasks("other")
    service.ask("ann", ann)
    workers.finish()
    assert in_work(workers) == ["full.1", "full.2"]
    assert told_to_leave(workers) == []
    service.ask("bob", bob)
    assert told_to_leave(workers) == ["full.2"]  # one worker is enough, and this run has the least to lose
    service.ask("ann", ann)  # as her page does four times a second
    assert told_to_leave(workers) == ["full.2"]
    workers.given.reverse()
    assert workers.finish() == "full.2"
    assert in_work(workers) == ["full.1", "other"]
    assert [workers.finish() for _ in range(3)] == ["full.1", "other", "full.2"]
    assert service.ask("ann", ann).results == ("PREVIEW", "FULL.1", "FULL.2")
    assert service.ask("bob", bob).results == ("OTHER",)


def test_a_run_leaves_its_worker_once_and_is_then_done_to_its_end(service, workers):
    ann = tasks("preview", "full")
    service.ask("ann", ann)
    workers.finish()
    service.ask("bob", tasks("second"))
    assert [workers.finish(), workers.finish()] == ["full", "second"]
    assert in_work(workers) == ["full"]
    service.ask("cem", tasks("third"))
    assert told_to_leave(workers) == []
    assert [workers.finish(), workers.finish()] == ["full", "third"]
    assert service.ask("ann", ann).complete


def test_nobody_s_first_job_is_told_to_leave_and_none_for_a_job_that_is_not_first(service, workers):
    service.ask("ann", tasks("first"))
    service.ask("bob", tasks("first of bob", "full"))
    assert told_to_leave(workers) == []
    workers.finish()
    workers.finish()
    service.ask("cem", tasks("first", "another full"))  # its first is known: what it waits for is its second
    assert in_work(workers) == ["full"]
    assert told_to_leave(workers) == []


class Heavy(Named):
    """A task that says it takes long."""

    cost = 1000.0


def heavy(*names):
    return [Heavy(name) for name in names]


@pytest.fixture
def light():
    """Workers for light tasks only."""
    return ByHand()


@pytest.mark.parametrize("capacity", [1, 2, 7])
def test_light_tasks_keep_a_worker_of_their_own(workers, light, capacity):
    service = JobService(Given(workers, capacity=capacity), Given(light))
    service.ask("ann", heavy(*(f"h{number}" for number in range(capacity + 2))))
    assert len(in_work(workers)) == capacity
    assert in_work(light) == [], "heavy tasks wait"
    service.ask("bob", tasks("light", "second"))
    assert in_work(light) == ["light"]
    light.finish()
    assert in_work(light) == ["second"], "heavy tasks wait although they were asked for before"


def test_light_tasks_use_all_workers_where_nothing_is_heavy(workers, light):
    service = JobService(Given(workers, capacity=2), Given(light))
    service.ask("ann", tasks("a1", "a2", "a3", "a4"))
    assert in_work(light) == ["a1"]
    assert in_work(workers) == ["a2", "a3"]


def test_slow_tasks_leave_the_worker_for_light_ones_to_quick_ones(workers, light):
    class Slow(Named):
        cost = 5.0

    service = JobService(Given(workers), Given(light))
    service.ask("ann", [Slow("slow")])
    service.ask("bob", tasks("quick"))
    assert in_work(workers) == ["slow"]
    assert in_work(light) == ["quick"]
    light.finish()
    service.ask("cem", [Slow("slow, too")])
    assert in_work(light) == ["slow, too"], "no worker is idle"
    light.finish()
    service.ask("eve", heavy("h"))
    service.ask("cem", [Slow("slow as well")])
    assert in_work(light) == [], "quick ones may come at any time, and what is heavy takes minutes"
    service.leave("eve")
    service.ask("cem", [Slow("slow as well")])
    assert in_work(light) == ["slow as well"]


def test_workers_that_die_of_heavy_tasks_take_no_light_task_along(workers, light):
    service = JobService(Given(workers), Given(light))
    service.ask("ann", heavy("h1"))
    service.ask("eve", heavy("h2"))
    service.ask("bob", tasks("light"))
    workers.finish(dying=True)
    assert service.ask("ann", heavy("h1")).failure == LOST
    assert in_work(workers) == ["h2"], "new workers go on"
    assert in_work(light) == ["light"], "undisturbed"
    assert not service._entries["light"].suspect
    light.finish()
    assert service.ask("bob", tasks("light")).results == ("LIGHT",)


def test_light_tasks_of_dead_workers_are_done_again_there_alone(workers, light):
    service = JobService(Given(workers, capacity=2), Given(light))
    service.ask("ann", tasks("a1", "a2", "a3"))
    assert [in_work(light), in_work(workers)] == [["a1"], ["a2", "a3"]]
    workers.finish(dying=True)
    workers.finish(dying=True)
    service.ask("bob", tasks("b1"))
    assert in_work(workers) == ["a2"], "alone, since it may have been the cause"
    light.finish()
    assert in_work(light) == ["b1"], "others do not wait for that"
    workers.finish()
    assert in_work(workers) == ["a3"]
    light.finish(dying=True)
    assert in_work(light) == ["b1"], "a new worker does it"
    workers.finish()
    light.finish()
    assert service.ask("ann", tasks("a1", "a2", "a3")).complete
    assert service.ask("bob", tasks("b1")).complete


def test_what_comes_first_is_done_once_for_all_by_the_worker_for_light_tasks(workers, light):
    began = []
    service = JobService(Given(workers), Given(light), first=lambda: began.append(1))
    service.ask("ann", tasks("a1", "a2"))
    assert workers.given == []
    assert service.preparing
    light.prepare()
    assert not service.preparing
    assert in_work(light) == ["a1"], "light tasks begin"
    assert len(workers.given) == 1, "the others get ready: what was compiled is loaded"
    workers.prepare()
    assert in_work(workers) == ["a2"]
    assert began == [1, 1]


def test_quick_tasks_come_before_slow_ones_of_the_same_rank(service, workers):
    class Slow(Named):
        cost = 5.0

    service.ask("ann", tasks("a1"))
    service.ask("bob", [Slow("b1")])
    service.ask("cem", tasks("c1", "c2"))
    order = [workers.finish() for _ in range(4)]
    assert order == ["a1", "c1", "b1", "c2"], "everybody's first comes before anybody's second all the same"


def test_a_slow_task_leaves_its_worker_once_to_a_quick_one(service, workers):
    class Slow(Named):
        cost = 5.0

    service.ask("ann", [Slow("a1")])
    service.ask("bob", [Slow("b1")])
    assert not told_to_leave(workers), "not to another slow one"
    service.ask("cem", tasks("c1"))
    assert told_to_leave(workers) == ["a1"]
    assert [workers.finish() for _ in range(2)] == ["a1", "c1"]
    assert in_work(workers) == ["a1"]
    service.ask("dan", tasks("d1"))
    assert not told_to_leave(workers), "it left once"


def test_where_there_is_one_worker_heavy_tasks_are_done_as_well(service, workers):
    service.ask("ann", heavy("h"))
    assert in_work(workers) == ["h"]


def test_everybody_has_a_heavy_task_done_before_anybody_has_a_second(workers, light):
    service = JobService(Given(workers), Given(light))
    service.ask("ann", heavy("a1", "a2", "a3"))
    service.ask("bob", heavy("b1"))
    order = []
    for _ in range(4):
        order.append(workers.finish())
        service.ask("cem", ())
    assert order == ["a1", "b1", "a2", "a3"]


def test_what_takes_longer_than_expected_is_heavy_from_then_on(workers, light):
    clock = [0.0]
    service = JobService(Given(workers), Given(light), clock=lambda: clock[0])
    service.ask("ann", tasks("a"))
    service.ask("bob", tasks("b"))
    assert [in_work(light), in_work(workers)] == [["a"], ["b"]]
    clock[0] = OVERDUE + 1
    service.ask("cem", tasks("c"))
    assert told_to_leave(light) == ["a"], "this worker is for light tasks only"
    assert told_to_leave(workers) == []
    light.finish()
    assert in_work(light) == ["c"], "a is heavy now and waits for b"
    assert in_work(workers) == ["b"]
    workers.finish()
    assert in_work(workers) == ["a"]
    workers.finish()
    light.finish()
    assert service.ask("ann", tasks("a")).results == ("A",)
    assert service.ask("bob", tasks("b")).results == ("B",)


def test_a_heavy_task_that_is_lost_with_its_worker_holds_nobody_up(workers):
    service = JobService(Given(workers, capacity=2))
    service.ask("ann", heavy("h"))
    service.ask("bob", tasks("light"))
    workers.finish(dying=True)
    workers.finish(dying=True)  # one death takes along what all were doing
    assert service.ask("ann", heavy("h")).failure == LOST
    assert in_work(workers) == ["light"], "done again, alone"
    workers.finish()
    assert service.ask("bob", tasks("light")).results == ("LIGHT",)
    service.again(heavy("h"))
    service.ask("ann", heavy("h"))
    service.ask("cem", tasks("other"))
    assert in_work(workers)[-2:] == ["h", "other"], "tried again as one of many"


def test_a_suspect_that_takes_long_is_given_up(workers):
    clock = [0.0]
    service = JobService(Given(workers, capacity=2), clock=lambda: clock[0])
    service.ask("ann", tasks("a"))
    workers.finish(dying=True)
    service.ask("bob", tasks("b"))
    assert in_work(workers) == ["a"]
    clock[0] = OVERDUE + 1
    service.ask("bob", tasks("b"))
    assert told_to_leave(workers) == ["a"]
    workers.finish()
    assert in_work(workers) == ["b"]
    assert service.ask("ann", tasks("a")).failure == LOST


def test_nobody_asks_for_more_than_can_be_remembered(service, monkeypatch):
    monkeypatch.setattr("sim.runs.job_service.MOST_OF_ONE", 3)
    monkeypatch.setattr("sim.runs.job_service.MOST_WAITING", 8)
    assert service.ask("ann", tasks("a1", "a2", "a3", "a4")).failure == TOO_MANY_OF_ONE
    assert service.count("waiting") == 0
    for name in ("ann", "bob", "cem"):
        assert not service.ask(name, tasks(*(f"{name}{number}" for number in range(3)))).failure
    said = service.ask("dan", tasks("d1"))
    assert said.failure == TOO_MANY
    assert said.results == (None,)
    service.leave("ann")
    service.leave("bob")
    assert not service.ask("dan", tasks("d1")).failure


def test_a_run_that_is_stopped_anyway_makes_room_for_one(workers):
    service = JobService(Given(workers, capacity=2))
    service.ask("ann", tasks("a"))
    service.ask("bob", tasks("b"))
    service.ask("ann", tasks("a", "a full"))
    service.ask("bob", tasks("b", "b full"))
    workers.finish()
    workers.finish()
    assert in_work(workers) == ["a full", "b full"]
    service.ask("ann", tasks("a moved", "a moved full"))
    assert told_to_leave(workers) == ["a full"]  # nobody wants it; bob's run goes on
    workers.finish()
    assert in_work(workers) == ["b full", "a moved"]


def test_who_does_not_ask_again_has_left(service, workers, clock):
    service.ask("ann", tasks("a1", "a2"))
    clock[0] = PATIENCE + 1
    service.ask("bob", tasks("b1"))
    workers.finish()
    assert [task.key for _, task, _, _ in workers.given] == ["b1"]
    assert service.count("waiting") == 0


def test_a_failure_is_told_and_can_be_tried_again(service, workers):
    service.ask("ann", tasks("wrong", "right"))
    workers.finish()
    answer = service.ask("ann", tasks("wrong", "right"))
    assert answer.failure == "ZeroDivisionError: by hand"
    assert answer.over
    assert not answer.complete
    service.again(tasks("wrong"))
    assert service.ask("ann", tasks("wrong")).failure == ""


def test_one_who_tries_again_leaves_alone_the_others_who_wanted_the_same(service, workers):
    service.ask("ann", tasks("wrong"))
    service.ask("bob", tasks("wrong"))
    workers.finish()
    service.again(tasks("wrong"))
    assert service.ask("bob", tasks("wrong")).failure == ""
    assert service.ask("ann", tasks("wrong")).failure == ""
    workers.finish()
    assert service.ask("ann", tasks("wrong")).failure == service.ask("bob", tasks("wrong")).failure != ""
    service.ask("cem", tasks("c1"))
    assert workers.finish() == "c1"


def test_a_death_of_a_worker_is_survived_twice_and_then_held_against_the_task(service, workers):
    service.ask("ann", tasks("a1"))
    workers.finish(dying=True)
    workers.finish(dying=True)
    assert service.ask("ann", tasks("a1")).failure == ""
    workers.finish(dying=True)
    assert "memory" in service.ask("ann", tasks("a1")).failure
    service.ask("bob", tasks("b1"))
    workers.finish()
    assert service.ask("bob", tasks("b1")).complete


def serve(service, workers, wanted, killers, most=60):
    """Work until everybody has an answer; whatever is in work when a killer is begun dies with it.

    Returns:
        what was in work at each death.
    """
    deaths = []
    for _ in range(most):
        for who, work in wanted.items():
            service.ask(who, work)
        if not workers.given:
            break
        together = [task.key for _, task, _, _ in workers.given]
        dying = any(key in killers for key in together)
        deaths += [together] if dying else []
        for _ in range(len(together) if dying else 1):
            workers.finish(dying)
    return deaths


@pytest.mark.parametrize("capacity", [1, 2, 4])
def test_a_killer_is_blamed_alone_and_every_innocent_is_served(workers, capacity):
    service = JobService(Given(workers, capacity=capacity))
    wanted = {f"student {n}": tasks(f"a{n}", f"b{n}") for n in range(6)} | {"eve": tasks("killer")}
    deaths = serve(service, workers, wanted, {"killer"})
    for who, work in wanted.items():
        answer = service.ask(who, work)
        assert answer.complete is (who != "eve"), (who, answer)
    assert "memory" in service.ask("eve", wanted["eve"]).failure
    assert deaths[-MOST_DEATHS:] == [["killer"]] * MOST_DEATHS
    assert len(deaths) == MOST_DEATHS + 1


def test_two_killers_among_innocents_are_both_found(workers):
    service = JobService(Given(workers, capacity=3))
    wanted = {name: tasks(name) for name in ("one", "killer", "other killer", "two", "three")}
    serve(service, workers, wanted, {"killer", "other killer"})
    assert {name: service.ask(name, work).complete for name, work in wanted.items()} == {
        name: "killer" not in name for name in wanted
    }


def test_workers_that_broke_while_nobody_looked_are_held_against_no_task(workers):
    class Broken(ByHand):
        def submit(self, work, task, stop):
            raise BrokenProcessPool("long dead")

    service = JobService(Given(Broken(), workers))
    service.ask("ann", tasks("a1"))
    assert not service._entries["a1"].suspect
    workers.finish()
    assert service.ask("ann", tasks("a1")).complete


@dataclass(frozen=True)
class Killing(Named):
    """A task that ends the process it is done in."""

    def do(self, watch):
        os._exit(9)


class Hungry(Named):
    """A job for which there is not enough memory."""

    def do(self, watch):
        raise MemoryError("no room for an array")


def test_a_run_that_needs_more_memory_than_its_part_says_so(service, workers):
    code = (
        "import numpy\nfrom sim.runs.machine import limit_memory\nlimit_memory(50)\n"
        "try:\n    numpy.ones(10**10)\nexcept MemoryError as error:\n    print('refused')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "refused"
    service.ask("ann", [Hungry("much")])
    workers.finish()
    assert service.ask("ann", [Hungry("much")]).failure == NO_MEMORY


@dataclass(frozen=True)
class Where(Named):
    """A task that says which process does it, after some seconds if it is to take long."""

    seconds: float = 0.0

    @property
    def cost(self):
        return 1000.0 * bool(self.seconds)

    def do(self, watch):
        time.sleep(self.seconds)
        return os.getpid(), resource.getrlimit(resource.RLIMIT_AS)[0]


def answer_of(service, client, jobs):
    """Return the results of jobs once they are there."""
    for _ in range(3000):
        answer = service.ask(client, jobs)
        if answer.over:
            break
        Event().wait(0.02)
    assert answer.complete, answer.failure
    return answer.results


def test_the_worker_for_light_tasks_survives_a_killed_one_for_heavy_tasks():
    service = JobService()
    try:
        [(own, limit)] = answer_of(service, "bob", [Where("light")])
        service.ask("ann", [long := Where("long", seconds=600.0)])
        while service.count("running") == 0:
            Event().wait(0.02)
        busy = set(service._pools[0]._workers._processes)
        assert own not in busy
        assert len(busy) + 1 == workers_of_service()
        os.kill(min(busy), signal.SIGKILL)
        assert answer_of(service, "bob", [Where("light, again")])[0][0] == own
        while not service.ask("ann", [long]).over:
            Event().wait(0.02)
        assert service.ask("ann", [long]).failure == LOST
        [(other, _)] = answer_of(service, "ann", [Where("heavy", seconds=0.01)])
        assert other not in {own, *busy}, "there are new workers"
        assert answer_of(service, "bob", [Where("light, at last")])[0][0] == own
        shares = [pool._workers._initargs[0] for pool in service._pools]
        assert shares == [workers_of_service()] * 2, "each has its part of what all workers have together"
        assert limit != resource.RLIM_INFINITY
    finally:
        service.close()


@pytest.mark.slow
def test_processes_survive_a_killer_beside_innocents():
    service = JobService(Processes(2, apart=True))
    wanted = {f"student {n}": tasks(f"a{n}", f"b{n}") for n in range(4)} | {"eve": [Killing("killer")]}
    try:
        for _ in range(600):
            answers = {who: service.ask(who, work) for who, work in wanted.items()}
            if all(answer.over for answer in answers.values()):
                break
            Event().wait(0.1)
        assert [who for who, answer in answers.items() if not answer.complete] == ["eve"]
        assert "memory" in answers["eve"].failure
    finally:
        service.close()


def test_only_results_without_a_gap_before_them_are_ready(service, workers):
    service.ask("bob", tasks("second"))
    service.ask("ann", tasks("first", "second"))
    workers.finish()
    assert service.ask("ann", tasks("first", "second")).ready == ()
    workers.finish()
    assert service.ask("ann", tasks("first", "second")).ready == ("FIRST", "SECOND")


def test_a_service_that_is_closed_waits_for_nothing_that_comes_first(workers):
    class Ending(Given):
        def end(self, workers, *, idle):
            ended.append(idle)

    ended = []
    service = JobService(Ending(workers), first=lambda: None)
    service.close()
    assert ended == [False]
    service = JobService(Ending(workers := ByHand()), first=lambda: None)
    workers.given[0][3].set_result(None)
    service.close()
    assert ended == [False, True]


def test_nothing_begins_before_what_comes_first(workers):
    service = JobService(Given(pool := ThreadPoolExecutor(2)), first=(gate := Event()).wait)
    service.ask("ann", tasks("a1"))
    assert service.count("waiting") == 1
    gate.set()
    pool.shutdown(wait=True)


class Counted(Named):
    """A task whose result lies on the disk, once it does."""

    def kept(self):
        READ.append(self.key)
        return DISK.get(self.key)


READ: list[str] = []
DISK: dict[str, str] = {}


def test_what_lies_on_the_disk_is_read_once_and_looked_for_now_and_then(service, clock, monkeypatch):
    READ.clear()
    monkeypatch.setitem(DISK, "there", "read")
    there, missing = [Counted("there")], [Counted("missing")]
    for _ in range(5):
        assert service.results(there) == ("read",)
        assert service.results(missing) == (None,)
        assert service.has(there[0])
    assert sorted(READ) == ["missing", "there"]
    monkeypatch.setitem(DISK, "missing", "made by another process")
    assert service.results(missing) == (None,)
    clock[0] += ABSENT
    assert service.results(missing) == ("made by another process",)
    assert len(READ) == 3


def test_what_was_read_is_forgotten_when_it_is_too_much(service, monkeypatch):
    monkeypatch.setattr("sim.runs.job_service.MOST_RECALLED", 3)
    READ.clear()
    many = [Counted(f"r{number}") for number in range(6)]
    for task in many:
        monkeypatch.setitem(DISK, task.key, "read")
    assert service.results(many) == ("read",) * 6
    assert service.results(many[-3:]) == ("read",) * 3
    assert len(READ) == 6
    assert service.results(many[:1]) == ("read",)
    assert len(READ) == 7


def test_results_are_those_of_compare_and_are_kept_on_disk(tmp_path):
    village = load_scenario("village")
    wanted = replications_of(village, ["traditional", "o2o"], 3, 7, str(tmp_path))
    found = [task.do() for task in wanted]
    expected = compare("village", ["traditional", "o2o"], replications=3, seed=7, workers=1)
    assert comparison_of(wanted, found).to_dict() == expected.to_dict()
    (stop := Event()).set()
    assert [attempted(task, Watch(stop)) for task in wanted] == found  # nothing is run: running would stop at once


def test_a_full_disk_takes_no_answer_away(tmp_path, monkeypatch):
    def full(*arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("sim.runs.store.write_parquet", full)
    [task] = replications_of(load_scenario("village"), ["traditional"], 1, 0, str(tmp_path))
    assert task.do().figures["traditional"]["welfare"] is not None
    assert task.kept() is None


class Held:
    """What a run holds while it is under way."""


@dataclass(frozen=True)
class Holding(Named):
    """A task that holds much when it is stopped."""

    def do(self, watch):
        held = Held()
        HOLDS.append(weakref.ref(held))
        raise StoppedError


HOLDS = []


def test_a_worker_lets_go_of_a_run_that_was_stopped(tmp_path):
    HOLDS.clear()
    assert attempted(Holding("held"), Watch(tmp_path / "stop")) is Unfinished.LEFT
    assert HOLDS[0]() is None


def test_a_look_tells_the_same_need_under_every_regime():
    village = load_scenario("village")
    look = look_at(village, ["traditional", "direct"], 1).do()
    told = look.stories["traditional"], look.stories["direct"]
    assert told[0].customer.number == told[1].customer.number
    assert told[0].need == told[1].need
    beyond = look_at(village, ["traditional"], 1, need=10**6).do()
    assert beyond.stories == {"traditional": None}


def test_workers_are_processes(tmp_path):
    service = JobService(Processes(1, apart=True))
    try:
        village = replications_of(load_scenario("village"), ["traditional"], 2, 0, str(tmp_path))
        answer = service.ask("ann", village)
        for _ in range(3000):
            if answer.over:
                break
            Event().wait(0.1)
            answer = service.ask("ann", village)
        assert answer.complete, answer.failure
        assert [each.seed for each in answer.results] == [task.seed for task in village]
    finally:
        service.close()
