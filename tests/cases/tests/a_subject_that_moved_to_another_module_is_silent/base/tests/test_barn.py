from barn import ticket


def test_hay():
    assert ticket("hay", 2) == "Hay (2)"
