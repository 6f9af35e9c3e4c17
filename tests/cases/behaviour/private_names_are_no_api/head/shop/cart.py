def _total(rows):
    return sum(rows)
