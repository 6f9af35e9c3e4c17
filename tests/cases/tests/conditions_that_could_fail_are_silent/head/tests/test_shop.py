import os

import pytest

from shop import Money, load, parse, report, total

ITEMS = [{"cents": 250}, {"cents": 990}]


def test_length():
    assert len(report(ITEMS)) >= 1
    assert report(ITEMS) == "2 items, 1475 cents"


def test_either():
    found = total(ITEMS)
    assert found == 1475 or found == 1476


def test_found():
    assert [item for item in ITEMS if total([item]) == 297] == [{"cents": 250}]


def test_all_items():
    assert all(total([item]) > item["cents"] for item in ITEMS)


def test_called():
    def check(rate):
        assert total(ITEMS, rate=rate) == 1240

    check(0)


def test_before_and_after():
    before = len(ITEMS)
    total(ITEMS)
    assert len(ITEMS) == before
