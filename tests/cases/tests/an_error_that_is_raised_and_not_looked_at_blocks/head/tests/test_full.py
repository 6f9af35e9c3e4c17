import pytest
from shop import Full


def test_full():
    with pytest.raises(Full) as raised:
        raise Full("hall", 3)
