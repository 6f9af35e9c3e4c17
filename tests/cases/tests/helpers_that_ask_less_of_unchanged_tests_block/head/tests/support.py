import contextlib

from barn import ticket

TICKETS = [("oats", 3, "Oats (3)"), ("hay", 12, "Hay (12)"), ("rye", 1, "Rye (1)")]


def holds(stock, wanted):
    assert set(stock) == set(wanted)


@contextlib.contextmanager
def refuses(name):
    try:
        yield
    except Exception:
        pass


class Labels:
    def compare(self, name, count, text):
        assert ticket(name, count)
