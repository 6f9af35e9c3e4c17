import operator

import barn


def check_ticket(name, count, text):
    got = barn.ticket(name, count)
    assert operator.eq(got, text)


def test_ticket():
    check_ticket("hay", 2, text="Hay (2)")
    check_ticket("oats", 40, text="Oats (40)")
