"""``middleman worth``: the figure next to the middleman's margin."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest

SHORT = ("-n", "2", "--days", "8", "--workers", "1")


def test_services_are_told_next_to_what_the_firms_in_between_keep(middleman, tmp_path):
    store = ("--store", str(tmp_path / "store"))
    answer = middleman("worth", "village", *SHORT, *store, "--set", "contacts.cost=0.06")
    assert answer.code == 0
    for part in ("contacts saved", "freight bundled", "stock next door", "inspection before buying", "all together"):
        assert f"\n{part} " in answer.out
    assert "32 of 32 runs" in answer.err
    found = middleman("worth", "village", *SHORT, *store, "--set", "contacts.cost=0.06", "--json").content
    told = " ".join(answer.out.split())
    assert found["sentence"] in told
    assert "gains compared; " in told.split(found["sentence"])[1]
    margin = sum(each["mean"] for each in found["margins"].values())
    assert f"These firms take a margin of {margin:.2f} EUR" in found["sentence"]
    page = middleman("worth", "village", *SHORT, *store, "--set", "contacts.cost=0.06", "--report", "worth.html")
    assert page.out == answer.out
    told = Path("worth.html").read_text(encoding="utf-8")
    assert found["sentence"] in unescape(told)
    assert "middleman worth village" in told
    assert middleman("worth", "village", *SHORT, *store, "--report", "worth.html").err.count("exists already") == 1
    shares = [each["everybody"]["mean"] for each in found["services"].values()]
    assert sum(shares) == pytest.approx(found["total"]["everybody"]["mean"])


def test_a_loss_is_not_called_a_profit(middleman):
    found = middleman("worth", "village", *SHORT, "--services", "stock", "--set", "retailers.rent=20", "--json").content
    profit = sum(each["mean"] for each in found["profits"].values())
    assert profit < 0
    assert found["sentence"].endswith(f"EUR and lose {-profit:.2f} EUR after all costs.")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--services", "stocks"), "did you mean stock"),
        (("--regime", "direct"), "nobody in between owns goods"),
        (("--regime", "dirct"), "did you mean direct"),
    ],
)
def test_bad_input_is_explained(middleman, arguments, said):
    answer = middleman("worth", "village", *arguments)
    assert answer.code == 2
    assert said in answer.err
    assert answer.out == ""
