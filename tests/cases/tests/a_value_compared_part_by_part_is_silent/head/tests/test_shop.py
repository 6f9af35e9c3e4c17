import os

import pytest

from shop import Money, load, parse, report, total

ITEMS = [{"cents": 250}, {"cents": 990}]


def test_total():
    assert total(ITEMS) == 1475


def test_report():
    text = report(ITEMS)
    assert text.split(", ")[0] == "2 items"
    assert text.split(", ")[1] == "1475 cents"


def test_parse():
    with pytest.raises(ValueError) as error:
        parse("x")
    assert "no amount" in str(error.value)


def test_no_rate():
    assert total(ITEMS, rate=0) == 1240
