def price(n):
    return n * 3


def ship(n):
    return n + 1
