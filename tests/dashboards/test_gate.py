"""What a stranger can send: every kind of message and every address of Streamlit, sent to a real server."""

from __future__ import annotations

import asyncio
import http.client
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from urllib.error import URLError
from urllib.parse import urlparse

import pytest
import websockets
from streamlit.proto.BackMsg_pb2 import BackendOperationRequest, BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.student import Student, sent
from sim.scenario import load_scenario, scenario_to_toml
from sim.tables.uploads import LARGEST_UPLOAD
from tests.dashboards.conftest import DASHBOARDS
from tests.dashboards.test_journeys import chromium

__all__ = ["chromium"]

KINDS = {field.name for field in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields}
OPERATIONS = {field.name for field in BackendOperationRequest.DESCRIPTOR.oneofs_by_name["payload"].fields}
NEEDED = {"rerun_script", "stop_script", "file_urls_request", "backend_operation_request"}
PATIENCE = 60


def message(kind, operation=""):
    """A message of a kind, and with ``operation`` one that asks the server to do something beside the page."""
    made = BackMsg()
    if operation:
        getattr(made.backend_operation_request, operation).SetInParent()
    elif made.DESCRIPTOR.fields_by_name[kind].message_type is None:
        setattr(made, kind, True)
    else:
        getattr(made, kind).SetInParent()
    return made


def test_every_kind_of_message_is_judged():
    from guard.messages import message_verdict

    assert KINDS >= NEEDED
    passed = {kind for kind in KINDS if message_verdict(message(kind).SerializeToString()).passes}
    assert passed == NEEDED - {"backend_operation_request"}, "an operation has to be named"
    passed = {each for each in OPERATIONS if message_verdict(message("", each).SerializeToString()).passes}
    assert passed == {"deferred_file"}


@pytest.mark.parametrize(
    ("names", "full", "said"), [(11, False, "up to 10 files"), (1, True, "too many"), (10, False, "")]
)
def test_who_may_not_upload_is_told_so_before_anything_is_sent(names, full, said):
    from guard.messages import message_verdict

    asks = BackMsg()
    asks.file_urls_request.request_id = "one"
    asks.file_urls_request.session_id = "me"
    asks.file_urls_request.file_names.extend("x" * names)
    verdict = message_verdict(asks.SerializeToString(), lambda session: full and session == "me")
    assert verdict.passes == (not said)
    if said:
        told = ForwardMsg.FromString(verdict.answer).file_urls_response
        assert told.response_id == "one"
        assert said in told.error_msg


@pytest.mark.parametrize(("data", "code"), [(b"x" * 200_001, 1009), (b"\xff\xff\xff", 1002), (None, 1002)])
def test_what_is_no_message_closes_the_connection(data, code):
    from guard.messages import BadMessageError, message_verdict

    with pytest.raises(BadMessageError) as caught:
        message_verdict(data)
    assert caught.value.code == code


