from tram import fare


def test_adult():
    assert fare(40) == 10
