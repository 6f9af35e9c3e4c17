from shop import price


def test_total():
    total = price(3)
    print(total)
