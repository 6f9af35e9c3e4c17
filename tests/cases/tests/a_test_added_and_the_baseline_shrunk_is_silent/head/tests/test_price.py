from shop import price


def test_three():
    assert price(3) == 3


def test_ten():
    assert price(10) == 9
