from types import SimpleNamespace

from shop.price import average, total


def test_total_is_the_sum():
    rows = [SimpleNamespace(price=2), SimpleNamespace(price=3)]
    assert total(rows) == 5


def test_average_of_nothing_is_zero():
    assert average([]) == 0


def test_average_is_the_mean():
    assert average([SimpleNamespace(price=2), SimpleNamespace(price=4)]) == 3
