"""What the static page of the argument holds: every step with its answer and chart, and the verdict."""

from __future__ import annotations

from typing import Any

from sim.common.number_format import grouped, number_of, short, with_spread
from sim.common.provenance import version_of
from sim.publishing import verdict
from sim.publishing.argument import STEPS
from sim.publishing.kept_answers import kept_comparison, kept_verdict
from sim.publishing.packing import chart_of
from sim.publishing.step import Step, filled
from sim.scenario import Problem, ScenarioError
from sim.scenario.pricing_conduct import pricing_lines


def argument_data() -> dict[str, Any]:
    """Return everything the page of the argument shows, all from kept answers.

    Raises:
        ScenarioError: where kept answers are not those of the scenarios as they are now.
    """
    points = kept_verdict()
    if not points:
        raise _outdated()
    limits, size = verdict.limits_of(points), points[0].scenario.geography
    market = f"{grouped(size.customers)} customers in {number_of(size.town_count, 'town')}"
    return {
        "steps": [_step(step) for step in STEPS],
        "verdict": {
            "title": verdict.TITLE,
            "sliders": [
                {"label": each.label, "texts": [f"{value:g}" for value in each.values], "start": _start(each)}
                for each in verdict.SLIDERS
            ],
            "points": [chart_of(verdict.verdict_strip(each, each.scenario, limits)) for each in points],
            "note": f"Each position: {points[0].replications} runs of a market of {market}. Hollow: may be chance.",
            "blanks": [{"name": name, "before": before} for name, before in verdict.BLANKS.items()],
        },
        "source": f"Middleman {version_of('middleman')}, the argument",
    }


def _outdated() -> ScenarioError:
    allowed = "the kept answers are not those of the scenarios as they are now"
    return ScenarioError([Problem("", "argument", "", allowed, "run python docs/answers.py")])


def _start(slider: verdict.VerdictSlider) -> int:
    return list(slider.values).index(slider.start)


def _step(step: Step) -> dict[str, Any]:
    kept = [kept_comparison(view) for view in step.views]
    runs = [each for each in kept if each is not None]
    if len(runs) < len(kept):
        raise _outdated()
    answer, scenario = step.answer(runs), runs[0].scenario
    exact = step.exact(scenario) if step.exact else None
    half = "; ± half of a 95 % interval" if "±" in with_spread(answer) else ""
    return {
        "name": step.name,
        "title": step.title,
        "brief": step.brief,
        "story": filled(step, step.story, runs),
        "question": step.question,
        "terms": step.terms,
        "unit": step.unit,
        "low": step.low,
        "high": step.high,
        "by": step.by,
        "start": step.start,
        "answer": answer.mean,
        "said": f"{with_spread(answer)} {step.unit}",
        "exact": None if exact is None else [f"{short(exact.value)} {step.unit}", exact.reason],
        "chart": chart_of(step.draw(runs)),
        "mark": step.mark.to_dict(),
        "pricing": pricing_lines(scenario, runs[0].regimes),
        "because": filled(step, step.because, runs),
        "but": filled(step, step.but, runs),
        "note": f"Mean of {runs[0].replications} runs{half}.",
    }
