from shop import price


def test_price():
    assert price() == 1


test_price_again = test_price
del test_price
