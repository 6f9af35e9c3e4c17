import os

import pytest

from shop import Money, load, parse, report, total

ITEMS = [{"cents": 250}, {"cents": 990}]


def test_total():
    net = 250 + 990
    assert total(ITEMS) == net + net * 19 // 100


def test_report():
    text = report(ITEMS)
    wanted = "2 items, 1475 cents"
    assert text == wanted


def test_no_rate():
    expected = 1240
    assert total(ITEMS, rate=0) == expected


def test_no_items():
    assert report([]) == "0 items, 0 cents"
