from tram import fare


def test_child():
    check(fare(8), 5)


def test_adult():
    assert fare(30) == 10
