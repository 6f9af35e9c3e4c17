from unittest.mock import patch

import pytest

from shop import retry


@pytest.mark.slow
@patch("shop.fetch")
def test_retry(fetch):
    state = yield fetch
    assert retry(state) == 3
