import pytest


@pytest.fixture
def numbers():
    return [1, 2, 3]


@pytest.fixture(scope="session")
def cache(tmp_path_factory):
    return tmp_path_factory.mktemp("cache")
