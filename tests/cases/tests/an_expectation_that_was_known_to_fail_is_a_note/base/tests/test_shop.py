import pytest

from shop import price


@pytest.mark.xfail(reason="old prices")
def test_price():
    assert price(3) == 9
