def total(rows):
    return sum(rows)


# The steps of the old till, in the order of its manual.
def till(rows):  # noqa: C901
    return rows
