import unittest

from barn import ticket


class Tickets(unittest.TestCase):
    failureException = RuntimeError

    def test_hay(self):
        self.assertEqual(ticket("hay", 2), "Hay (2)")
