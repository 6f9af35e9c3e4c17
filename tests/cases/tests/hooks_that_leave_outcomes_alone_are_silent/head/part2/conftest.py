import pytest


@pytest.fixture
def numbers():
    return [1, 2, 3]


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: takes long")
