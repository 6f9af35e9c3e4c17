import pytest
from tram import fare


@pytest.mark.skip(reason="later")
def test_child():
    assert fare(8) == 5


def test_adult():
    assert fare(30) == 10
