import pytest


@pytest.fixture
def numbers():
    return [1, 2, 3]


def pytest_ignore_collect(collection_path):
    return collection_path.name == "test_rows.py"
