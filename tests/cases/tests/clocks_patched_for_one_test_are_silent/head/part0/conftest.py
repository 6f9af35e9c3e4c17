import pytest


@pytest.fixture
def numbers():
    return [1, 2, 3]


@pytest.fixture
def frozen(monkeypatch):
    monkeypatch.setattr("time.time", lambda: 0.0)
