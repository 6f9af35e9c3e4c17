from tram import fare


def test_child():
    assert fare(8) == 5


def test_adult():
    assert fare(30) == 10
