from unittest import mock

import shop
import os

import pytest

from shop import Money, load, parse, report, total

ITEMS = [{"cents": 250}, {"cents": 990}]


def test_total():
    assert total(ITEMS) == 1475


def test_report():
    text = report(ITEMS)
    assert text == "2 items, 1475 cents"


def test_no_rate():
    assert total(ITEMS, rate=0) == 1240


def test_no_items():
    assert report([]) == "0 items, 0 cents"
