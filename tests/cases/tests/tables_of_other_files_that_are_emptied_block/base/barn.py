def shelve(stock, name, count):
    if count < 1:
        raise ValueError(name)
    return {**stock, name: stock.get(name, 0) + count}


def ticket(name, count):
    return f"{name.title()} ({count})"
