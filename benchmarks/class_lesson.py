"""A lesson in a room, for the hour of a class: a teacher goes on; phones join, guess, leave and come back."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable

from benchmarks.room import Phone, Server, Teacher
from sim.teaching.rooms.identity import new_token

CYCLES = 6
"""Questions, and games after them, in the hour."""
QUESTION = """
[[moments]]
kind = "predict"
name = "hands {n}"
title = "Question {n}"
question = "Of 100 that you pay, how much stays in between?"
unit = "of 100"
low = 0
high = 100
start = 50
seconds = 0
figure = {{ scenario = "village", regime = "traditional", names = ["retailer_margin"], factor = 100.0, runs = 2 }}
[[moments]]
kind = "play"
name = "market {n}"
title = "Market {n}"
scenario = "class_market"
rounds = 2
seconds = 0
most = 13
"""
LESSON = 'name = "hour"\ntitle = "An hour"\nminutes = 60\n' + "".join(QUESTION.format(n=n + 1) for n in range(CYCLES))


def buttons() -> list[str]:
    """Return what the teacher presses, in order."""
    found = []
    for n in range(1, CYCLES + 1):
        found += ["Start" if n == 1 else f"Next: Question {n}", "Close", "Show the answer", f"Next: Market {n}"]
        found += ["Begin round 1", "End the round", "Round 2", "End the round", "Look back"]
    return found


class Lesson:
    """A room of a class while other things happen on its server.

    Args:
        server: a class on this machine.
        phones: how many there are.
        minutes: how long it takes.
        note: is told what happened, and what should not have.
    """

    def __init__(self, server: Server, phones: int, minutes: float, note: Callable[[str, str], None]):
        self.server, self.note = server, note
        self.phones = [Phone(server.address, server.code, new_token(), number) for number in range(phones)]
        self.end = time.monotonic() + 60 * minutes
        self.pause = 60 * minutes / (len(buttons()) + 2)

    async def all(self) -> None:
        """Have everybody do what they do until time is up."""
        await asyncio.gather(self.teaching(), *(self.taking_part(phone) for phone in self.phones))

    async def teaching(self) -> None:
        """Go on, one button after the other."""
        teacher = Teacher(self.server)
        await teacher.come()
        for label in buttons():
            await asyncio.sleep(min(self.pause, max(0.0, self.end - time.monotonic())))
            if time.monotonic() >= self.end:
                break
            try:
                await teacher.go_on(label, 300)
                self.note("button of the teacher", "")
            except TimeoutError:
                self.note("", f"the teacher waited five minutes for {label!r}")
                break
        await teacher.leave()

    async def taking_part(self, phone: Phone) -> None:
        """Join, guess, leave now and then, and come back."""
        chance = random.Random(phone.number)
        await asyncio.sleep(chance.uniform(0.0, 20.0))
        await phone.come()
        await phone.join(f"S{phone.number}")
        self.note("joined", "")
        while time.monotonic() < self.end:
            await asyncio.sleep(chance.uniform(4.0, 12.0))
            try:
                if chance.random() < 0.02:
                    await phone.leave()
                    await asyncio.sleep(20.0)
                    await phone.come_back()
                    self.note("phone came back", "")
                elif _asks(phone):
                    await phone.guess(chance.randint(0, 100))
                    self.note("guess", "")
            except (TimeoutError, LookupError) as error:
                if _asks(phone):  # else it was closed in the meantime
                    self.note("", f"phone {phone.number}: {type(error).__name__} {str(error)[:100]}")
        await phone.leave()


def _asks(phone: Phone) -> bool:
    """Tell whether a phone asks for a guess."""
    try:
        phone.widget("slider", "Your guess"), phone.widget("button", "Send")
    except LookupError:
        return False
    return phone.finished
