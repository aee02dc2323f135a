"""What was sent is kept by what is in it, so much of it, and for so long; a view of it asks for it elsewhere."""

from __future__ import annotations

import pytest

from sim.experiments.views import NotSentError, View, view_of
from sim.runs.uploads import Uploads, is_upload
from sim.scenario import ScenarioError, load_scenario, scenario_hash, scenario_names, scenario_to_toml

VILLAGE = load_scenario("village")


def variant(hassle):
    return load_scenario(VILLAGE, {"customers.hassle": hassle})


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def test_the_same_content_has_the_same_name():
    uploads = Uploads()
    name = uploads.keep(VILLAGE)
    assert name == f"upload-{scenario_hash(VILLAGE)}"
    assert uploads.keep(load_scenario("village")) == name
    assert len(uploads) == 1
    assert uploads.find(name) == VILLAGE
    assert uploads.find("upload-00") is None
    assert uploads.keep(variant(2.0)) != name


def test_no_shipped_scenario_is_called_like_an_upload():
    assert not any(is_upload(name) for name in scenario_names())


def test_what_nobody_asked_for_longest_goes_first():
    uploads = Uploads(most=2)
    first, second = uploads.keep(variant(1.0)), uploads.keep(variant(2.0))
    uploads.find(first)
    third = uploads.keep(variant(3.0))
    assert [uploads.find(name) is not None for name in (first, second, third)] == [True, False, True]


def test_memory_is_bounded_by_size():
    size = len(scenario_to_toml(VILLAGE).encode())
    uploads = Uploads(most_bytes=int(2.5 * size))
    for hassle in range(10):
        uploads.keep(variant(float(hassle)))
    assert len(uploads) == 2


def test_age_is_bounded():
    clock = Clock()
    uploads = Uploads(longest=10.0, clock=clock)
    name = uploads.keep(VILLAGE)
    clock.now = 9.0
    assert uploads.find(name) is not None
    clock.now = 18.0
    assert uploads.find(name) is not None  # asked for since
    clock.now = 28.5
    assert uploads.find(name) is None
    assert len(uploads) == 0


def test_a_view_of_an_upload_carries_its_fingerprint_and_changes():
    uploads = Uploads()
    view = View(uploads.keep(VILLAGE), changes=("customers.hassle=3.0",), runs=4)
    parameters = {name: [value] if isinstance(value, str) else value for name, value in view.parameters().items()}
    again = view_of(parameters)
    assert again == view
    assert again.market(uploads.find) == variant(3.0)
    with pytest.raises(NotSentError):
        again.market()
    with pytest.raises(NotSentError):
        again.market(Uploads().find)
    with pytest.raises(ScenarioError):
        View(view.scenario, changes=("customers.hassle=-3",)).market(uploads.find)


def test_limits_of_a_shared_machine_hold_for_uploads():
    uploads = Uploads()
    name = uploads.keep(load_scenario("village", {"time.days": 20_000}))
    with pytest.raises(ScenarioError, match="many share one machine"):
        View(name).market(uploads.find)
