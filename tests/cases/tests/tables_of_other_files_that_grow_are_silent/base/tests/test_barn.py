import pytest

from barn import shelve, ticket
from tests.support import TICKETS, Labels, holds, refuses


def test_shelve():
    holds(shelve({"oats": 2}, "hay", 5), {"oats": 2, "hay": 5})


def test_nothing_is_refused():
    with refuses("hay"):
        shelve({}, "hay", 0)


@pytest.mark.parametrize("name, count, text", TICKETS)
def test_tickets(name, count, text):
    assert ticket(name, count) == text


class TestLabels(Labels):
    def test_rye(self):
        self.compare("rye", 2, "Rye (2)")
