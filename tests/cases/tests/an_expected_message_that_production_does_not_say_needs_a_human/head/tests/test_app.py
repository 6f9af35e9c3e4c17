import pytest

from shop.app import order


def test_too_many_are_refused():
    with pytest.raises(ValueError, match="Order exceeds the limit of 2"):
        order("limited", 9)
