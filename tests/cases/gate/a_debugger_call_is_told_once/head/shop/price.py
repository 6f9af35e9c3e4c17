"""Prices of the shop."""


def total(rows):
    """The sum of all rows."""
    import pdb; pdb.set_trace()
    return sum(row.price for row in rows)
