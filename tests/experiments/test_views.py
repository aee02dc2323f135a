"""Views: a link says all of it, gives it back, and may say anything without harm."""

from __future__ import annotations

import pytest

from sim import ScenarioError, compare
from sim.experiments.views import LONGEST, MOST_CHANGES, MOST_CHOICES, View, view_of

VIEWS = [
    View(),
    View("village", ("direct", "o2o"), ("customers.travel_cost=0.4", 'tiers[0].name="a&b"'), 3, 2**62, (("a", "ü%"),)),
]


@pytest.mark.parametrize("view", VIEWS)
def test_a_link_gives_back_the_view(view):
    link = {name: [value] if isinstance(value, str) else value for name, value in view.parameters().items()}
    assert view_of(link) == view


def test_the_lines_of_python_give_the_figures_of_the_view():
    view = View("village", ("traditional", "o2o"), ("customers.travel_cost=0.4",), 2, 5)
    names: dict = {}
    exec(view.python(), names)
    scenario = view.market()
    expected = compare(scenario, view.compared(scenario), replications=2, seed=5)
    assert names["comparison"].to_dict() == expected.to_dict()
    assert view.command() == (
        "middleman compare village --regimes traditional,o2o --set customers.travel_cost=0.4 --replications 2 --seed 5"
    )


@pytest.mark.parametrize(
    ("link", "said"),
    [
        ({"runs": ["many"]}, "a whole number from 1 to 50"),
        ({"runs": ["0"]}, "a whole number from 1 to 50"),
        ({"runs": ["٣"]}, "a whole number from 1 to 50"),
        ({"seed": ["-1"]}, "a whole number from 0"),
        ({"set": ["nonsense"]}, "an override reads path=value"),
        ({"set": [f"a.b{n}=1" for n in range(MOST_CHANGES + 1)]}, "at most 40 parameters"),
        ({"anything": ["x" * (LONGEST + 1)]}, "at most 200 letters"),
        ({"seed": ["1" * 21]}, "a whole number from 0"),
        ({"seed": ["1" * 5000]}, "at most 200 letters"),
        ({f"choice{n}": ["1"] for n in range(MOST_CHOICES + 1)}, "at most 12 names"),
    ],
)
def test_a_link_that_cannot_be_says_why(link, said):
    with pytest.raises(ScenarioError, match=said):
        view_of(link)


@pytest.mark.parametrize("link", [["x={a" + ".a" * 250_000 + "=1}"], ["time.days=9"] * (MOST_CHANGES + 1)])
def test_what_is_too_long_or_too_many_is_not_even_read(link, monkeypatch):
    def reads(change):
        raise AssertionError(change[:40])

    monkeypatch.setattr("sim.experiments.views.parse_override", reads)
    with pytest.raises(ScenarioError, match="at most"):
        view_of({"set": link})


@pytest.mark.parametrize("name", ["../pyproject", "/etc/passwd", "village.toml", "<script>", "", "a\0b"])
def test_a_link_never_names_a_file(name):
    with pytest.raises(ScenarioError, match="the scenarios are"):
        view_of({"scenario": [name]}).market()


@pytest.mark.parametrize(
    "change", ["time.days=20000", "geography.customers=300000", "geography.town_count=9999", "products.count=20000"]
)
def test_what_is_too_long_for_a_shared_machine_is_refused(change):
    with pytest.raises(ScenarioError, match="many share one machine"):
        View("classroom", changes=(change,)).market()


def test_what_takes_more_memory_than_a_worker_has_is_refused_before_it_is_run(monkeypatch):
    change = "records.choices=true", "customers.breadth=64", "customers.reach=64", "customers.need_rate=0.6"
    hungry = View("classroom", changes=("geography.customers=200000", "time.days=100", *change))
    monkeypatch.setattr("sim.experiments.views.memory_of_worker", lambda workers: 3e9)
    with pytest.raises(ScenarioError, match=r"about .* GB of memory; 3\.0 GB can be had here") as refused:
        hungry.market()
    assert "records.choices" in str(refused.value), "with what to lower"
    assert View("classroom").market().name == "classroom"


def test_changes_replace_one_another_and_are_taken_back():
    view = View().changing("customers.travel_cost", "1").changing("customers.travel_cost", "2")
    assert view.changes == ("customers.travel_cost=2",)
    assert view.changing("customers.travel_cost", None).changes == ()
    assert View().choosing(b="2", a="1").choosing(b="").choices == (("a", "1"),)
