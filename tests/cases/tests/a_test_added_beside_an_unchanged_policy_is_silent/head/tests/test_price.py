from shop import price


def test_one():
    assert price(1) == 1


def test_ten():
    assert price(10) == 9