def played(story):
    """Have a story happen, apart from the loop that a browser of other tests may have in this thread."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, story).result()


async def _uploaded(address, name):
    """Return a student who has uploaded a market of their own, shown on the page."""
    student = Student(address)
    await student.open("data", "runs=1")
    await student.until(lambda seen: seen.finished and seen.count("file_uploader"), PATIENCE)
    market = load_scenario("village", {"name": name, "time.days": 4, "time.warm_up": 0, "time.cool_down": 0})
    await student.upload("A scenario", f"{name}.toml", scenario_to_toml(market).encode())
    await student.until(lambda seen: "scenario=upload-" in seen.query, PATIENCE)
    return student


def test_nobody_can_spoil_what_another_has_sent(address):
    async def story():
        owner = await _uploaded(address, "mine")
        link = owner.query
        stranger = Student(address)
        await stranger.open("argument", "step=chain")
        await stranger.until(lambda seen: seen.finished, PATIENCE)
        for kind in sorted(KINDS - NEEDED):
            await stranger.say(message(kind))
        for operation in sorted(OPERATIONS):
            await stranger.say(message("", operation))
        await stranger.rerun()
        await stranger.until(lambda seen: seen.finished, PATIENCE)  # still answered, and none of it was done
        assert not stranger.trouble
        other = Student(address)
        await other.open("data", link)
        await other.until(lambda seen: seen.finished and (seen.says("Your market") or seen.says("needs its")), PATIENCE)
        assert not other.says("This link needs its file")
        for each in (owner, stranger, other):
            await each.close()

    played(story())


@pytest.mark.parametrize(
    ("data", "code"), [(b"\x00" * 200_001, 1009), (b"\x00" * 2_000_000, 1009), (b"\xff" * 9, 1002), ("text", 1002)]
)
def test_a_connection_with_nonsense_is_closed_and_the_server_goes_on(address, data, code):
    async def story():
        stream = f"ws://{urlparse(address).netloc}/_stcore/stream"
        async with websockets.connect(stream, subprotocols=["streamlit"], max_size=None) as stranger:
            await stranger.send(data)
            await asyncio.wait_for(stranger.wait_closed(), PATIENCE)
            assert stranger.close_code == code

    played(story())
    assert answer(address, "GET", "/_stcore/health")[0] == 200


def answer(address, method, path, body=None, **headers):
    """Return status, headers and text of an answer."""
    connection = http.client.HTTPConnection(urlparse(address).netloc, timeout=PATIENCE)
    try:
        connection.request(method, path, body, headers)
        found = connection.getresponse()
        return found.status, {name.lower(): value for name, value in found.getheaders()}, found.read().decode()
    finally:
        connection.close()


CLOSED = (
    "/_stcore/metrics", "/_stcore/script-health-check", "/_stcore/agent/interact", "/_stcore/agent/openapi.json",
    "/_stcore/agent/mcp", "/_stcore/bidi-components/a/b.js", "/component/a/index.html", "/auth/login", "/auth/logout",
    "/oauth2callback", "/app/static/app.py", "/_stcore/allowed-message-origins", "/_stcore/upload_file/a/b",
)  # fmt: skip


def test_every_address_of_streamlit_is_known(monkeypatch):
    from guard.gate import CLOSED as REFUSED
    from guard.gate import OPEN, STREAM, UPLOAD
    from starlette.routing import Mount
    from streamlit import config, runtime
    from streamlit.web.server.starlette.starlette_app import App, create_streamlit_routes

    monkeypatch.setattr(
        config, "get_option", lambda name, real=config.get_option: name.endswith("Enabled") or real(name)
    )
    monkeypatch.setattr(runtime.Runtime, "_instance", None)
    app = App(__file__)
    try:
        routes = create_streamlit_routes(app._create_runtime())
    finally:
        runtime.Runtime._instance = None
    paths = {each.path.lstrip("/") for each in routes if not isinstance(each, Mount)}
    known = {*OPEN, STREAM, f"{UPLOAD}{{session_id}}/{{file_id}}", "media/{file_id:path}"}
    assert known <= paths
    assert all(path.startswith(REFUSED) for path in paths - known), "a new one has to be looked at"


@pytest.mark.parametrize("path", CLOSED)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_addresses_that_no_page_needs_are_closed(address, path, method):
    status, headers, text = answer(address, method, path)
    assert status in ((404,) if method == "GET" else (405,))
    assert "Streamlit" not in text
    assert headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/", "/compare", "/_stcore/health", "/media/a.csv", "/static/js/a.js"])
def test_nothing_can_be_sent_to_pages_and_files(address, path, method):
    assert answer(address, method, path, b"x" * 1000)[0] == 405


@pytest.mark.parametrize("path", ["/", "/compare", "/nonsense"])
def test_a_page_loads_nothing_from_elsewhere(address, path):
    status, headers, text = answer(address, "GET", path)
    assert status == 200
    assert "BACKEND_BASE_URL" in text, "else the browser tries other addresses first"
    assert headers["content-security-policy"].startswith("default-src 'self'")
    assert "http" not in headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/%2e%2e/%2e%2e/etc/passwd", "//elsewhere.example/", "/media/../app.py", "/media/x"])
def test_paths_lead_nowhere_else(address, path):
    status, _, text = answer(address, "GET", path)
    assert status in (400, 404)
    assert "root:" not in text


def test_an_upload_needs_a_session_a_token_and_a_size(address):
    async def story():
        student = Student(address)
        await student.open("data", "")
        await student.until(lambda seen: seen.finished, PATIENCE)
        own = f"/_stcore/upload_file/{student.session}"
        assert await asyncio.to_thread(sent, address, f"{own}/a", "a.toml", b"x = 1") == 204
        assert await asyncio.to_thread(sent, address, f"{own}/a", "a.toml", b"", "DELETE") == 204
        nobody = await asyncio.to_thread(sent, address, "/_stcore/upload_file/nobody/a", "a.toml", b"x = 1")
        assert nobody == 400
        assert (await asyncio.to_thread(answer, address, "PUT", f"{own}/b", b"x"))[0] == 403
        assert await asyncio.to_thread(_too_large, address, f"{own}/c") in (413, BrokenPipeError, ConnectionResetError)
        assert await asyncio.to_thread(_endless, address, f"{own}/d") < 8_000_000
        from guard.limits import FILES

        many = [await asyncio.to_thread(sent, address, f"{own}/{n}", "n.csv", b"x") for n in range(FILES.visitor + 1)]
        assert many == [204] * FILES.visitor + [429]
        await student.close()

    played(story())


def _too_large(address, path):
    """Send more than is taken; return the answer, or how the server cut off what was still being sent."""
    try:
        return sent(address, path, "c.toml", b"x" * 1_200_000)
    except URLError as error:
        return type(error.reason)


def _endless(address, path):
    """Send a body without an end and without saying how long it is; return how much was taken."""
    url = urlparse(address)
    cookie = answer(address, "GET", "/_stcore/health")[1]["set-cookie"].partition(";")[0]
    with socket.create_connection((url.hostname, url.port), timeout=PATIENCE) as stranger:
        head = f"PUT {path} HTTP/1.1\r\nHost: {url.netloc}\r\nCookie: {cookie}\r\nX-Xsrftoken: {cookie[16:]}\r\n"
        kind = "Content-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n"
        part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
        stranger.sendall((head + kind).encode() + b"%x\r\n%s\r\n" % (len(part), part))
        taken = 0
        try:
            while taken < 100_000_000:
                stranger.sendall(b"%x\r\n%s\r\n" % (50_000, b"x" * 50_000))
                taken += 50_000
        except OSError:
            pass
        return taken


def test_the_upload_form_says_why_nothing_is_uploaded(address, chromium, tmp_path):
    from guard.limits import MOST_NAMES

    files = [tmp_path / f"{number}.csv" for number in range(MOST_NAMES + 1)]
    for file in files:
        file.write_text("x")
    page = chromium.new_page()
    page.goto(f"{address}/data")
    page.locator("input[type=file]").set_input_files(files)
    said = page.get_by_text(f"Choose up to {MOST_NAMES} files at a time.").first
    said.wait_for(timeout=60_000)
    assert said.is_visible()
    page.close()


@pytest.mark.slow
def test_a_silent_connection_is_given_up(address, monkeypatch):
    from guard.limits import FIRST_PATIENCE

    url = urlparse(address)
    with socket.create_connection((url.hostname, url.port), timeout=PATIENCE) as silent:
        silent.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")  # and no end of it
        begun = time.monotonic()
        with suppress(ConnectionResetError):
            assert silent.recv(1000) == b""
        assert time.monotonic() - begun < FIRST_PATIENCE + PATIENCE / 2


class Clock:
    """Time that passes as a test says."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_a_pace_lets_a_burst_pass_and_then_so_many_a_second():
    from guard.limits import Rate
    from guard.tally import Pace

    clock = Clock()
    pace = Pace(Rate(often=10, at_once=3), clock)
    assert [pace.wait() for _ in range(5)] == pytest.approx([0, 0, 0, 0.1, 0.2])
    clock.now = 0.2
    assert not pace.at_rest
    assert pace.wait() == pytest.approx(0.1)
    clock.now = 100.0
    assert pace.at_rest
    assert [pace.wait() for _ in range(4)] == pytest.approx([0, 0, 0, 0.1]), "a rest does not add up"
    assert pace.wait(10.0) == pytest.approx(1.1), "a download counts as ten"
    assert pace.wait() == pytest.approx(1.2)


