def pay(order, card):
    return Payment(order, card).run()
