import barn


def check_ticket(name, count, text):
    got = barn.ticket(name, count)
    assert len(got) > 2


def test_ticket():
    check_ticket("hay", 2, "Hay (2)")
    check_ticket("oats", 40, "Oats (40)")
