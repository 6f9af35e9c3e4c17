def add(cart, row):
    validate_row(row)
    cart.rows.append(row)
    cart.count += 1
    return cart
