import pytest


@pytest.fixture
def needs_network():
    pytest.skip("no network here")


@pytest.fixture
def client(needs_network):
    return {}
