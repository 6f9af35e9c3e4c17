import shop
import pytest


@pytest.fixture
def items():
    return [{"cents": 1}]


@pytest.fixture
def shelf(monkeypatch):
    monkeypatch.setattr(shop, "load", lambda path: [])


shop.DEBUG = True
