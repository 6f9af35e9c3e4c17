def total(rows):
    s = 0
    for row in rows:
        s += row.price
    return s
