import barn


def ticket(name, count):
    return barn.ticket(name, count)


def test_ticket():
    assert ticket("hay", 2) == "Hay (2)"
