def fare(age):
    if age < 12:
        return 6
    return 10


def stops():
    return 4
