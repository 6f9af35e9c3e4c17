def price(n):
    return n * 3


def tax(n):
    return n / 5


def both(n):
    if n:
        return 1
    return 2
