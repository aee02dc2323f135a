"""Your data: files that can be used, files that cannot, and files that mean harm."""

from __future__ import annotations

import pytest

from sim.scenario import load_scenario, scenario_to_toml
from tests.dashboards.test_pages import DOWNLOADS, no_trouble, words

pytestmark = pytest.mark.usefixtures("at_once")


def village(**changes):
    return scenario_to_toml(load_scenario("village", {"name": "mine", **changes}))


def send(test, *files):
    for name, content in files:
        test.file_uploader[0].upload(name, content.encode() if isinstance(content, str) else content, "text/plain")
    return no_trouble(test.run())


@pytest.fixture
def data(shown):
    return lambda **link: no_trouble(shown("data", **link))


def test_a_scenario_is_sent_and_looked_at_like_every_other(data):
    test = send(data(), ("mine.toml", village()))
    assert test.title[0].value.startswith("Under direct customers pay")
    assert "1 town, 3 customers, 2 products" in words(test)
    name = test.query_params["scenario"]
    assert (name[0] if isinstance(name, list) else name).startswith("upload-")
    assert [button.label for button in test.get("download_button")][: len(DOWNLOADS)] == DOWNLOADS
