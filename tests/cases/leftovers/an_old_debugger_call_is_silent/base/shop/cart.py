def total(rows):
    breakpoint()
    return 1
