def total(rows, tax=0):
    return sum(rows) + tax
