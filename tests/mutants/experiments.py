"""Faults in experiments: estimates, seeds, designs, and each question to many runs."""

from __future__ import annotations

from tests.mutants.mutant import Mutant


def _experiment(module: str, old: str, new: str, fault: str, *tests: str, survives: str = "") -> Mutant:
    return Mutant(f"sim/{module}.py", old, new, tests, fault, survives)


EXPERIMENTS = (
    _experiment(
        "common/estimates",
        "    half = student_quantile(n - 1) * spread / math.sqrt(n)",
        "    half = student_quantile(n) * spread / math.sqrt(n)",
        "intervals have a degree of freedom too many",
        "tests/experiments/test_estimates.py",
    ),
    _experiment(
        "common/estimates",
        "for value in defined) / (n - 1))",
        "for value in defined) / n)",
        "the standard deviation is that of the sample itself",
        "tests/experiments/test_estimates.py",
    ),
    _experiment(
        "common/estimates",
        "    apart = variance([other - one for one, other in pairs])",
        "    apart = variance([other + one for one, other in pairs])",
        "what pairing saves is measured on sums",
        "tests/experiments/test_stopping.py::test_variance_ratio_by_hand",
    ),
    _experiment(
        "runs/seeds",
        "    return (index(seed), *hashed)",
        "    return tuple(index(seed) + number for number in range(replications))",
        "replications of neighbouring seeds share worlds",
        "tests/experiments/test_seeds.py",
    ),
    _experiment(
        "experiments/comparison",
        "            return estimate(difference(flat[regime].get(name), flat[first].get(name)) for flat in flats)",
        "            return estimate(difference(flat[first].get(name), flat[regime].get(name)) for flat in flats)",
        "differences have the other sign",
        "tests/experiments/test_comparison.py",
    ),
    _experiment(
        "experiments/stopping",
        "    for count in range(FEWEST, len(replications) + 1):",
        "    for count in range(2, len(replications) + 1):",
        "it may stop after two replications",
        "tests/experiments/test_stopping.py",
    ),
    _experiment(
        "experiments/stopping",
        "(found.high - found.low) / 2.0 <= allowed",
        "(found.high - found.low) <= allowed",
        "the whole width is held to half a width",
        "tests/experiments/test_stopping.py",
    ),
    _experiment(
        "runs/warm_up",
        "    return None if None in found else max(each for each in found if each is not None)",
        "    return max((each for each in found if each is not None), default=None)",
        "a series that never settles is left out",
        "tests/experiments/test_warming_up.py",
    ),
    _experiment(
        "experiments/optimising",
        "    fresh = replication_seeds(setting.seed, setting.replications + 1)[-1]",
        "    fresh = setting.seed",
        "the best value is judged on the seeds that chose it",
        "tests/experiments/test_optimising.py::test_the_chosen_one_is_judged_on_seeds_that_had_no_part_in_choosing",
    ),
    _experiment(
        "experiments/optimising",
        "    afresh = Tried(factors, goal)",
        "    afresh = tried",
        "the best value keeps the runs that chose it",
        "tests/experiments/test_optimising.py::test_the_chosen_one_is_judged_on_seeds_that_had_no_part_in_choosing",
    ),
    _experiment(
        "experiments/optimising",
        "    return \"lowest\" if info.better == \"lower\" else \"highest\"",
        "    return \"highest\"",
        "the highest is sought of what is better when lower",
        "tests/experiments/test_optimising.py",
    ),
    _experiment(
        "experiments/optimiser",
        "        self._sign = -1.0 if goal == \"highest\" else 1.0",
        "        self._sign = -1.0",
        "the highest is found where the lowest is sought",
        "tests/experiments/test_optimising.py",
    ),
    _experiment(
        "experiments/sensitivity",
        "each.path, float(np.abs(effects).mean()), float(NORMAL * drawn.std(ddof=1))",
        "each.path, abs(float(effects.mean())), float(NORMAL * drawn.std(ddof=1))",
        "effects that cancel are none",
        "tests/experiments/test_sensitivity.py::test_morris_effect_is_the_mean_of_absolute_effects_also_where_they_cancel",
    ),
    _experiment(
        "experiments/sensitivity",
        "        drawn = np.abs(rng.choice(effects, (RESAMPLES, len(effects)))).mean(axis=1)",
        "        drawn = rng.choice(effects, (RESAMPLES, len(effects))).mean(axis=1)",
        "intervals of effects are those of their signed mean",
        "tests/experiments/test_sensitivity.py::test_morris_effect_is_the_mean_of_absolute_effects_also_where_they_cancel",
    ),
    _experiment(
        "experiments/sensitivity",
        "changes[walk, step] / steps[walk, step, column]",
        "changes[walk, step] / np.abs(steps[walk, step, column])",
        "a step back has the sign of its change",
        "tests/experiments/test_sensitivity.py",
    ),
    _experiment(
        "experiments/discovering",
        "    seed = fresh_seed(setting.seed, setting.replications)",
        "    seed = setting.seed",
        "regions are judged on the markets they were found by",
        "tests/experiments/test_discovering.py::test_a_region_found_in_noise_is_judged_at_what_chance_brings",
    ),
    _experiment(
        "experiments/discovering",
        "        left &= ~inside",
        "        left &= inside",
        "a second region is judged inside the first",
        "tests/experiments/test_discovering.py::test_regions_are_judged_by_hand",
    ),
    _experiment(
        "experiments/prim",
        "        if chances[worst] <= CHANCE:",
        "        if chances[worst] <= 1.0:",
        "limits that chance explains are kept",
        "tests/experiments/test_prim.py",
    ),
    _experiment(
        "experiments/prim",
        "            further = kept[kept != ordered[slice_of - 1]]  # equal values stay together",
        "            further = kept",
        "equal values are told apart",
        "tests/experiments/test_prim.py",
    ),
    _experiment(
        "experiments/root_bracketing",
        "        return low - at_low * (high - low) / (at_high - at_low)",
        "        return 0.5 * (low + high)",
        "a crossing lies in the middle of its bracket",
        "tests/experiments/test_frontier.py",
    ),
    _experiment(
        "experiments/root_bracketing",
        "        return min(sign * (found.low or 0.0), sign * (found.high or 0.0))",
        "        return sign * (found.mean or 0.0)",
        "a crossing is as sure as its means",
        "tests/experiments/test_frontier.py",
    ),
    _experiment(
        "experiments/worth",
        "factorial(len(joined)) * factorial(count - len(joined) - 1) / factorial(count)",
        "1.0 / 2 ** (count - 1)",
        "services are weighed alike over sets, not over orders of joining (Banzhaf)",
        "tests/experiments/test_worth.py",
    ),
    _experiment(
        "experiments/worth",
        "            estimate(game[everything] - game[everything - own] for game in games[\"everybody\"]),",
        "            estimate(game[everything] - game[own] for game in games[\"everybody\"]),",
        "what a service adds to the others is what the others add to it",
        "tests/experiments/test_worth.py",
    ),
    _experiment(
        "runs/design",
        "        return float(f\"{(1.0 - share) * self.low + share * self.high:.12g}\")",
        "        return float(f\"{self.low + share * self.high:.12g}\")",
        "ranges are wider than asked for",
        "tests/experiments/test_design.py",
    ),
    _experiment(
        "experiments/multiple_comparisons",
        "(len(p_values) - place) * p_values[number]",
        "len(p_values) * p_values[number]",
        "Holm's correction is Bonferroni's",
        "tests/experiments/test_multiple_comparisons.py",
    ),
    _experiment(
        "experiments/multiple_comparisons",
        "        reached = max(reached, min(1.0",
        "        reached = max(0.0, min(1.0",
        "adjusted p-values may fall",
        "tests/experiments/test_multiple_comparisons.py",
    ),
    _experiment(
        "experiments/point_figures",
        "            if all(flats[at] is not None for each in runs for flats in each.values())",
        "            if all(flats[at] is not None for each in runs[:1] for flats in each.values())",
        "points are compared on different worlds where a run failed",
        "tests/experiments/test_failing.py",
    ),
)  # fmt: skip
