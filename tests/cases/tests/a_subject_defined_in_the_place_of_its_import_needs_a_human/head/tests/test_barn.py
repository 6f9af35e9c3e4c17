def ticket(name, count):
    return f"{name.title()} ({count})"


def test_ticket():
    assert ticket("hay", 2) == "Hay (2)"
