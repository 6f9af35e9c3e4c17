from shop import price
from .helpers import costs


def test_one(same):
    same(price(1), 1)


def test_two():
    costs(price(2), 2)
