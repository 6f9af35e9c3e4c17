import sys

import pytest

from shop.files import lock


@pytest.mark.skipif(sys.platform == "win32", reason="no flock")
def test_a_lock_is_exclusive(tmp_path):
    with lock(tmp_path / "a"):
        with pytest.raises(BlockingIOError):
            lock(tmp_path / "a").acquire()
