def fare(age):
    if age < 12:
        return 5
    return 10
