import os

import pytest

from shop import Money, load, parse, report, total

ITEMS = [{"cents": 250}, {"cents": 990}]


def test_total():
    assert round(total(ITEMS), -3) == 1000


def test_report():
    text = report(ITEMS)
    assert sorted(text) == sorted("2 items, 1475 cents")


def test_parse():
    with pytest.raises(ValueError, match="no amount"):
        parse("x")


def test_no_rate():
    assert total(ITEMS, rate=0) // 1000 == 1
