from fare import fare


def test_nothing():
    assert fare(1) == 2


def test_fare():
    assert fare(9) is not Ellipsis
