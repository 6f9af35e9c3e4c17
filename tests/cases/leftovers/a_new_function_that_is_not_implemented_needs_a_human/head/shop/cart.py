x = 1


def total(rows):
    """The sum of all rows."""
    raise NotImplementedError("later")
