from tornado.testing import AsyncTestCase, gen_test
from twisted.internet import defer

from shop import fetch


class TestFetch(AsyncTestCase):
    @gen_test
    def test_once(self):
        got = yield fetch(3)
        self.assertEqual(got, 3)

    @defer.inlineCallbacks
    def test_twice(self):
        got = yield fetch(4)
        self.assertEqual(got, 4)
