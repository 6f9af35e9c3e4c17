from shop import total

from tests.helpers import check


def test_total():
    check(total([1, 2]), 3)
