"""How a page gets to its readers: made once, sent once, and at once."""

from __future__ import annotations

import json
import socket

import plotly.graph_objects as go
import plotly.io
import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.student import Student
from sim.report.charts import Chart, prerendered
from tests.dashboards.test_pages import VILLAGE, no_trouble


def without_delay(each: socket.socket) -> bool:
    return bool(each.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))


def test_small_messages_leave_at_once():
    from board import sockets

    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        port.listen()
        assert not without_delay(port)
        assert sockets.without_delay() >= 1
        assert without_delay(port)
        with socket.create_connection(port.getsockname()):
            reader, _ = port.accept()
            with reader:
                assert without_delay(reader), "who connects later is told the same"


def test_a_figure_is_written_once_and_says_what_it_said():
    odd = "</script> \u202f−5 € \U0001f600"
    chart = Chart(go.Figure(go.Scatter(x=[1.5, None], y=[2, 3], text=odd), {"title": {"text": odd}}), "f", "a")
    before = plotly.io.to_json(chart.figure, validate=False)
    after = plotly.io.to_json(prerendered(chart).figure, validate=False)
    assert json.loads(after) == json.loads(before)
    assert json.loads(after)["layout"]["title"]["text"] == odd
    assert after.isascii()
    assert "<" not in after
    chart.figure.to_dict()["layout"]["title"] = "changed"
    assert plotly.io.to_json(chart.figure, validate=False) == after


@pytest.mark.usefixtures("at_once")
def test_what_one_was_shown_is_not_made_anew_for_the_next(shown, monkeypatch):
    def seen(test):
        charts = [each.proto.spec for each in test.get("plotly_chart")]
        return charts, [each.value for each in test.subheader], test.table[0].value.to_csv(), test.title[0].value

    first = seen(no_trouble(shown("compare", **VILLAGE)))
    for part in ("_title", "_prices", "_service"):
        monkeypatch.setattr(f"board.compare.{part}", None)  # cannot be made again
    assert seen(no_trouble(shown("compare", **VILLAGE))) == first
    monkeypatch.undo()
    other = seen(no_trouble(shown("compare", **VILLAGE, set=["customers.travel_cost=1.0"])))
    assert other[2] != first[2], "another view has figures of its own"


def test_a_student_keeps_large_messages_as_a_browser_does():
    student = Student("http://localhost:1")
    student._kept, student._oldest, student._drawn = {}, 2, {}
    large = ForwardMsg()
    large.hash, large.metadata.cacheable = "h", True
    large.delta.new_element.markdown.body = "words"
    large.metadata.delta_path[:] = [0, 1]
    student._take(student._whole(large))
    again = ForwardMsg()
    again.ref_hash = "h"
    again.metadata.delta_path[:] = [0, 2]
    student._take(student._whole(again))
    assert [element.markdown.body for element in student._drawn.values()] == ["words", "words"]
    assert list(student._drawn) == [(0, 1), (0, 2)]
    done = ForwardMsg()
    done.script_finished = ForwardMsg.FINISHED_SUCCESSFULLY
    for runs_since in range(4):
        assert ("h" in student._kept) == (runs_since <= 2)
        student._asked, student._tasks = set(), {}
        student._take(done)
