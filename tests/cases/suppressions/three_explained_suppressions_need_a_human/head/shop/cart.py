def total(rows):  # noqa: C901 - the steps of the old till in their order
    return sum(rows)


def till(rows):  # noqa: C901 - the steps of the new till in their order
    return rows


def drawer(rows):  # noqa: C901 - the steps of the drawer in their order
    return rows
