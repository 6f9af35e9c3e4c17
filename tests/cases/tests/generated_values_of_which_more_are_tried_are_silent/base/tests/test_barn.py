from hypothesis import given, settings, strategies as st

from barn import ticket


@settings(max_examples=200)
@given(st.integers())
def test_counts(count):
    assert ticket("hay", count) == f"Hay ({count})"
