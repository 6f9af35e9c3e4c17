import pytest


@pytest.fixture
def numbers():
    return [1, 2, 3]


def pytest_report_header(config):
    return "kit"
