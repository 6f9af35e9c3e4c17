from tram import price


def test_child():
    assert price(8) == 5


def test_adult():
    assert price(30) == 10
