"""A shipped lesson in real time, with a teacher and students that are scripted: ``python -m benchmarks.whole_lesson``.

The teacher takes as long over each moment as the lesson's plan allows. Students join late, guess, vote, run their
firms, fill in tickets, lock their phones and come back. Printed: what each moment took, how soon the server took what
was sent, its memory, and whether each guess, vote and ticket that a student was told of is in the log; decisions are
counted. Ends with 1 where something is lost, a student saw an error, or memory is not flat within 50 MB.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg

from benchmarks.class_of_100 import at
from benchmarks.room import Phone, Server, Teacher
from sim.teaching.lessons.reading import path_of
from sim.teaching.rooms.identity import new_token
from sim.teaching.rooms.state import RoomState

SECONDS = {
    "lobby": 240, "open": 75, "closed": 60, "revealed": 120, "seats": 120, "round": 90, "computing": 120,
    "results": 75, "debrief": 300, "first": 50, "talk": 90, "second": 50, "shown": 120,
}  # fmt: skip
"""How long a teacher stays in each phase; a round and what the server computes may end earlier by themselves."""
FLAT = 50.0
"""MB by which memory may differ between the second quarter of the time and the last."""


@dataclass
class Seen:
    """What happened: seconds until the server had taken something, by what it was; trouble; memory by minute."""

    took: dict[str, list[float]] = field(default_factory=dict)
    trouble: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    memory: list[float] = field(default_factory=list)


class Log:
    """What the server's log says, looked at once a second at most: looking takes locks."""

    def __init__(self, server: Server):
        self.server, self.at = server, 0.0

    def __call__(self) -> RoomState:
        if time.monotonic() > self.at + 1:
            self.state, self.at = self.server.state(), time.monotonic()
        return self.state

    def now(self) -> tuple[int, str]:
        """Return the moment and the phase that the class is in at this instant."""
        self.at = 0.0
        position = self().position
        return position.moment, position.phase


class Student(Phone):
    """A phone whose student does what the page asks for."""

    def __init__(self, server: Server, number: int, seen: Seen, joining: float):
        super().__init__(server.address, server.code, new_token(), number)
        self.chance, self.seen, self.joining = random.Random(number), seen, joining
        self.told: dict[tuple[int, str], float | None] = {}
        """What the server said it had, by moment and phase: a guess, the number of a choice; None: a ticket."""

    async def take_part(self, over: Callable[[], bool], log: Log) -> None:
        """Join, and go on until the lesson is over."""
        await asyncio.sleep(self.chance.uniform(1, self.joining))
        await self.come()
        await self.join(f"S{self.number}")
        self.seen.counts["joined"] += 1
        while not over():
            await asyncio.sleep(self.chance.uniform(3, 9))
            if self.chance.random() < 0.01:
                await self.leave()
                await asyncio.sleep(self.chance.uniform(5, 40))
                await self.come_back()
                self.seen.counts["came back"] += 1
                continue
            before = log().position
            try:
                await self.answer(log)
            except (LookupError, TimeoutError) as error:
                if log().position == before:  # else the class had gone on
                    self.seen.trouble.append(f"S{self.number} in {before}: {type(error).__name__} {str(error)[:150]}")
        await self.leave()

    async def answer(self, log: Log) -> None:
        """Do what the page asks for, if anything."""
        labels = [e.button.label for e in list(self.elements.values()) if e.WhichOneof("type") == "button"]
        if "Send" in labels and self.count("slider"):
            scale = self.widget("slider", "Your guess")
            value = self.chance.randint(int(scale.min), int(scale.max))
            here = log.now()
            await self.timed("guess", self.guess(value))
            self.told[here] = value
        elif any(label.startswith("**A**") for label in labels) and not self.shows("Sent: "):
            choice = self.chance.choice([label for label in labels if label.startswith("**")])
            here = log.now()
            await self.press(choice.replace("\\", ""))
            await self.timed("vote", self.until(lambda _: self.shows(f"Sent: {choice[2]}"), 60))
            self.told[here] = ord(choice[2]) - ord("A")
        elif "Confirm" in labels:
            await self.run_firm()
        elif self.count("radio") and not self.shows("You can change it"):
            here = log.now()
            await self.fill_ticket()
            self.told[here] = None

    async def run_firm(self) -> None:
        """Change each number a little, and confirm."""
        message, values = self.message(), []
        for each in [e.number_input for e in list(self.elements.values()) if e.WhichOneof("type") == "number_input"]:
            value = round(each.default + each.step * self.chance.randint(-4, 4), 2)
            values.append(min(each.max, max(each.min, value)))
            message.rerun_script.widget_states.widgets.add(id=each.id, double_value=values[-1])
        await self.send(message, self.widget("button", "Confirm").id)
        await self.timed("decision", self.until(lambda _: self.shows("Confirmed."), 60))

    async def fill_ticket(self) -> None:
        """Choose an answer to each question, and write a line."""
        message = self.message()
        for each in list(self.elements.values()):
            if each.WhichOneof("type") == "radio":
                chosen = self.chance.choice(list(each.radio.options))
                message.rerun_script.widget_states.widgets.add(id=each.radio.id, string_value=chosen)
            elif each.WhichOneof("type") == "text_area":
                message.rerun_script.widget_states.widgets.add(id=each.text_area.id, string_value="I held my price.")
        await self.send(message, self.widget("button", "Send").id)
        await self.timed("ticket", self.until(lambda _: self.shows("You can change it"), 60))

    def message(self) -> BackMsg:
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_name, state.page_script_hash = self.query, self.page, self._hash
        return message

    async def send(self, message: BackMsg, button: str) -> None:
        message.rerun_script.widget_states.widgets.add(id=button, trigger_value=True)
        self.finished = False
        await self.say(message)

    async def timed(self, what: str, doing: Any) -> None:
        begun = time.perf_counter()
        await doing
        self.seen.took.setdefault(what, []).append(time.perf_counter() - begun)
        self.seen.counts[what] += 1


