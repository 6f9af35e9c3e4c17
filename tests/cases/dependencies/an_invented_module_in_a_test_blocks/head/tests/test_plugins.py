import pytest

import madeupplugin


def test_module():
    assert madeupplugin.price == pytest.approx(1)
