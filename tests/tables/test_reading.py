"""Tables as people have them: what is read, what is noted, what is refused. Each case stands for its whole kind."""

from __future__ import annotations

import pytest

from sim.tables import TableChoices, read_table


def read(text, encoding="utf-8", **choices):
    content = text if isinstance(text, bytes) else text.encode(encoding)
    return read_table(content, "t.csv", TableChoices(**choices))


def values(table):
    """Return the rows as plain lists, in the order of the columns of the table."""
    assert not table.problems, [str(each.problem) for each in table.problems]
    return [[row.values[key] for key in table.columns] for row in table.rows]


def refusals(table):
    return [str(each.problem) for each in table.problems]


def notes(table):
    return " | ".join(map(str, table.notes))


# What stands in the file; the rows as read; a part of a note that must be there.
READ = {
    "plain": ("name,price\nA,12.5\nB,3\n", [["A", 12.5], ["B", 3.0]], ""),
    "semicolons and decimal commas": ("name;price\nA;12,5\n", [["A", 12.5]], "decimal comma"),
    "one reading for a column": ("name;unit_cost\nA;1.000\nB;12,50\n", [["A", 1000.0], ["B", 12.5]], "1.000"),
    "points with thousands in commas": (
        'name,price\nA,"1,000.50"\nB,"2,000"\n',
        [["A", 1000.5], ["B", 2000.0]],
        "2,000",
    ),
    "three decimals that begin with zero": ("name;weight\nA;0,500\nB;1,250\n", [["A", 0.5], ["B", 1.25]], "0,500"),
    "three decimals as pandas writes them": ("name,weight\nA,0.5\nB,1.250\n", [["A", 0.5], ["B", 1.25]], ""),
    "another column decides": ("name;price;weight\nA;1.299;0,5\n", [["A", 1299.0, 0.5]], "could mean 1.299 or 1299"),
    "many thousands": ("name;price\nA;1.000.000\n", [["A", 1e6]], "1.000.000"),
    "apostrophes": ("name;price\nA;1'234.50\n", [["A", 1234.5]], "1'234.50"),
    "narrow spaces": ("name;price\nA;1\u202f234,50\nB;2\u00a0000\n", [["A", 1234.5], ["B", 2000.0]], ""),
    "Indian groups": ('name,price\nA,"1,23,456.00"\n', [["A", 123456.0]], "1,23,456.00"),
    "currency behind": ("name;price\nA;12,50 \u20ac\n", [["A", 12.5]], "12,50"),
    "currency in front": ("name,price\nA,$12.50\nB,$ 3\n", [["A", 12.5], ["B", 3.0]], "$12.50"),
    "currency as a code": ("name;price\nA;EUR 12,50\nB;3,00 EUR\n", [["A", 12.5], ["B", 3.0]], "EUR 12,50"),
    "a dash for no cents": ("name;price\nA;12,-\nB;9,50\n", [["A", 12.0], ["B", 9.5]], "12,-"),
    "full width": ("\u540d\u79f0\t\u552e\u4ef7\n\u8336\t\uff11\uff12\uff0e\uff15\n", [["\u8336", 12.5]], ""),
    "per cent signs": ("name,price,return_rate\nA,9,30%\nB,9,4.5 %\n", [["A", 9.0, 0.3], ["B", 9.0, 0.045]], "30%"),
    "per cent in the heading": (
        "name;price;Retourenquote %\nA;9;12\nB;9;0,5\n",
        [["A", 9.0, 0.12], ["B", 9.0, 0.005]],
        "per cent",
    ),
    "per cent without a sign": (
        "name,price,margin\nA,10,30\nB,10,45\n",
        [["A", 10.0, 0.3], ["B", 10.0, 0.45]],
        "per cent",
    ),
    "shares": ("name,price,margin\nA,10,0.3\n", [["A", 10.0, 0.3]], ""),
    "whole numbers of pandas": (
        "firm,number,lead_time\nsuppliers,4.0,5.0\n",
        [["suppliers", 4, 5]],
        '"4.0" is read as 4',
    ),
    "article numbers of pandas": ("sku,price\n4711.0,3\n", [["4711", 3.0]], "4711.0"),
    "zeros in front stay": ("sku,price\n00123,3\n00124,4\n", [["00123", 3.0], ["00124", 4.0]], ""),
    "minus behind": ("name;quality\nA;12,50-\n", [["A", -12.5]], "12,50-"),
    "minus of typography": ("name;quality\nA;\u22123,5\n", [["A", -3.5]], ""),
    "brackets for negative": ("name,quality\nA,(3.50)\n", [["A", -3.5]], "(3.50)"),
    "powers of ten": ("name,price\nA,1.2E+02\n", [["A", 120.0]], "1.2E+02"),
    "nothing known": (
        "name;price;unit_cost\nA;n/a;3,5\nB;-;2\nC;9;k.A.\n",
        [["A", None, 3.5], ["B", None, 2.0], ["C", 9.0, None]],
        "nothing is known",
    ),
    "sep line": ("sep=;\nname;price\nA;1,5\n", [["A", 1.5]], "sep=;"),
    "tabs": ("name\tprice\nA\t1.5\n", [["A", 1.5]], "tabs"),
    "bars": ("name|price\nA|1.5\n", [["A", 1.5]], "bars"),
    "Markdown": ("| name | price |\n|---|---:|\n| A | 1.5 |\n", [["A", 1.5]], "bars"),
    "carriage returns": ("name,price\rA,1.5\rB,2\r", [["A", 1.5], ["B", 2.0]], "carriage returns"),
    "mixed line ends": ("name,price\r\nA,1.5\nB,2\rC,3\n", [["A", 1.5], ["B", 2.0], ["C", 3.0]], "carriage returns"),
    "line break in a cell": ('name,price\n"A\nbig",1.5\n', [["A big", 1.5]], "line breaks"),
    "quotes": ('name;price\n"Kaffee; gro\u00df";1,5\n', [["Kaffee; gro\u00df", 1.5]], ""),
    "a byte-order mark": ("\ufeffname,price\nA,1.5\n", [["A", 1.5]], ""),
    "an empty last column": ("name,price,\nA,12,\n", [["A", 12.0]], ""),
    "many empty columns": ("name,price,,,\nA,12,,,\nB,3,,,\n", [["A", 12.0], ["B", 3.0]], ""),
    "an empty first column": (",name,price\n,A,12\n", [["A", 12.0]], ""),
    "row numbers of pandas": (",name,price\n0,A,12\n1,B,3\n", [["A", 12.0], ["B", 3.0]], "counts the rows"),
    "a title above": ("Price list 2024\n\nname,price\nA,12\n", [["A", 12.0]], "above the headings"),
    "an export with a head": ("Report: SALES\nUser: KM\n\nMaterial;Kurztext;VK;EK\n1;Tee;3,50;1,20\n", None, ""),
    "a blank row": ("name,price\nA,12\n\nB,3\n", [["A", 12.0], ["B", 3.0]], "blank rows are skipped: line 3"),
    "blank rows of separators": ("name,price\nA,12\n,\n,\nB,3\n,\n", [["A", 12.0], ["B", 3.0]], "lines 3, 4"),
    "a note below": ("name,price,units\nA,12,3\n\nSource: our shop\n", [["A", 12.0, 3.0]], "Source: our shop"),
    "a date below": ("name;price;units\nA;12,5;3\nStand: 01.05.2024;;\n", [["A", 12.5, 3.0]], "Stand: 01.05.2024"),
    "headings again": ("name,price\nA,12\nname,price\nB,3\n", [["A", 12.0], ["B", 3.0]], "headings are repeated"),
    "a row of units": ("name;price;weight\n;EUR;g\nA;12,50;250\n", [["A", 12.5, 0.25]], "a row of units"),
    "grammes": ("name;Gewicht (g)\nA;250\n", [["A", 0.25]], "is 0.25 kg"),
    "grammes in the cell": ("name;weight\nA;250 g\nB;1,2 kg\n", [["A", 0.25], ["B", 1.2]], "250 g"),
    "weeks of lead time": ("name;price;Lieferzeit (Wochen)\nA;5;2\n", [["A", 5.0, 14.0]], "is 14 days"),
    "lead time in the cell": (
        "name;price;lead_time\nA;5;5 Tage\nB;5;2 Wochen\n",
        [["A", 5.0, 5.0], ["B", 5.0, 14.0]],
        "2 Wochen",
    ),
    "units a month": ("name;price;Absatz/Monat\nA;5;100\n", None, "units per week"),
    "pieces": ("name;price;Menge\nA;5;12 Stk\n", [["A", 5.0, 12.0]], "12 Stk"),
    "a product called Total cereal": (
        "name,price,units\nA,3,4\nTotal cereal,5,2\n",
        [["A", 3.0, 4.0], ["Total cereal", 5.0, 2.0]],
        "sums up nothing",
    ),
    "a product that is short": ("name\nA\nB\n", [["A"], ["B"]], ""),
    "case alone": ("name,price\nMilk,1\nmilk,2\n", [["Milk", 1.0], ["milk", 2.0]], "capital letters"),
    "what is known and not used": ("name;price;EAN;Warengruppe\nA;5;400123;Tee\n", [["A", 5.0]], "not used"),
    "one channel a row": ("name,channel,price\nA,shop,5\nA,online,4\n", [["A", "shop", 5.0], ["A", "online", 4.0]], ""),
    "an apostrophe of a defused formula": ("name,price\n'=A,5\n", [["=A", 5.0]], ""),
}


