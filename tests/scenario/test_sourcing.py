"""A number without a source is named; a table's source covers what the same file says in it, and no more."""

from __future__ import annotations

from pathlib import Path

from sim.scenario.sourcing import unsourced


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def missing(path: Path) -> list[str]:
    return [problem.key for problem in unsourced(path)]


def test_an_entry_for_a_table_covers_all_in_it(tmp_path: Path) -> None:
    text = '[retailers]\nrent = 1.0\npricing = { rule = "markup", factor = 2.0 }\n[time]\ndays = 9\n[sources]\n'
    assert missing(written(tmp_path, "a", text)) == ["retailers.rent", "retailers.pricing.factor", "time.days"]
    assert missing(written(tmp_path, "b", text + '"retailers" = "assumption: as next door"\n')) == ["time.days"]
    assert missing(written(tmp_path, "c", text + '"retailers.pricing" = "assumption: as next door"\n')) == [
        "retailers.rent",
        "time.days",
    ]


def test_a_table_covered_in_one_file_does_not_vouch_for_numbers_of_another(tmp_path: Path) -> None:
    written(
        tmp_path, "base", '[retailers]\nrent = 1.0\nhandling_cost = 2.0\n[sources]\n"retailers" = "read in a book"\n'
    )
    heir = 'extends = "base.toml"\n[retailers]\nrent = 3.0\n'
    assert missing(written(tmp_path, "heir", heir)) == ["retailers.rent"]
    heir += '[sources]\n"retailers.rent" = "assumption: thrice"\n'
    assert missing(written(tmp_path, "other", heir)) == []


def test_a_source_has_to_say_something(tmp_path: Path) -> None:
    text = '[time]\ndays = 9\nwarm_up = 0\n[sources]\n"time.days" = "assumption: "\n"time.warm_up" = " "\n'
    assert missing(written(tmp_path, "a", text)) == ["sources.time.days", "sources.time.warm_up"]
