import pytest

from shop.app import order


def test_too_many_are_refused():
    with pytest.raises(ValueError, match="9 pieces are too many"):
        order("limited", 9)
