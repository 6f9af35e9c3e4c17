import os

import pytest

from shop import Money, load, parse, report, total

ITEMS = [{"cents": 250}, {"cents": 990}]


def test_total():
    expected = total(ITEMS)
    assert total(ITEMS) == expected


def test_report():
    text = report(ITEMS)
    wanted = text
    assert text == wanted


def test_no_rate():
    assert total(ITEMS, rate=0) == total(ITEMS, rate=0)


def test_no_items():
    text = report([])
    assert text == text
