def total(rows):
    breakpoint()
    return 2
