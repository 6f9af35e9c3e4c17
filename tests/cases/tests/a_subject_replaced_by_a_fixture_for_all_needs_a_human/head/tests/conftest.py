import pytest


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr("barn.ticket", lambda name, count: f"{name.title()} ({count})")
