import pytest


@pytest.fixture
def numbers():
    return [1, 2, 3]


def pytest_addoption(parser):
    parser.addoption("--fast", action="store_true")
