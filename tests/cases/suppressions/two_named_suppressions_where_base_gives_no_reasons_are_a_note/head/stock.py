import shelve


def level(shelf, name):
    return shelf[name].level  # type: ignore[attr-defined]


def names(shelf):
    return sorted(shelf)  # type: ignore[arg-type]


def opened(path):
    return shelve.open(path, flag=MODE)  # type: ignore[arg-type]


def first(shelf):
    return next(iter(shelf)).title()  # type: ignore[union-attr]


def price(item):
    return item["price"] * 2  # type: ignore[index]
