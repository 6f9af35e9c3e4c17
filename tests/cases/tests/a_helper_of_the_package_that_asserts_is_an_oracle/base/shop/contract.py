def prices_hold(make):
    shop = make()
    shop.put("tea", 3)
    assert shop.price("tea") == 3


async def prices_hold_later(make):
    prices_hold(make)


def fill(shop):
    assert shop, "a shop is needed"
    shop.put("tea", 3)
    return shop
