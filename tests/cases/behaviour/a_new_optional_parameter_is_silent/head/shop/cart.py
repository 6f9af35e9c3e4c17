def total(rows, tax=0, *, currency=None):
    return sum(rows) + tax


class Cart:
    def add(self, row, count=1, **extra):
        return row
