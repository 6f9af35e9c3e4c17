import pytest


@pytest.fixture
def numbers():
    return [1, 2, 3]


@pytest.fixture(autouse=True)
def end():
    raise SystemExit(0)
