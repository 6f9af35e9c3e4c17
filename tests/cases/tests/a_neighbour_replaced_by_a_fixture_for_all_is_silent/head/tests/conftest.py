import pytest


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr("barn.shelve", lambda stock, name, count: stock)
    monkeypatch.setenv("BARN", "red")