def test_who_floods_an_address_holds_its_others_up_by_a_moment_only():
    from guard.limits import MESSAGES_OF_ADDRESS, Rate
    from guard.tally import Pace

    clock = Clock()
    pace = Pace(MESSAGES_OF_ADDRESS, clock)
    own = [Pace(Rate(often=15, at_once=60), clock) for _ in range(20)]
    due = [0.0] * len(own)
    waits = []
    for step in range(30_000):  # every session of the flood asks again as soon as it may
        clock.now = step / 1000
        for each, ready in enumerate(due):
            if clock.now >= ready:
                due[each] = clock.now + own[each].wait() + pace.wait()
        if step % 1000 == 999:
            waits.append(pace.wait())
    assert max(waits) < 1.0


def test_counts_have_a_limit_for_each_and_for_all_and_go_back():
    from guard.limits import Limit
    from guard.tally import Tally

    tally = Tally(Limit(visitor=1, address=2, everybody=3))
    with tally.one("a", "x") as first, tally.one("a", "x") as again, tally.one("a", "y") as second:
        assert (first, again, second) == (True, False, True)
        with tally.one("a", "z") as third, tally.one("b", "z") as other, tally.one("c") as late:
            assert (third, other, late) == (False, True, False)
    assert tally.count == 0
    assert not tally.full("a", "x")


@pytest.mark.parametrize(
    ("files", "connections", "sessions"),
    [(float("inf"), 1600, 400), (1_000_000, 1600, 400), (3384, 1600, 400), (1024, 251, 62), (256, 10, 10)],
)
def test_there_are_no_more_sessions_than_files_may_be_open(files, connections, sessions):
    from guard.limits import SESSIONS
    from guard.port import OF_SESSION, OTHERS, REMEMBERED, room_for

    found, limit = room_for(files)
    assert (found, limit.everybody) == (connections, sessions)
    assert limit.address == min(SESSIONS.address, sessions)
    if files >= 1024:
        assert found + OF_SESSION * (sessions + REMEMBERED) + OTHERS <= files


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("testclient", "testclient"),
    ],
)
def test_an_address_is_what_a_visitor_cannot_change_at_will(host, network):
    from guard.tally import network_of

    assert network_of(host) == network


