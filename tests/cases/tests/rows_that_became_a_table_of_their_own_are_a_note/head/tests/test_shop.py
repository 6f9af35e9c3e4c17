import os

import pytest

from shop import Money, load, parse, report, total

ITEMS = [{"cents": 250}, {"cents": 990}]


@pytest.mark.parametrize("rate, cents", [(0, 1240), (19, 1475)])
def test_total(rate, cents):
    assert total(ITEMS, rate) == cents


@pytest.mark.parametrize("cents", [1, 250])
def test_total_doubles(cents):
    assert total([{"cents": cents}], 100) == 2 * cents
