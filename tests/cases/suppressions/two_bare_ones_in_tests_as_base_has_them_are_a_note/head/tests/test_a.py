from a import one


def test_one():
    got = one()  # type: ignore
    assert got == 1
