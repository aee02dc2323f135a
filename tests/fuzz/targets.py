"""What is fuzzed: each target has valid inputs, and a way to read one, which may refuse and nothing else."""

from __future__ import annotations

import random
import sys
from abc import ABC, abstractmethod
from functools import cached_property
from urllib.parse import parse_qs, quote

from sim.experiments.views import NotSentError, view_of
from sim.runs.uploads import Uploads
from sim.scenario import ScenarioError, load_scenario, scenario_names
from sim.scenario.reading import read_stranger
from sim.tables import Sent, read_sent
from sim.tables.meanings import FIRMS, PRODUCTS
from sim.tables.templates import template
from sim.teaching.lessons import LessonError
from tests.fuzz.inputs import ROOT, at_random, mutated

RANDOM = 0.1
"""Share of inputs that are no damaged valid ones."""


def refused(error: ScenarioError | LessonError) -> bool:
    """Return that an input was not accepted, which must be said in words."""
    assert error.problems, "refused without a word"
    return False


class Target(ABC):
    """Something that reads what a stranger sends."""

    name: str

    @abstractmethod
    def valid(self) -> list[bytes]:
        """Return inputs that are read."""

    @abstractmethod
    def read(self, content: bytes) -> bool:
        """Read an input, and return whether it was accepted. Raises whatever the program raises but refusals."""

    @cached_property
    def known(self) -> list[bytes]:
        """The valid inputs."""
        return self.valid()

    def input(self, seed: int, number: int) -> bytes:
        """Return the input of a number."""
        drawn = random.Random(f"{self.name} {seed} {number}")
        if drawn.random() < RANDOM:
            return at_random(drawn)
        return mutated(drawn.choice(self.known), self.known, drawn)


class Scenarios(Target):
    """Scenarios in TOML, as visitors upload them."""

    name = "scenario"

    def valid(self) -> list[bytes]:
        """Return the shipped scenarios."""
        return [path.read_bytes() for path in sorted((ROOT / "scenarios").glob("*.toml"))]

    def read(self, content: bytes) -> bool:
        """Read it as an upload: that never raises."""
        reading = read_sent([Sent("market.toml", content)], "classroom")
        assert (reading.scenario is None) == bool(reading.remarks), "neither a scenario nor a remark"
        return reading.scenario is not None


class Files(Scenarios):
    """Scenarios in TOML, as the command line reads those of strangers."""

    name = "scenario file"

    def read(self, content: bytes) -> bool:
        """Read its tables."""
        try:
            read_stranger(content, "market.toml")
        except ScenarioError as error:
            return refused(error)
        return True


class Tables(Target):
    """Tables in CSV, laid over a scenario."""

    name = "table"

    def valid(self) -> list[bytes]:
        """Return tables of products and of firms, with commas and with semicolons."""
        tables = [
            template(kind, load_scenario(name))
            for name in ("village", "shoes", "groceries")
            for kind in (PRODUCTS, FIRMS)
        ]
        return [text.encode() for table in tables for text in (table, table.replace(",", ";").replace(".", ","))]

    def read(self, content: bytes) -> bool:
        """Read it as an upload: that never raises."""
        reading = read_sent([Sent("table.csv", content)], "village")
        assert (reading.scenario is None) == bool(reading.remarks), "neither a scenario nor a remark"
        return reading.scenario is not None


class Links(Target):
    """What stands behind the question mark of a link to a page."""

    name = "link"
    _uploads = Uploads()

    def valid(self) -> list[bytes]:
        """Return links to views."""
        changes = (
            "customers.travel_cost=0.4",
            "time.days=30",
            "retailers.count=3",
            "retailers.pricing=0.2",
            "time.days=9",
        )
        starts = [f"scenario={name}&seed=3&runs=5" for name in scenario_names()]
        links = [f"{start}&set={quote(change)}&page=map&need=4" for start in starts for change in changes]
        return [link.encode() for link in [*links, "scenario=village&regimes=traditional,o2o", "scenario=upload-0a"]]

    def read(self, content: bytes) -> bool:
        """Read it as a page does: the view, its scenario, and the regimes it compares."""
        try:
            view = view_of(parse_qs(content.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=1000))
            view.compared(view.market(self._uploads.find))
            view.parameters()
        except NotSentError:
            return False
        except ScenarioError as error:
            return refused(error)
        except ValueError as error:
            if "Max number of fields" not in str(error):
                raise
            return False
        return True


class Messages(Target):
    """What a browser sends to the server."""

    name = "message"

    def __init__(self) -> None:
        sys.path.insert(0, str(ROOT / "dashboards"))
        try:
            from guard import messages
        finally:
            sys.path.remove(str(ROOT / "dashboards"))
        self._judge = messages

    def valid(self) -> list[bytes]:
        """Return messages of every kind."""
        from streamlit.proto.BackMsg_pb2 import BackMsg

        found = []
        for field in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields:
            message = BackMsg()
            if field.message_type is None:
                setattr(message, field.name, True)
            else:
                getattr(message, field.name).SetInParent()
            found.append(message.SerializeToString())
        asked, again = BackMsg(), BackMsg()
        asked.file_urls_request.request_id, asked.file_urls_request.session_id = "1", "me"
        asked.file_urls_request.file_names.extend(["a.toml", "b.csv"])
        again.rerun_script.query_string = "scenario=village"
        again.rerun_script.widget_states.widgets.add(id="days", int_value=3)
        return [*found, asked.SerializeToString(), again.SerializeToString()]

    def read(self, content: bytes) -> bool:
        """Judge it; a message that passes is one of those that pages need."""
        from streamlit.proto.BackMsg_pb2 import BackMsg

        try:
            verdict = self._judge.message_verdict(content, lambda session: session == "me")
        except self._judge.BadMessageError:
            return False
        message = BackMsg()
        message.ParseFromString(content)
        assert not verdict.passes or message.WhichOneof("type") in self._judge.COSTS, "a message that no page sends"
        assert verdict.cost > 0
        return verdict.passes


def targets() -> list[Target]:
    """Return all targets."""
    from tests.fuzz.classes import Histories, Lessons
    from tests.fuzz.workbooks import Workbooks

    return [Scenarios(), Files(), Tables(), Workbooks(), Histories(), Lessons(), Links(), Messages()]
