def pay(order, card):
    total = order.total()
    card.charge(total)
    order.save()
    return total
