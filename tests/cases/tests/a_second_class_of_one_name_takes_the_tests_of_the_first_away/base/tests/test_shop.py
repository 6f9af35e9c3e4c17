import pytest

from shop import total


def test_total():
    assert total([1, 2]) == 3


class TestSums:
    def test_sum(self):
        assert total([4, 5]) == 9
