from shop.contract import fill
from shop.shelf import Shop


def test_filled():
    fill(Shop())
