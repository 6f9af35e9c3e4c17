from approvaltests import verify

from kit.wrap import wrap


def test_wrap():
    verify("\n".join(wrap("a longer text", 5)))
