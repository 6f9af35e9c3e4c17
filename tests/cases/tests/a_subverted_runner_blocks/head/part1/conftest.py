import pytest


@pytest.fixture
def numbers():
    return [1, 2, 3]


def pytest_sessionfinish(session, exitstatus):
    session.exitstatus = 0
