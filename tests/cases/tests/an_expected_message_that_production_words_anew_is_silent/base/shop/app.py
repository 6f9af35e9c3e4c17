from shop.kinds import KINDS


def order(name, count):
    return KINDS[name](count)
