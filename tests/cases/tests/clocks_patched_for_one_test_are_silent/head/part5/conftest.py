import pytest


@pytest.fixture
def numbers():
    return [1, 2, 3]


@pytest.fixture
def salt():
    return bytes(8)
