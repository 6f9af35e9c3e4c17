from fare import fare


def test_nothing():
    assert fare(1) == 2
