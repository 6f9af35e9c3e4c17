def total(rows):
    print("rows", rows)
    return sum(rows)
