def fare(age):
    if age < 12:
        return 6
    return 10
