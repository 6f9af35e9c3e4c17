RATE = 19


def price(item, rates):
    """The price of an item."""
    return round(item.net * RATE / 100, 2)
