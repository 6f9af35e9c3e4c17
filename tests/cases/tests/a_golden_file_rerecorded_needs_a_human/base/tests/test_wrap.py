from pathlib import Path

from kit.wrap import wrap


def test_wrap(tmp_path):
    wanted = Path("tests/golden/wrap.golden").read_text()
    assert "\n".join(wrap("a longer text", 5)) + "\n" == wanted
