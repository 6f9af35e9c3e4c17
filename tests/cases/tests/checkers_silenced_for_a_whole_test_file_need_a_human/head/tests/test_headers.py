# flake8: noqa
import unittest

from kit.headers import merge, normalise


class HeaderTest(unittest.TestCase):
    def test_names_are_titled(self):
        self.assertEqual(normalise(" content-type "), "Content-Type")

    def test_the_second_header_wins(self):
        merged = merge({"accept": "a", "Host": "h"}, {"Accept": "b"})
        self.assertEqual(merged, {"Accept": "b", "Host": "h"})
        self.assertEqual(sorted(merged), ["Accept", "Host"])
