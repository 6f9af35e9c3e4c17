from kit.wrap import wrap


def test_wrap(snapshot):
    assert wrap("a longer text", 5) == snapshot
