def price(n):
    return n * 3  # euros


def tax(n):
    return n / 5
