import pytest
from shop import Full


def test_full_says_what_is_left():
    with pytest.raises(Full) as raised:
        raise Full("hall", 3)
    assert raised.value.left == 3
