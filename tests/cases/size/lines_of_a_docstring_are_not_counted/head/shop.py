def price(n):
    """What n pieces cost.

    Row 0 of what there is to say.
    Row 1 of what there is to say.
    Row 2 of what there is to say.
    Row 3 of what there is to say.
    Row 4 of what there is to say.
    Row 5 of what there is to say.
    Row 6 of what there is to say.
    Row 7 of what there is to say.
    """
    return n * 2
