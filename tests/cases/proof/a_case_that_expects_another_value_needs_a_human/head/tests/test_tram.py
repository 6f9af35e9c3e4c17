import pytest

from tram import fare


@pytest.mark.parametrize("age, euros", [(8, 6), (30, 10)])
def test_fare(age, euros):
    assert fare(age) == euros
