"""Prices of the shop."""


def total(rows):
    """The sum of all rows."""
    # result = 0
    # for row in rows:
    #     result += row.price * row.count
    #     if row.gift:
    #         result -= 1
    # return result
    return sum(row.price for row in rows)
