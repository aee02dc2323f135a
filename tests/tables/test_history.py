"""Weekly histories: weeks as people write them, one row a product and week."""

from __future__ import annotations

import pytest

from sim.tables import TableChoices, read_history


def read(text, **choices):
    return read_history(text.encode(), "h.csv", TableChoices(**choices))


WEEKS = {
    "dates of Mondays": (["2024-01-01", "2024-01-08", "2024-01-22"], [0, 1, 3]),
    "any day": (["2024-01-03", "2024-01-10"], [0, 1]),
    "German dates": (["01.01.2024", "08.01.2024"], [0, 1]),
    "dates with the day first, as one shows": (["08/01/2024", "15/01/2024"], [0, 1]),
    "dates with the month first, as one shows": (["01/08/2024", "01/15/2024"], [0, 1]),
    "calendar weeks": (["2023-W52", "2024-W01"], [0, 1]),
    "KW": (["KW 52/2023", "KW 1/2024"], [0, 1]),
    "year and week": (["202352", "202401"], [0, 1]),
    "week and year": (["52/2023", "01/2024"], [0, 1]),
    "numbers": (["1", "2", "5"], [0, 1, 4]),
    "numbers of pandas": (["1.0", "2.0"], [0, 1]),
    "words": (["Week 1", "Week 2"], [0, 1]),
    "short": (["W9", "W10"], [0, 1]),
}


@pytest.mark.parametrize("case", WEEKS)
def test_weeks_are_counted_from_the_first(case):
    said, numbers = WEEKS[case]
    history = read("week,sku,price,units\n" + "".join(f"{week},A,5,3\n" for week in said))
    assert not history.problems
    assert [row.week for row in history.rows] == numbers
    assert history.weeks == numbers[-1] + 1


@pytest.mark.parametrize(
    ("table", "part"),
    [
        (
            "week,sku,price,units\n01/02/2024,A,5,3\n01/03/2024,A,5,3\n",
            "2024-02-01 (day first) or 2024-01-02",
        ),
        ("week,sku,price,units\n2024-01-01,A,5,3\n2,A,5,3\n", "some weeks have a year"),
        ("week,sku,price,units\n2024-W60,A,5,3\n", "a week is a date"),
        ("week,sku,price,units\nsoon,A,5,3\n", "a week is a date"),
        ("week,sku,price,units\n1,A,5,3\n1,A,6,3\n", "this product and week is on line 2 already"),
        ("week,sku,units\n1,A,3\n", "needs a column of price"),
        ("week,sku,price,units\n1,A,5,3\n,A,5,3\n", "no week is given in line 3"),
        ("name,price,units\nA,5,3\n", "a column of weeks"),
        ("period,sku,price,units\n202401,A,5,3\n202402,A,5,3\n", "a week is a date"),
    ],
)
def test_weeks_that_say_two_things_or_none_are_refused(table, part):
    assert any(part in str(each.problem) for each in read(table).problems)


def test_gaps_are_said_and_all_columns_are_kept():
    text = "KW;Artikel;VK;Menge;Wettbewerberpreis;Fehlbestand\n1;A;12,50;10;11,90;20 %\n4;A;10,00;25;;0 %\n"
    history = read(text)
    assert not history.problems
    assert history.rows[0][3:] == ("A", 12.5, 10.0, "", 11.9, None, 0.2)
    assert history.rows[1].competitor_price is None
    assert any("2 weeks between" in str(note) for note in history.notes)
    assert history.products == ("A",)
