import pytest


@pytest.fixture
def numbers():
    return [1, 2, 3]


collect_ignore = ["test_slow.py"]
