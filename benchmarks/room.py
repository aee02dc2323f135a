"""A class of 100 in one room, over real websockets: ``python -m benchmarks.room``.

Starts a class, lets students join within ten seconds, guess, see the answer, idle, and play a round, and measures how
long each took, what the server's processor and memory do. ``--kills 20`` kills the server at random moments instead,
and compares what students were told with the log. Ends with 1 where something that must hold does not.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import psutil
import websockets

from benchmarks.class_of_100 import at
from benchmarks.student import Student
from sim.teaching.rooms.fold import replayed
from sim.teaching.rooms.identity import new_token
from sim.teaching.rooms.state import RoomState
from sim.teaching.rooms.store import EventStore

CHECKOUT = Path(__file__).resolve().parents[1]
LESSON = """
name = "load"
title = "A class of 100"
minutes = 50
[[moments]]
kind = "predict"
name = "hands"
title = "Hands"
question = "Of 100 that you pay, how much stays in between?"
unit = "of 100"
low = 0
high = 100
start = 50
seconds = 0
figure = { scenario = "village", regime = "traditional", names = ["retailer_margin"], factor = 100.0, runs = 2 }
[[moments]]
kind = "play"
name = "market"
title = "The market"
scenario = "class_market"
rounds = 3
seconds = 0
most = 13
"""
MOST = {
    "last one in, s": 15.0,
    "guess acknowledged p95, s": 0.5,
    "revealed on phones p95, s": 3.0,
    "idle, % of a core": 50.0,
    "round computed, s": 3.0,
    "memory, MB": 1500.0,
}
"""What must hold: no more than this."""


class Phone(Student):
    """A student's phone: it has a token, and comes back by itself when the connection is lost."""

    def __init__(self, address: str, code: str, token: str, number: int = 0):
        super().__init__(address)
        self.code, self.cookie, self.number = code, f"middleman_phone={token}", number

    async def come(self) -> None:
        """Open the page of the room."""
        await self.open("join", f"room={self.code}")

    async def come_back(self, patience: float = 60) -> None:
        """Open the page again, as a browser does whose connection was lost."""
        end = time.perf_counter() + patience
        await self.leave()
        while True:
            self.elements, self.finished, self.trouble = {}, True, []
            try:
                await self.come()
                await self.until(lambda phone: phone.finished and bool(phone.elements), 20)
                return
            except (OSError, TimeoutError, websockets.WebSocketException):
                if time.perf_counter() > end:
                    raise
                await asyncio.sleep(0.2)

    async def leave(self) -> None:
        """Close the connection, if there is one."""
        if hasattr(self, "_socket"):
            await self.close()

    def shows(self, words: str) -> bool:
        """Tell whether words are on the page, as HTML or as text."""
        bodies = (e.html.body for e in list(self.elements.values()) if e.WhichOneof("type") == "html")
        return any(words in body for body in bodies) or self.says(words)

    async def press(self, label: str) -> None:
        """Press a button."""
        await self.rerun(id=self.widget("button", label).id, trigger_value=True)

    async def join(self, name: str) -> None:
        """Type a name and press Join."""
        await self.until(lambda phone: phone.finished and phone.count("text_input") > 0, 60)
        field_id = self.widget("text_input", "Your name").id
        button = self.widget("button", "Join").id
        await self.fill({field_id: name}, button)
        # In the lobby the name can still be changed; later there is no field for it.
        await self.until(lambda _: self.shows("in. Look up.") or self.count("text_input") == 0, 60)

    async def fill(self, texts: dict[str, str], button: str) -> None:
        """Send a form."""
        from streamlit.proto.BackMsg_pb2 import BackMsg

        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_name, state.page_script_hash = self.query, self.page, self._hash
        for key, text in texts.items():
            state.widget_states.widgets.add(id=key, string_value=text)
        state.widget_states.widgets.add(id=button, trigger_value=True)
        self.finished = False
        await self.say(message)

    async def guess(self, value: int) -> None:
        """Move the slider, then press Send, and wait for the answer."""
        from streamlit.proto.BackMsg_pb2 import BackMsg

        await self.until(lambda phone: phone.finished and phone.count("slider") > 0, 60)
        slider, button = self.widget("slider", "Your guess"), self.widget("button", "Send")
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_name, state.page_script_hash = self.query, self.page, self._hash
        state.widget_states.widgets.add(id=slider.id).double_array_value.data.append(value)
        state.widget_states.widgets.add(id=button.id, trigger_value=True)
        self.finished = False
        await self.say(message)
        await self.until(lambda phone: phone.shows(f"Sent: {value} "), 30)


