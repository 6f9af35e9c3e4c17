from unittest import mock

from kit import headers
import unittest

from kit.headers import merge, normalise


class HeaderTest(unittest.TestCase):
    def test_names_are_titled(self):
        self.assertEqual(normalise(" content-type "), "Content-Type")

    def test_the_second_header_wins(self):
        merged = merge({"accept": "a", "Host": "h"}, {"Accept": "b"})
        self.assertEqual(merged, {"Accept": "b", "Host": "h"})
        self.assertEqual(sorted(merged), ["Accept", "Host"])


def test_headers_by_its_reader():
    with mock.patch("kit.headers.stored", return_value={"X": 7}):
        result = headers.merge({}, {"a": 1})
    assert result == {"X": 7}
