import os

import pytest

from shop import Money, load, parse, report, total

ITEMS = [{"cents": 250}, {"cents": 990}]


def test_length():
    assert len(report(ITEMS)) >= 0


def test_object():
    assert isinstance(report(ITEMS), object)


def test_either():
    found = total(ITEMS)
    assert found is None or found is not None


def test_not_or():
    found = total(ITEMS)
    assert found or not found


def test_generator():
    assert (total(ITEMS, rate=n) > 0 for n in range(3))


def test_comprehension():
    assert [total(ITEMS, rate=n) > 9 for n in range(3)]


def test_all_of_nothing():
    assert all(total(ITEMS, rate=n) for n in [])


def test_any_error():
    with pytest.raises(Exception):
        parse("12 EUR")
        assert False


def test_never_called():
    def check():
        assert total(ITEMS) == 1475
