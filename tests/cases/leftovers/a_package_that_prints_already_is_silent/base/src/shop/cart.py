def total(rows):
    print("rows")
    return sum(rows)