async def taught(name: str, students: int, pace: float) -> int:
    """Teach a lesson; return 1 where something that must hold does not."""
    seen = Seen()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), path_of(name).read_text(encoding="utf-8"))
        try:
            phones = [Student(server, number, seen, 1.1 * pace * SECONDS["lobby"]) for number in range(students)]
            over = False
            log = Log(server)
            parts = [asyncio.create_task(phone.take_part(lambda: over, log)) for phone in phones]
            watching = asyncio.create_task(_watch(server, seen))
            teacher = Teacher(server)
            await teacher.come()
            await _teach(log, teacher, pace)
            over = True
            await asyncio.gather(*parts)
            watching.cancel()
            await teacher.leave()
            seen.trouble += [each for phone in (*phones, teacher) for each in phone.trouble if "connection" not in each]
            seen.trouble += _lost(server.state(), phones)
            return _told(server.state(), seen)
        finally:
            server.end()


async def _teach(log: Log, teacher: Teacher, pace: float) -> None:
    """Go on as soon as a phase has had its time, until there is nothing to go on to."""
    begun = time.monotonic()
    while True:
        state, since = log(), time.monotonic()
        here = state.position
        while log().position == here and time.monotonic() - since < pace * SECONDS.get(here.phase, 60):
            await asyncio.sleep(1)
        took = time.monotonic() - since
        now = (time.monotonic() - begun) / 60
        print(f"  {now:5.1f} min: {here.phase}, moment {here.moment}, round {here.round}: {took:.0f} s", flush=True)
        if log().position != here:
            continue
        if here.phase == "end":
            return
        await teacher.until(lambda page: page.finished and not _onward(page).disabled, 120)
        button = _onward(teacher)
        if button.label == "The end":
            return
        await teacher.rerun(id=button.id, trigger_value=True)
        while log().position == here:
            await asyncio.sleep(0.2)


def _onward(page: Any) -> Any:
    """Return the button that goes on."""
    buttons = [each.button for each in list(page.elements.values()) if each.WhichOneof("type") == "button"]
    return next(each for each in buttons if each.id.endswith("-next"))


async def _watch(server: Server, seen: Seen) -> None:
    while True:
        seen.memory.append(server.megabytes())
        await asyncio.sleep(30)


def _lost(state: RoomState, phones: list[Student]) -> list[str]:
    """Return what students were told that the server had, and the log has not."""
    numbers = {each.name: number for number, each in state.students.items()}
    lost = []
    for phone in phones:
        number = numbers[f"S{phone.number}"]
        for (moment, phase), value in phone.told.items():
            taken = state.predictions.get(moment) or state.votes.get((moment, phase), {})
            kept = number in state.tickets.get(moment, {}) if value is None else taken.get(number) == value
            if not kept:
                lost.append(f"S{phone.number} was told that {value} was taken in moment {moment}; it is not in the log")
    return lost


def _told(state: RoomState, seen: Seen) -> int:
    """Print what happened, and return 1 where something that must hold does not."""
    print(f"  {dict(seen.counts)}")
    for what, took in seen.took.items():
        print(f"  {what}: {len(took)}, median {statistics.median(took):.2f} s, p95 {at(0.95, took):.2f} s")
    quarter = max(len(seen.memory) // 4, 1)
    growth = statistics.median(seen.memory[-quarter:]) - statistics.median(seen.memory[quarter : 2 * quarter] or [0.0])
    print(f"  memory, MB, every half minute: {', '.join(f'{each:.0f}' for each in seen.memory)}")
    print(f"  between the second quarter and the last: {growth:+.0f} MB")
    kept = {
        "guess": sum(map(len, state.predictions.values())), "ticket": sum(map(len, state.tickets.values())),
        "vote": sum(map(len, state.votes.values())), "decision": sum(map(len, state.decisions.values())),
    }  # fmt: skip
    print(f"  in the log: {kept}")
    for each in seen.trouble:
        print(f"  trouble: {each}")
    bad = bool(seen.trouble) or growth > FLAT
    print("something did not hold" if bad else "all of it holds")
    return int(bad)


def main() -> int:
    """Teach a lesson, and return 1 where something that must hold does not."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.whole_lesson", description=__doc__)
    parser.add_argument("lesson", nargs="?", default="play")
    parser.add_argument("--students", type=int, default=30)
    parser.add_argument("--pace", type=float, default=1.0, help="part of a teacher's time that each moment gets")
    asked = parser.parse_args()
    return asyncio.run(taught(asked.lesson, asked.students, asked.pace))


if __name__ == "__main__":
    sys.exit(main())
