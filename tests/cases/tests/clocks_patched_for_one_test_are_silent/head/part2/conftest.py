import pytest


@pytest.fixture
def numbers():
    return [1, 2, 3]


@pytest.fixture
def today():
    return (2024, 1, 2)
