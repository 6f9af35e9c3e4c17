from a import one


def test_twice():
    """Calling it twice is allowed."""
    one()
    one()