class Server:
    """A class on this machine, started as a teacher starts one."""

    def __init__(self, folder: Path, lesson: str = LESSON):
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.address = f"http://localhost:{self.port}"
        (folder / "load.toml").write_text(lesson)
        self.start(str(folder / "load.toml"))

    def start(self, *arguments: str) -> None:
        """Start it, and wait until it answers."""
        environment = {**os.environ, "MIDDLEMAN_RESULTS": str(self.folder / "results"), "PYTHONPATH": str(CHECKOUT)}
        command = [sys.executable, "-m", "sim.cli", "class", *arguments, "--rooms", str(self.folder / "rooms")]
        command += ["--port", str(self.port), "--address", "localhost"]
        with (self.folder / "printed").open("w") as printed:
            self.process = subprocess.Popen(
                command, env=environment, cwd=CHECKOUT, stdout=subprocess.DEVNULL, stderr=printed
            )
        end = time.monotonic() + 180
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=2):
                    break
            except OSError:
                assert self.process.poll() is None, (self.folder / "printed").read_text()
                time.sleep(0.1)
        found = re.search(r"/teacher/(\w+)/(\S+)", (self.folder / "printed").read_text())
        assert found is not None
        self.code, self.key = found[1], found[2]

    def kill(self) -> None:
        """End it as a power cut does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def end(self) -> None:
        """End it."""
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()

    def state(self) -> RoomState:
        """Return what the log says."""
        store = EventStore(self.folder / "rooms")
        try:
            return replayed(store.read(self.code))
        finally:
            store.close()

    def processor(self) -> float:
        """Return the seconds of a core that the server has used, without its workers."""
        times = psutil.Process(self.process.pid).cpu_times()
        return times.user + times.system

    def megabytes(self) -> float:
        """Return the memory of the server and its workers."""
        own = psutil.Process(self.process.pid)
        return sum(each.memory_info().rss for each in (own, *own.children(recursive=True))) / 1e6


class Teacher(Phone):
    """The teacher's browser."""

    def __init__(self, server: Server):
        super().__init__(server.address, server.code, "")
        self.cookie = f"middleman_teacher_{server.code}={server.key}"

    async def come(self) -> None:
        """Open the teacher's page."""
        await self.open("teacher", f"room={self.code}")

    async def go_on(self, label: str, patience: float = 120) -> float:
        """Press the button that goes on, once it is there; return when."""

        def there(page: Student) -> bool:
            try:
                return page.finished and not page.widget("button", label).disabled
            except LookupError:
                return False

        await self.until(there, patience)
        now = time.perf_counter()
        await self.press(label)
        return now


async def all_of(phones: Sequence[Phone], what: Callable[[Phone], Awaitable[float]]) -> list[float]:
    """Have all phones do something at once, and return how long each took."""
    return list(await asyncio.gather(*(what(phone) for phone in phones)))


async def measure(students: int, idle: float) -> dict[str, float]:
    """Return the figures of a class."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            teacher = Teacher(server)
            await teacher.come()
            phones = [Phone(server.address, server.code, new_token(), number) for number in range(students)]
            begun = time.perf_counter()

            async def joins(phone: Phone) -> float:
                await asyncio.sleep(10.0 * phone.number / students)
                await phone.come()
                await phone.join(f"S{phone.number}")
                return time.perf_counter() - begun

            found["last one in, s"] = max(await all_of(phones, joins))
            assert len(server.state().present) == students
            await teacher.go_on("Start")
            found["guess acknowledged p95, s"] = at(0.95, await all_of(phones, _guesses))
            await teacher.go_on("Close")
            pressed = await teacher.go_on("Show the answer", 300)

            async def sees(phone: Phone) -> float:
                await phone.until(lambda _: phone.shows("The simulation says"), 60)
                return time.perf_counter() - pressed

            times = await all_of(phones, sees)
            found["revealed on phones p95, s"] = at(0.95, times)
            print(f"revealed: p50 {statistics.median(times):.2f} s, last {max(times):.2f} s", flush=True)
            await asyncio.sleep(3)
            before, since = server.processor(), time.perf_counter()
            await asyncio.sleep(idle)
            found["idle, % of a core"] = 100 * (server.processor() - before) / (time.perf_counter() - since)
            found["round computed, s"] = await _rounds(server, teacher)
            found["memory, MB"] = server.megabytes()
            await teacher.leave()
            for phone in phones:
                await phone.leave()
        finally:
            server.end()
    return found


async def _guesses(phone: Phone) -> float:
    """Think for up to twenty seconds, then guess; return how long it took from the press of the button."""
    chance = random.Random(phone.number)
    await phone.until(lambda seen: seen.finished and seen.count("slider") > 0, 60)
    await asyncio.sleep(20 * chance.random())
    begun = time.perf_counter()
    await phone.guess(chance.randint(0, 100))
    return time.perf_counter() - begun


async def _rounds(server: Server, teacher: Teacher) -> float:
    """Play two rounds, and return how long the second one's computing took, by the log."""
    await teacher.go_on("Next: The market")
    await asyncio.sleep(5)
    await teacher.go_on("Begin round 1", 300)
    await teacher.go_on("End the round", 300)
    await teacher.go_on("Round 2", 600)
    await teacher.go_on("End the round", 300)
    await teacher.go_on("Round 3", 600)
    store = EventStore(server.folder / "rooms")
    log = store.read(server.code)
    store.close()
    ended = next(each.at for each in log if each.kind == "round_ended" and each.round == 2)
    computed = next(each.at for each in log if each.kind == "round_computed" and each.round == 2)
    print(f"{len({each.island for each in _seatings(log)})} islands", flush=True)
    return float(computed - ended)


