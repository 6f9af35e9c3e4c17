def pay(order, card):
    total = order.total()
    card.charge(total)
    return total
