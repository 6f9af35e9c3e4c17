from shop import price


def test_one():
    assert price(1) == 1
