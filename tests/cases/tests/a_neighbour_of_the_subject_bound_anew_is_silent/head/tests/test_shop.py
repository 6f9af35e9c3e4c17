from unittest import mock

import shop
import os

import pytest

from shop import Money, load, parse, report, total

ITEMS = [{"cents": 250}, {"cents": 990}]


def test_total():
    assert total(ITEMS) == 1475


def test_report():
    with mock.patch("shop.total", return_value=7):
        assert report(ITEMS) == "2 items, 7 cents"


def test_no_rate():
    assert total(ITEMS, rate=0) == 1240


def test_no_items():
    items = mock.MagicMock()
    items.__len__.return_value = 0
    items.__iter__.return_value = iter([])
    assert report(items) == "0 items, 0 cents"
