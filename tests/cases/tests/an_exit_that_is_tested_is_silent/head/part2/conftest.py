import pytest


@pytest.fixture
def numbers():
    return [1, 2, 3]


@pytest.fixture(autouse=True)
def quiet(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
