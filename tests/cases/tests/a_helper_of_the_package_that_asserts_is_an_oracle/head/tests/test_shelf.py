import unittest

from shop import contract
from shop.contract import prices_hold_later
from shop.shelf import Shop


def test_prices():
    contract.prices_hold(Shop)


class Later(unittest.IsolatedAsyncioTestCase):
    async def test_prices(self):
        await prices_hold_later(lambda: Shop())
