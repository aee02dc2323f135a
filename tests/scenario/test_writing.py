"""A scenario has a fingerprint of its content, and is written so that it loads as the same."""

from __future__ import annotations

from pathlib import Path

from sim.scenario import Scenario, load_scenario, scenario_hash, scenario_to_toml


def test_the_fingerprint_is_of_content_and_not_of_form() -> None:
    one = scenario_hash(load_scenario({"time": {"days": 50}, "customers": {"hassle": 2}}))
    other = scenario_hash(load_scenario({"customers": {"hassle": 2.0}, "time": {"days": 50, "warm_up": 30}}))
    assert one == other
    assert one != scenario_hash(load_scenario({"customers": {"hassle": 2}, "time": {"days": 51}}))


def test_toml_that_is_written_loads_as_the_same_scenario(tmp_path: Path) -> None:
    scenario = load_scenario(
        {
            "time": {"days": 50},
            "title": 'quotes " and \\ and é',
            "firms": {"retailer 1": {"pricing": {"rule": "fixed", "price": 3, "prices": {"product 1": 2.5}}}},
            "tiers": [{"name": "a"}, {"name": "b.c", "pricing": {"rule": "margin", "share": 0.1}}],
            "geography": {"towns": [{"name": "x", "customers": 10**8 // 3, "style_shares": [1e-9] * 40}]},
            "customers": {"need_rate": 1e-7},
            "regimes": {"mine": {"supplier_channels": ["parcel"], "platform": True}},
            "sources": {"tiers[0].name": "assumption: any, with \x7f and \t"},
        }
    )
    for defaults in (False, True):
        file = tmp_path / "written.toml"
        file.write_text(scenario_to_toml(scenario, defaults=defaults), encoding="utf-8")
        assert load_scenario(file) == scenario


def test_only_what_differs_from_the_defaults_is_written() -> None:
    assert scenario_to_toml(load_scenario({"name": "a", "time": {"days": 50}})) == 'name = "a"\n\n[time]\ndays = 50\n'
    assert "warm_up" in scenario_to_toml(Scenario(), defaults=True)
