import pytest


@pytest.fixture
def numbers():
    return [1, 2, 3]


@pytest.fixture
def ident():
    return "0"
