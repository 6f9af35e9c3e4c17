from shop import price, tax


def test_price():
    assert price(1) == 3
