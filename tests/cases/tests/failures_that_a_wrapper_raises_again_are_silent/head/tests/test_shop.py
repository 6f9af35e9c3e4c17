import contextlib
import os

import pytest

from shop import Money, load, parse, report, total

ITEMS = [{"cents": 250}, {"cents": 990}]


def named(function):
    def inner(*args):
        try:
            return function(*args)
        except AssertionError as error:
            raise AssertionError(function.__name__) from error

    return inner


@named
def test_total():
    assert total(ITEMS) == 1475


def test_report():
    with contextlib.nullcontext():
        assert report(ITEMS) == "2 items, 1475 cents"


def test_no_rate():
    try:
        assert total(ITEMS, rate=0) == 1240
    finally:
        ITEMS.sort(key=str)


def test_no_items():
    assert report([]) == "0 items, 0 cents"
