import shelve


def level(shelf, name):
    # Shelves hold what the stubs do not know.
    return shelf[name].level  # type: ignore[attr-defined]


def names(shelf):
    # Keys of a shelf are text always.
    return sorted(shelf)  # type: ignore[arg-type]


def opened(path):
    # The stubs take the four letters only one by one.
    return shelve.open(path, flag=MODE)  # type: ignore[arg-type]


def first(shelf):
    return next(iter(shelf)).title()  # type: ignore[union-attr]


def price(item):
    return item["price"] * 2  # type: ignore[index]
