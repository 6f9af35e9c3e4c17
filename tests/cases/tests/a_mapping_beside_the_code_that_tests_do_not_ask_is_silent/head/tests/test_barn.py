import barn


def test_ticket():
    assert barn.ticket("hay", 2) == "Hay (2)"
    assert barn.ticket("oats", 40) == "Oats (40)"
