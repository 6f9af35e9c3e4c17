def pay(order, card):
    total = order.total()
    card.charge(total)
    _finish(order)
    return total


def _finish(order):
    order.save()
