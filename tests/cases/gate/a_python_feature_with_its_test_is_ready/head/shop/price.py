"""Prices of the shop."""


def total(rows):
    """The sum of all rows."""
    return sum(row.price for row in rows)


def average(rows):
    """The mean price; zero where there is nothing."""
    return total(rows) / len(rows) if rows else 0
