def total(rows, tax=0):
    return sum(rows) + tax


class Cart:
    def add(self, row):
        return row
