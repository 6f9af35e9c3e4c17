import pytest


@pytest.fixture
def same():
    def compare(left, right):
        if left != right:
            raise ValueError((left, right))

    return compare
