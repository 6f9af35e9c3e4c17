import contextlib

from barn import ticket

TICKETS = [("oats", 3, "Oats (3)"), ("hay", 12, "Hay (12)"), ("rye", 1, "Rye (1)")]


def holds(stock, wanted):
    assert set(stock) == set(wanted)
    for name, count in wanted.items():
        assert stock[name] == count


@contextlib.contextmanager
def refuses(name):
    try:
        yield
    except ValueError as error:
        assert str(error) == name
    else:
        raise AssertionError("nothing was refused")


class Labels:
    def compare(self, name, count, text):
        assert ticket(name, count) == text
