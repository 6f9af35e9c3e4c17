def total(order):
    return order.lines