def _seatings(log: Sequence[Any]) -> Sequence[Any]:
    return next(each.seatings for each in log if each.kind == "dealt")


_asked: dict[int, set[int]] = {}
"""Values sent since the last one that was acknowledged, by student: each may be in the log, or not."""


async def killed(kills: int, students: int) -> dict[str, float]:
    """Kill the server at random moments while students guess, and compare what they were told with the log."""
    chance = random.Random(1)
    lost = twice = acknowledged = 0
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        try:
            teacher = Teacher(server)
            await teacher.come()
            phones = [Phone(server.address, server.code, new_token(), number) for number in range(students)]
            for number, phone in enumerate(phones):
                await phone.come()
                await phone.join(f"S{number}")
            await teacher.go_on("Start")
            told: dict[int, int] = {}
            for turn in range(kills):
                dying = asyncio.create_task(_dies(server, chance.uniform(0.2, 3.0)))
                sent = await asyncio.gather(*(_guess_until_cut(phone, chance) for phone in phones))
                await dying
                for number, value in enumerate(sent):
                    if value is not None:
                        told[number] = value
                        acknowledged += 1
                state = server.state()
                kept = state.predictions.get(0, {})
                lost += sum(kept.get(number + 1) not in (value, *_asked[number]) for number, value in told.items())
                twice += len(state.students) - students
                server.start("--resume", server.code)
                await asyncio.gather(*(phone.come_back() for phone in phones))
                told = {number: int(kept[number + 1]) for number in told}
                print(f"kill {turn + 1}: {acknowledged} acknowledged, {lost} lost, {twice} counted twice", flush=True)
            for phone in phones:
                await phone.leave()
        finally:
            server.end()
    return {"acknowledged": acknowledged, "lost": lost, "counted twice": twice}


async def _dies(server: Server, seconds: float) -> None:
    await asyncio.sleep(seconds)
    await asyncio.to_thread(server.kill)


async def _guess_until_cut(phone: Phone, chance: random.Random) -> int | None:
    """Guess again and again until the connection is lost; return the last value that was acknowledged."""
    number = phone.number
    last: int | None = None
    while True:
        value = chance.randint(0, 100)
        _asked.setdefault(number, set()).add(value)
        guess, cut = asyncio.create_task(phone.guess(value)), asyncio.create_task(_cut(phone))
        done, left = await asyncio.wait({guess, cut}, return_when=asyncio.FIRST_COMPLETED)
        for task in left:
            task.cancel()
        if guess in done and guess.exception() is None:
            last = value
            _asked[number] = set()
            cut.cancel()
        else:
            return last


async def _cut(phone: Phone) -> None:
    """Wait until the connection is lost."""
    while not any("connection lost" in each for each in phone.trouble):
        await asyncio.sleep(0.02)


def main() -> int:
    """Measure, print, and return 1 where something that must hold does not."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.room", description=__doc__)
    parser.add_argument("--students", type=int, default=100)
    parser.add_argument("--idle", type=float, default=30.0, help="seconds for which an idle room is watched")
    parser.add_argument("--kills", type=int, default=0, help="kill the server so many times instead")
    asked = parser.parse_args()
    if asked.kills:
        table = asyncio.run(killed(asked.kills, min(asked.students, 10)))
        print(", ".join(f"{name}: {value:.0f}" for name, value in table.items()))
        return int(table["lost"] > 0 or table["counted twice"] > 0)
    found = asyncio.run(measure(asked.students, asked.idle))
    for name, value in found.items():
        print(f"{name:28} {value:10.2f}   at most {MOST[name]:g}   {'holds' if value <= MOST[name] else 'FAILS'}")
    return int(any(value > MOST[name] for name, value in found.items()))


if __name__ == "__main__":
    sys.exit(main())
