import pytest


@pytest.fixture
def items():
    return [{"cents": 1}]


@pytest.fixture(autouse=True)
def settled():
    if not hasattr(pytest, "raises"):
        pytest.skip("an old pytest")
