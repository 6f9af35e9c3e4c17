import pytest


@pytest.fixture
def items():
    return [{"cents": 1}]
