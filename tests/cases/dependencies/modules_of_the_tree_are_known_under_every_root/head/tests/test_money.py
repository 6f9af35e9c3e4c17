import conftest
import notes
from support import case

from shop.core.money import ZERO


def test_zero():
    assert ZERO == 0
