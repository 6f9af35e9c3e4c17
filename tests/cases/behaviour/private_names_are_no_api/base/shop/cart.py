def _total(rows, tax):
    return sum(rows) + tax


class _Cart:
    def add(self, row):
        return row
