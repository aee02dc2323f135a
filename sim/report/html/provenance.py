"""What decided the figures of a page."""

from __future__ import annotations

from sim.common.provenance import sources_sha256, versions
from sim.scenario import Scenario, scenario_hash


def provenance_of(scenario: Scenario, **more: str) -> dict[str, str]:
    """Return what decided the figures of a page, by name."""
    return {
        "scenario": scenario.name,
        "sha256 of the scenario": scenario_hash(scenario),
        **more,
        **versions(),
        "sha256 of the sources": sources_sha256(),
    }