@pytest.mark.parametrize("case", READ)
def test_a_table_is_read_and_what_was_done_is_said(case):
    text, rows, note = READ[case]
    table = read(text)
    found = values(table)
    if rows is not None:
        assert found == rows
    assert note in notes(table)


# What stands in the file; parts of what is said, each of another problem.
REFUSED = {
    "only 1.000": (
        "name;price\nA;1.000\nB;2.500\n",
        ["1.000", "it can mean 1 (decimal point) or 1000 (decimal comma)"],
    ),
    "only 1,000": ('name,price\nA,"1,000"\n', ["1,000", "--decimal point or --decimal comma"]),
    "1.000 beside whole numbers": ("name;price\nA;1.000\nB;500\n", ["--decimal"]),
    "two notations": ("name;price\nA;1.234,56\nB;1,234.56\n", ["written in two ways"]),
    "one in a thousand": (
        "name;price\n" + "".join(f"A{n};{n},50\n" for n in range(1000)) + "B;3.5\n",
        ["two ways", "3.5"],
    ),
    "two currencies": ("name;price\nA;12,50 \u20ac\nB;$3,50\n", ["several currencies: EUR, USD"]),
    "a range": ("name;lead_time\nA;3-5\n", ["not a range"]),
    "an estimate": ("name,price\nA,ca. 5\n", ["a number is needed"]),
    "words": ("name,price\nA,cheap\n", ["a number is needed"]),
    "an error of the spreadsheet": ("name,price\nA,#DIV/0!\n", ["could not calculate"]),
    "a share above one and below": ("name,price,margin\nA,9,0.3\nB,9,45\n", ["some like shares of one"]),
    "a markup of 1.5": ("name,unit_cost,markup\nA,9,1.5\n", ["can be per cent or a multiple"]),
    "small per cents": ("name;price;Retourenquote %\nA;9;0,5\nB;9;0,8\n", ["0.005", "share"]),
    "a negative price": ("name,price\nA,-5\n", ["From 0"]),
    "a return rate above one": ("name,price,return_rate\nA,5,130%\n", ["From 0 to 1"]),
    "half a style": ("name,style\nA,0.5\n", ["a whole number"]),
    "a strange heading": ("name,price,foo bar\nA,5,1\n", ["foo bar", '--column "foo bar=MEANING"']),
    "a slip in a heading": ("name,prcie\nA,5\n", ["did you mean price?"]),
    "a heading twice": ("name,price,price\nA,5,6\n", ["2 columns mean price"]),
    "two headings of one meaning": ("name;VK-Preis;Ladenpreis\nA;5;6\n", ['"VK-Preis", "Ladenpreis"']),
    "no column of names": ("price,units\n5,3\n6,4\n", ["no column says which product"]),
    "a column without a heading": ("name,price,\nA,5,x\nB,6,y\n", ["column 3"]),
    "an extra cell": ("name,price\nA,5,9\nB,6\n", ["there are 2 columns"]),
    "decimal commas between commas": ("name,price\nA,12,50\n", ["decimal comma"]),
    "a product twice": ("name,price\nA,5\nB,6\nA,7\n", ["line 4", "on line 2 already"]),
    "a firm twice": ("firm,margin\nretailers,0.3\nretailers,0.4\n", ["this firm is on line 2 already"]),
    "accents composed otherwise": ("name,price\n\u00e9,2\ne\u0301,3\n", ["looks like"]),
    "letters of another alphabet": ("name,price\nCola,2\n\u0421ola,3\n", ["looks like"]),
    "blanks that cannot be seen": ("name,price\nCola,2\nCo\u00adla,3\n", []),
    "a row without a name": ("name,price\nA,5\n,6\n", ["nothing says what this row is about"]),
    "an article number as a power of ten": ("sku,price\n4.00123E+12,5\n", ["its last digits are lost"]),
    "currency in a weight": ("name;weight\nA;5 \u20ac/kg\n", ["not an amount of money"]),
    "a per cent sign on a price": ("name,price\nA,5%\n", ["not a share"]),
    "nothing": ("", ["no row"]),
    "blanks": ("  \n \n", ["no row"]),
    "headings alone": ("name,price\n", ["no row below"]),
    "numbers alone": ("1,2\n3,4\n", ["column names"]),
    "an open quote": ('name,price\n"A,5\n', ["not valid CSV"]),
    "a web page": ("<html><table><tr><td>name</td></tr></table></html>", ["web page"]),
    "bytes": (b"\x00\x01\x02name", ["not text"]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_used_is_refused_with_what_to_do(case):
    text, parts = REFUSED[case]
    table = read(text)
    said = "\n".join(refusals(table))
    assert table.problems
    for part in parts:
        assert part in said
