from barn import ticket


def test_ticket():
    assert ticket("hay", 2) == "Hay (2)"
