import pytest


@pytest.fixture
def numbers():
    return [1, 2, 3]


import os

os.urandom = lambda count: bytes(count)