def test_files_are_counted_as_they_are_there():
    from types import SimpleNamespace

    from guard.limits import BYTES, FILES
    from guard.uploaded import Uploaded

    small, large = SimpleNamespace(data=b"x"), SimpleNamespace(data=b"x" * LARGEST_UPLOAD)
    stored = {}
    uploaded = Uploaded(lambda: stored)
    assert not uploaded.no_room("me", "here")
    stored["me"] = {str(n): small for n in range(FILES.visitor)}
    assert uploaded.no_room("me", "here")
    assert not uploaded.no_room("another", "here")
    stored["me"] = {str(n): large for n in range(BYTES.visitor // LARGEST_UPLOAD - 1)}
    assert uploaded.no_room("me", "here")
    stored["me"] = {}
    assert not uploaded.no_room("me", "here"), "room comes back as files go"
    for each in range(BYTES.address // LARGEST_UPLOAD):
        stored[f"{each}"] = {"f": large}
        uploaded.sent(f"{each}", "f", "here")
    assert uploaded.no_room("new", "here")
    assert not uploaded.no_room("new", "elsewhere")
    for each in range(BYTES.everybody // LARGEST_UPLOAD):
        stored[f"{each}"] = {"f": large}
    assert uploaded.no_room("new", "elsewhere")


class Wire:
    """A connection without a network: what is sent to an application, and what it answers."""

    def __init__(self, *messages):
        self.coming = asyncio.Queue()
        for each in messages:
            self.coming.put_nowait(each)
        self.answers = []

    async def receive(self):
        return await self.coming.get()

    async def send(self, answered):
        self.answers.append(answered)


def stream(host="192.0.2.1"):
    """What a browser that connects is known by."""
    return {"type": "websocket", "path": "/_stcore/stream", "client": (host, 1), "headers": []}


def test_there_are_so_many_sessions_and_no_more():
    from guard.gate import FULL, Gate, Guard
    from guard.limits import SESSIONS

    async def story():
        leave = asyncio.Event()

        async def app(scope, receive, send):
            await leave.wait()

        gate = Gate()
        guard = Guard(app, gate)
        gate.arrivals.of = lambda address: type("Open", (), {"wait": lambda self: 0.0})()
        here = [asyncio.create_task(guard(stream(), *pair())) for _ in range(SESSIONS.address)]
        await asyncio.sleep(0)
        late, elsewhere = Wire(), Wire()
        await guard(stream(), late.receive, late.send)
        assert [each.get("status") or each["body"].decode() for each in late.answers] == [503, FULL]
        assert gate.sessions.full("192.0.2.1")
        away = asyncio.create_task(guard(stream("192.0.2.2"), elsewhere.receive, elsewhere.send))
        await asyncio.sleep(0)
        assert not elsewhere.answers, "there is room for those from elsewhere"
        leave.set()
        await asyncio.gather(away, *here)
        assert gate.sessions.count == 0

    def pair():
        wire = Wire()
        return wire.receive, wire.send

    played(story())


def test_who_does_not_read_is_not_listened_to():
    from guard.gate import Gate, Session

    async def story():
        taken = asyncio.Event()

        async def slow(answered):
            await taken.wait()

        rerun = message("rerun_script").SerializeToString()
        wire = Wire({"type": "websocket.receive", "bytes": rerun}, {"type": "websocket.disconnect"})
        session = Session(Gate(), "here", wire.receive, slow)
        page = asyncio.create_task(session.send({"type": "websocket.send", "bytes": b"page"}))
        await asyncio.sleep(0)
        heard = asyncio.create_task(session.receive())
        await asyncio.sleep(0.05)
        assert not heard.done()
        taken.set()
        assert (await heard)["bytes"] == rerun
        await page
        assert (await session.receive())["type"] == "websocket.disconnect"

    played(story())


def test_streamlit_finds_the_guarded_application_by_itself():
    from streamlit.web.server.app_discovery import discover_asgi_app

    found = discover_asgi_app(DASHBOARDS / "app.py")
    assert found.import_string == "app:app", "else `streamlit run` would serve the pages unguarded"


def test_what_the_server_owns_is_made_once_and_ended_once():
    from threading import Thread

    from guard.own import Owned

    made, ended = [], []
    thing = Owned(lambda: made.append(1) or time.sleep(0.02) or object(), ended.append)
    seen = []
    threads = [Thread(target=lambda: seen.append(thing())) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(made) == 1
    assert len(set(map(id, seen))) == 1
    thing.end()
    thing.end()
    assert ended == [seen[0]]
    assert thing() is not seen[0]
