from types import SimpleNamespace

from shop.price import total


def test_total_is_the_sum():
    rows = [SimpleNamespace(price=2), SimpleNamespace(price=3)]
    assert total(rows) == 5
