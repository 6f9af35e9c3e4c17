import unittest

from barn import ticket


class Tickets(unittest.TestCase):
    def test_hay(self):
        self.assertEqual(ticket("hay", 2), "Hay (2)")
