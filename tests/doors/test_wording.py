"""The helpers that read sentences, on sentences whose numbers and order are known."""

from __future__ import annotations

import pytest

from tests.wording import in_this_order, numbers


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("customers pay 12 000.00 EUR less and o2o serves 82 of 100 needs.", [12000.0, 82.0, 100.0]),
        ("+1.54 ±3.09, -6.65 and −2 of 1 234 567", [1.54, 3.09, -6.65, -2.0, 1234567.0]),
        ("o2o, x2 and p95: none", []),
        ("95 % (58 to 92) of 20: 0.", [95.0, 58.0, 92.0, 20.0, 0.0]),
        ("from 6.00 to 1.00 of 100", [6.0, 1.0, 100.0]),
        ("82 100 needs", [82100.0]),
    ],
)
def test_numbers_are_read_out_of_a_sentence(text, found):
    assert numbers(text) == found


def test_parts_of_a_sentence_come_in_an_order():
    said = "better off: suppliers by 1.00; worse off: customers by 3.00"
    assert in_this_order(said, "better off", "suppliers", "worse off", "customers")
    assert not in_this_order(said, "better off", "customers", "worse off")
    assert not in_this_order(said, "customers", "customers")
