import unittest

from kit.headers import merge, normalise


class HeaderTest(unittest.TestCase):
    def test_names_are_titled(self):
        self.assertEqual(normalise(" content-type "), "content-type")

    def test_the_second_header_wins(self):
        merged = merge({"accept": "a", "Host": "h"}, {"Accept": "b"})
        self.assertEqual(merged, {"accept": "b", "host": "h"})
        self.assertEqual(sorted(merged), ["accept", "host"])
