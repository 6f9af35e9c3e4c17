import pytest


@pytest.fixture
def numbers():
    return [1, 2, 3]


import uuid

uuid.uuid4 = lambda: "0"
