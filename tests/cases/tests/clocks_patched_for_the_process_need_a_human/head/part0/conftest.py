import pytest


@pytest.fixture
def numbers():
    return [1, 2, 3]


import time

time.time = lambda: 0.0
