"""A comparison of regimes: figures with intervals, and paired differences to the first regime."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.common.estimates import Estimate, difference, estimate, variance_ratio
from sim.common.files import FORMAT, MANIFEST, whole_folder, write_json
from sim.common.number_format import number_of
from sim.common.provenance import versions
from sim.common.spreadsheets import csv_of
from sim.experiments.settling import Settling, settling_of
from sim.runs.replication import FailedReplication, Replication
from sim.runs.seeds import replication_seeds
from sim.scenario import Scenario, scenario_hash
from sim.scenario.halves import half_length, seasonal
from sim.scenario.pricing_conduct import pricing_of

if TYPE_CHECKING:
    import pandas as pd

KIND = "middleman comparison"
COLUMNS = ("table", "regime", "figure", "mean", "low", "high", "n")
FILES = ("comparison.parquet", "comparison.csv", "comparison.json")

Estimates = Mapping[str, Mapping[str, Estimate]]


@dataclass(frozen=True, repr=False)
class Comparison:
    """Regimes compared over replications in which all of them met the same customers, needs and shocks.

    Attributes:
        scenario: what was run.
        seed: seed of the first replication; the others follow from it.
        replications: how many are whole: the numbers rest on these.
        regimes: names of the regimes; differences are to the first.
        figures: by regime and dotted name of the figure.
        differences: by regime but the first and dotted name, regime less first regime within each
            replication, and ``same_need.*``. ``n`` counts the replications in which the figure was defined
            under both.
        variance_ratios: by regime but the first and name: how many times as many replications it would take to know
            the difference as well if each regime had met customers, needs and shocks of its own: (variance of
            one + variance of the other) / variance of the difference. None where the difference never varies.
        failed: replications in which a run came to nothing. They are left out of everything above, also of the figures
            of regimes that were done with: what breaks may well break in worlds of a kind, so that the means are those
            of the worlds in which nothing did.
        same_prices: the regime whose prices to customers all regimes ask, product by product; empty where each has its
            own.
        settling: whether headline figures still moved in the days averaged.
    """

    scenario: Scenario
    seed: int
    replications: int
    regimes: tuple[str, ...]
    figures: Estimates
    differences: Estimates
    variance_ratios: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)
    failed: tuple[FailedReplication, ...] = ()
    same_prices: str = ""
    settling: Settling = field(default_factory=Settling)

    def __repr__(self) -> str:
        regimes, runs = ", ".join(self.regimes), number_of(self.replications, "replication")
        return f"<Comparison of {self.scenario.name}: {regimes}; {runs}, seed {self.seed}>"

    @classmethod
    def of(
        cls,
        scenario: Scenario,
        regimes: Sequence[str],
        replications: Sequence[Replication],
        failed: Sequence[FailedReplication] = (),
        seed: int | None = None,
    ) -> Comparison:
        """Summarize replications that are whole, the first of them that of ``seed`` unless it is given."""
        first, *others = regimes
        names = _all_names(replication.figures[regime] for replication in replications for regime in regimes)

        def figure(regime: str, name: str) -> Estimate:
            return estimate(replication.figures[regime].get(name) for replication in replications)

        def paired(regime: str, name: str) -> Estimate:
            flats = [replication.figures for replication in replications]
            return estimate(difference(flat[regime].get(name), flat[first].get(name)) for flat in flats)

        def same_need(regime: str) -> dict[str, Estimate]:
            flats = [replication.pairs[regime] for replication in replications]
            return {name: estimate(flat.get(name) for flat in flats) for name in _all_names(flats)}

        return cls(
            scenario=scenario,
            seed=replications[0].seed if seed is None else seed,
            replications=len(replications),
            regimes=tuple(regimes),
            figures={regime: {name: figure(regime, name) for name in names} for regime in regimes},
            differences={
                regime: {**{name: paired(regime, name) for name in names}, **same_need(regime)} for regime in others
            },
            variance_ratios={
                regime: {
                    name: variance_ratio(
                        [each.figures[first].get(name) for each in replications],
                        [each.figures[regime].get(name) for each in replications],
                    )
                    for name in names
                }
                for regime in others
            },
            failed=tuple(failed),
            settling=settling_of(
                regimes,
                [each.halves for each in replications],
                half_length(scenario),
                seasonal=seasonal(scenario),
            ),
        )

    @property
    def pricing(self) -> dict[str, str]:
        """How prices come about, in words, by regime."""
        return {regime: pricing_of(self.scenario, regime, self.same_prices) for regime in self.regimes}

    @property
    def tried(self) -> int:
        """How many replications were begun: those that are whole, and those that failed."""
        return self.replications + len(self.failed)

    @property
    def first_whole(self) -> int:
        """The seed of the first replication that came to its end."""
        broken = {each.seed for each in self.failed}
        return next(seed for seed in replication_seeds(self.seed, self.tried) if seed not in broken)

    @property
    def same_need(self) -> dict[str, dict[str, Estimate]]:
        """What changes for the same need of the same customer, by regime: price, full price, days, gained and lost."""
        mark = "same_need."
        return {
            regime: {name.removeprefix(mark): change for name, change in changes.items() if name.startswith(mark)}
            for regime, changes in self.differences.items()
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as JSON says it; what is undefined is None."""
        return {
            "scenario": self.scenario.name,
            "seed": self.seed,
            "replications": self.replications,
            "pricing": self.pricing,
            "failed": [each.to_dict() for each in self.failed],
            "regimes": {regime: {"figures": _plain(table)} for regime, table in self.figures.items()},
            "differences": {regime: _plain(table) for regime, table in self.differences.items()},
            "variance_ratios": {regime: dict(table) for regime, table in self.variance_ratios.items()},
            "settling": self.settling.to_dict(),
        }

    def _rows(self) -> list[tuple[str, str, str, float | None, float | None, float | None, int]]:
        """Return one row per estimate, in the order of ``COLUMNS``."""
        both = {"figures": self.figures, "differences": self.differences}
        return [
            (table, regime, name, found.mean, found.low, found.high, found.n)
            for table, by_regime in both.items()
            for regime, by_name in by_regime.items()
            for name, found in by_name.items()
        ]

    def to_frame(self) -> pd.DataFrame:
        """Return a long data frame, one row per estimate: table, regime, figure, mean, low, high, n.

        ``table`` is "figures" or "differences"; what is undefined is missing.
        """
        import pandas as pd

        frame = pd.DataFrame(self._rows(), columns=list(COLUMNS))
        return frame.astype({"mean": "float64", "low": "float64", "high": "float64", "n": "int64"})

    def save(self, folder: str | Path, *, overwrite: bool = False) -> Path:
        """Write Parquet, CSV, JSON and a manifest, whole or not at all, and return the folder.

        Raises:
            FolderError: when the folder is taken; an earlier comparison gives way to ``overwrite``.
        """
        with whole_folder(folder, KIND, overwrite=overwrite) as place:
            (place / "comparison.parquet").write_bytes(self.to_parquet())
            csv_of(self.to_frame(), place / "comparison.csv")
            write_json(place / "comparison.json", self.to_dict())
            write_json(place / MANIFEST, self.manifest())
        return Path(folder)

    def to_parquet(self) -> bytes:
        """Return the rows of ``to_frame`` as a Parquet file."""
        import pyarrow as pa

        from sim.common.parquet import write_parquet

        name, number = pa.dictionary(pa.int32(), pa.string()), pa.float64()
        types = (name, name, name, number, number, number, pa.int64())
        columns = list(zip(*self._rows(), strict=True))
        arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
        file = io.BytesIO()
        write_parquet(pa.Table.from_arrays(arrays, names=list(COLUMNS)), file)
        return file.getvalue()

    def manifest(self) -> dict[str, Any]:
        """Return where the comparison came from."""
        return {
            "kind": KIND,
            "format": FORMAT,
            "regimes": list(self.regimes),
            "seed": self.seed,
            "replications": self.replications,
            "failed": [each.to_dict() for each in self.failed],
            "same_prices": self.same_prices or None,
            "versions": versions(),
            "money": "units of currency",
            "scenario_sha256": scenario_hash(self.scenario),
            "scenario": self.scenario.model_dump(mode="json"),
            "files": list(FILES),
        }


def _all_names(flats: Any) -> list[str]:
    """Return the names of all figures there are, in the order in which they first come."""
    return list(dict.fromkeys(name for flat in flats for name in flat))


def _plain(estimates: Mapping[str, Estimate]) -> dict[str, dict[str, float | None]]:
    return {name: found.to_dict() for name, found in estimates.items()}
