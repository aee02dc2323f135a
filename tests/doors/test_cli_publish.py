"""`middleman publish`: what it writes, and what it refuses."""

from __future__ import annotations

import json

import pytest

from sim.cli import main
from sim.cli.publishing import split_vary

BRIEF = ["--set", "time.days=4", "--set", "time.warm_up=0", "--set", "time.cool_down=0"]


@pytest.mark.parametrize(
    ("given", "parts"),
    [
        (["a=1,2,b=3..5"], ["a=1,2", "b=3..5"]),
        (["a=1", "b=x,y"], ["a=1", "b=x,y"]),
        (None, []),
    ],
)
def test_one_option_may_vary_several_parameters(given, parts):
    assert split_vary(given) == parts


def test_a_page_and_where_it_came_from_are_written(tmp_path, capsys):
    folder = tmp_path / "page"
    words = ["publish", "village", "-o", str(folder), "-n", "2", "--regimes", "traditional,direct", *BRIEF]
    assert main([*words, "--vary", "customers.travel_cost=0.2,1.0,customers.hassle=0,1"]) == 0
    told = capsys.readouterr()
    assert "index.html" in told.out
    assert "The sliders have 4 positions." in told.err
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["vary"] == {"customers.travel_cost": [0.2, 1.0], "customers.hassle": [0, 1]}
    assert manifest["replications"] == 2
    assert main(words) == 2, "the folder is taken"
    assert main(["publish", "argument", "-o", str(folder), "--overwrite"]) == 0
    assert "Step " in (folder / "index.html").read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["argument", "--vary", "customers.hassle=1,2"], "the argument is published as it is"),
        (["village", "--vary", "customers.hassel=1,2"], "customers.hassel"),
        (["village", "--vary", "customers.travel_cost=0..1:300"], "at most 200 points can be published"),
        (["nowhere"], "nowhere"),
        (["village", "-n", "none"], "--replications"),
    ],
)
def test_what_cannot_be_published_is_said_before_a_run(words, said, tmp_path, capsys):
    assert main(["publish", *words, "-o", str(tmp_path / "page")]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "page").exists()
