import pytest


@pytest.fixture
def numbers():
    return [1, 2, 3]


import random

random.random = lambda: 0.5
