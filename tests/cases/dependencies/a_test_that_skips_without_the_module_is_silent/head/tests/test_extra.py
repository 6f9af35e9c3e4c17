import pytest

extra = pytest.importorskip("quickjsonlib")


def test_extra():
    import quickjsonlib

    assert quickjsonlib.loads("1") == 1
