import errno
import pytest
from shop import fetch
def test_missing(tmp_path):
    with pytest.raises(OSError, match='No such'):
        fetch(tmp_path / 'x')
def test_ok(tmp_path):
    (tmp_path / 'y').write_text('b')
    assert fetch(tmp_path / 'y') == 'b'
