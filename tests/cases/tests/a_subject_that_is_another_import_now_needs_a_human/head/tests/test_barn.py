from silo import label as ticket


def test_hay():
    assert ticket("hay", 2) == "Hay (2)"
