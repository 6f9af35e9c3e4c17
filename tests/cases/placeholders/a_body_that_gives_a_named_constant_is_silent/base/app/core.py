def price(item, rates):
    """The price of an item."""
    rate = rates.get(item.country, rates["other"])
    return round(item.net * rate / 100, 2)
