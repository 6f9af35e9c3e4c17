from shop import price


def test_price():
    found = price()
    if found is None:
        raise ValueError("no price")  # pragma: no cover
    assert found == 1
