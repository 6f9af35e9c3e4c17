from shop import price


def test_three():
    assert price(3) == 3
