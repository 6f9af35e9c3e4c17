import pytest


@pytest.fixture
def numbers():
    return [1, 2, 3]


import random


@pytest.fixture
def seeded():
    return random.Random(3)
