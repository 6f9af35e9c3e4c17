from tests.support import parse


def test_a():
    assert parse("1")
