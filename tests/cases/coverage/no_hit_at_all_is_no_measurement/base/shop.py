def price(n):
    return n * 3


def tax(n):
    return n / 5
