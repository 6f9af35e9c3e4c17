def add(cart, row):
    cart.rows.append(row)
    cart.count += 1
    return cart
