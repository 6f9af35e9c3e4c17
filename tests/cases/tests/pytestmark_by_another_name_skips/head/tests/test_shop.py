import pytest

from shop import total

MARKS = [pytest.mark.skip(reason="later")]
pytestmark = MARKS


def test_total():
    assert total([1, 2]) == 3


class TestSums:
    def test_sum(self):
        assert total([4, 5]) == 9
