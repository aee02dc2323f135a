"""A hostile student at a real server: forged tokens, crafted messages, and what reaches a phone."""

from __future__ import annotations

import asyncio
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from benchmarks.room import Phone
from sim.teaching.rooms.fold import replayed
from sim.teaching.rooms.identity import new_token
from sim.teaching.rooms.state import RoomState
from sim.teaching.rooms.store import EventStore
from tests.teaching.rooms.server import ClassServer

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[ClassServer]:
    found = ClassServer(tmp_path_factory.mktemp("class"))
    yield found
    found.end()


def log_of(server: ClassServer) -> RoomState:
    store = EventStore(server.folder / "rooms")
    try:
        return replayed(store.read(server.code))
    finally:
        store.close()


class Teacher(Phone):
    """The teacher's browser."""

    def __init__(self, server: ClassServer):
        super().__init__(server.address, server.code, "")
        self.cookie = f"middleman_teacher_{server.code}={server.link.rpartition('/')[2]}"


async def opened(phone: Phone, page: str) -> Phone:
    await phone.open(page, f"room={phone.code}")
    await phone.until(lambda seen: seen.finished and bool(seen.elements), 60)
    return phone


async def settled(phone: Phone) -> None:
    """Wait until the server has answered everything so far."""
    await phone.rerun()
    await phone.until(lambda seen: seen.finished, 60)


async def reached(server: ClassServer, phase: str) -> None:
    """Wait until the class is in a phase: the page does what is pressed after what it is at."""
    for _ in range(300):
        if log_of(server).position.phase == phase:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"the class is not in the phase {phase!r}")


def test_a_link_with_a_wrong_key_opens_nothing_and_gives_no_cookie(server):
    for key in ("x", server.link.rpartition("/")[2][:-1], "%00", "a" * 5000):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{server.address}/teacher/{server.code}/{key}", timeout=30)
        assert refused.value.code in (400, 404)
        assert refused.value.headers["set-cookie"] is None
        refused.value.close()


def test_the_join_page_gives_a_phone_a_token_that_no_script_reads(server):
    with urllib.request.urlopen(f"{server.address}/join", timeout=30) as answer:
        cookie = answer.headers["set-cookie"]
    assert "httponly" in cookie.lower()
    assert "samesite=lax" in cookie.lower()
    request = urllib.request.Request(f"{server.address}/join", headers={"Cookie": cookie.partition(";")[0]})
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.headers["set-cookie"] is None


def test_a_student_cannot_do_what_the_teacher_can(server):
    async def attack() -> None:
        teacher = await opened(Teacher(server), "teacher")
        buttons = {each.button.id for each in teacher.elements.values() if each.WhichOneof("type") == "button"}
        assert len(buttons) >= 6
        ann = Phone(server.address, server.code, new_token())
        await opened(ann, "join")
        await ann.join("Mallory")
        mole = await opened(Phone(server.address, server.code, "forged"), "teacher")
        assert mole.shows("Open it with the link")
        assert not [each for each in mole.elements.values() if each.WhichOneof("type") == "button"]
        before = log_of(server)
        for each in (ann, mole):
            for button in buttons:
                await each.rerun(id=button, trigger_value=True)
            message = BackMsg()
            state = message.rerun_script
            state.query_string, state.page_name = f"room={server.code}&key=x", "teacher"
            for button in buttons:
                state.widget_states.widgets.add(id=button, trigger_value=True)
            await each.say(message)
            await settled(each)
        after = log_of(server)
        assert (after.position, after.locked, after.names_hidden, after.paused) == (
            before.position, before.locked, before.names_hidden, before.paused,
        )  # fmt: skip
        assert after.events == before.events
        for each in (teacher, ann, mole):
            await each.close()

    asyncio.run(attack())


def test_a_forged_token_is_nobody_and_a_name_reaches_no_other_phone(server):
    async def attack() -> None:
        ann, ben = (Phone(server.address, server.code, new_token()) for _ in range(2))
        for phone, name in ((ann, "Annabella Quix"), (ben, "Benedikt Quax")):
            await opened(phone, "join")
            await phone.join(name)
        for token in ("", "x", ann.cookie[:-1].partition("=")[2], "../..", "a" * 300):
            stranger = await opened(Phone(server.address, server.code, token), "join")
            assert stranger.widget("text_input", "Your name")
            assert "Annabella" not in repr(stranger.elements)
            await stranger.close()
        assert "Annabella" in repr(ann.elements)
        assert "Annabella" not in repr(ben.elements)
        assert not log_of(server).predictions
        for each in (ann, ben):
            await each.close()

    asyncio.run(attack())


def test_guesses_off_the_scale_or_too_late_are_not_taken(server):
    async def attack() -> None:
        teacher = await opened(Teacher(server), "teacher")
        ann = Phone(server.address, server.code, new_token())
        await opened(ann, "join")
        await ann.join("Late")
        await teacher.press("Start")
        await ann.guess(40)
        number = next(each.number for each in log_of(server).present if each.name == "Late")
        slider, button = ann.widget("slider", "Your guess").id, ann.widget("button", "Send").id

        async def craft(value: float) -> None:
            message = BackMsg()
            state = message.rerun_script
            state.query_string, state.page_name, state.page_script_hash = ann.query, ann.page, ann._hash
            state.widget_states.widgets.add(id=slider).double_array_value.data.append(value)
            state.widget_states.widgets.add(id=button, trigger_value=True)
            await ann.say(message)
            await settled(ann)

        for value in (-5.0, 1e9, float("nan")):
            await craft(value)
            assert 0 <= log_of(server).predictions[0][number] <= 100
        await craft(41.0)
        assert log_of(server).predictions[0][number] == 41.0
        await settled(teacher)
        await teacher.press("Close")
        await reached(server, "closed")
        await craft(99.0)  # the same message as before, replayed
        assert log_of(server).predictions[0][number] == 41.0
        for each in (teacher, ann):
            await each.close()

    asyncio.run(attack())
