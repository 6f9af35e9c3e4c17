"""Prices of the shop."""


def total(rows):
    """The sum of all rows."""
{{repeat:7:<}} HEAD
    return sum(row.price for row in rows)
{{repeat:7:=}}
    return sum(row.net for row in rows)
{{repeat:7:>}} feature
